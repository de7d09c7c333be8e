import { messageId, type MessageId, type Mid, type OrderKey, type Origin, type Room } from "./names.ts";

/**
 * What its author did to an earlier message. It names a mid and nothing else: it is about a message of its own
 * session, so nobody can change what another one said.
 */
export interface Change {
  /** A deletion has no text. */
  readonly type: "edit" | "delete";
  readonly mid: Mid;
}

/** What a person said. Write-once. `document.ts` knows how the store keeps it. */
export interface Message {
  readonly room: Room;
  readonly mid: Mid;
  /** The author's name, as shown. */
  readonly sender: string;
  /** The author's session; a person has one for each tab. */
  readonly session: string;
  readonly text: string;
  /** It is no message of its own, but changes one: it stands beside that one, and is shown in its place. */
  readonly change?: Change;
  readonly order: OrderKey;
  readonly origin: Origin;
  /** The name of the region it was posted in. */
  readonly region: string;
  /** The region's wall clock in milliseconds since 1970. For display only, never for order. */
  readonly at: number;
  /** An admin changed it in the store, or it was hidden behind a twin: whoever comes from elsewhere is told it again. */
  readonly isRetold?: true;
}

export type MessageState = "accepted" | "stored";

/** Whether both do the same to the same message, or neither does anything to any. */
export function isSameChange(one: Change | undefined, other: Change | undefined): boolean {
  return one?.type === other?.type && one?.mid === other?.mid;
}

/** The message as clients receive it. `order` sorts; `id` names it for ever. */
export interface WireMessage {
  readonly id: MessageId;
  readonly mid: Mid;
  readonly room: Room;
  readonly sender: { readonly name: string; readonly session: string };
  readonly text: string;
  readonly change?: Change;
  readonly at: number;
  readonly region: string;
  readonly order: OrderKey;
  readonly state: MessageState;
}

export function toWire(message: Message, state: MessageState): WireMessage {
  return {
    id: messageId(message.room, message.order),
    mid: message.mid,
    room: message.room,
    sender: { name: message.sender, session: message.session },
    text: message.text,
    ...(message.change === undefined ? {} : { change: message.change }),
    at: message.at,
    region: message.region,
    order: message.order,
    state,
  };
}
