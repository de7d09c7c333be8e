import { messageId, type MessageId, type Mid, type OrderKey, type Origin, type Room } from "./names.ts";

/** What a person said. Write-once. `document.ts` knows how the store keeps it. */
export interface Message {
  readonly room: Room;
  readonly mid: Mid;
  /** The author's name, as shown. */
  readonly sender: string;
  /** The author's session; a person has one for each tab. */
  readonly session: string;
  readonly text: string;
  readonly order: OrderKey;
  readonly origin: Origin;
  /** The name of the region it was posted in. */
  readonly region: string;
  /** The region's wall clock in milliseconds since 1970. For display only, never for order. */
  readonly at: number;
  /** An admin changed it in the store since it was written. */
  readonly isEdited?: true;
}

export type MessageState = "accepted" | "stored";

/** The message as clients receive it. `order` sorts; `id` names it for ever. */
export interface WireMessage {
  readonly id: MessageId;
  readonly mid: Mid;
  readonly room: Room;
  readonly sender: { readonly name: string; readonly session: string };
  readonly text: string;
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
    at: message.at,
    region: message.region,
    order: message.order,
    state,
  };
}
