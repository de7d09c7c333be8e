import { messageDocument, parseMessage, voidDocument } from "./document.ts";
import { isRecord } from "./json.ts";
import type { Message } from "./message.ts";
import type { OrderKey, Room } from "./names.ts";
import type { StoreDocument } from "./store.ts";

/** An own document that the store does not have for certain yet. `message` is absent when its slot is void. */
export interface Waiting {
  readonly room: Room;
  readonly order: OrderKey;
  readonly message: Message | undefined;
  readonly document: StoreDocument;
}

/** What became of a waiting document: it waits no longer. */
export type Settled =
  | { readonly type: "stored"; readonly waiting: Waiting }
  /** An admin deleted it before we knew that it had been stored. It is never written again. */
  | { readonly type: "deleted"; readonly waiting: Waiting }
  /** The store will never take this document. */
  | { readonly type: "rejected"; readonly waiting: Waiting; readonly reason: string }
  /** Its id holds something else, `there`: it needs another slot. */
  | { readonly type: "clashed"; readonly waiting: Waiting; readonly there: unknown };

/** An own document as the outbox takes it: the message, or what makes its slot void. */
export function waitingFor(room: Room, order: OrderKey, message: Message | undefined): Waiting {
  return {
    room,
    order,
    message,
    document: message === undefined ? voidDocument(room, order) : messageDocument(message),
  };
}

/** A waiting document as the outbox keeps it. */
export interface Item extends Waiting {
  readonly units: number;
  /** How often its id was said to be taken. */
  conflicts: number;
  /** How often it failed alone in its request, and how many others had been stored at the first time. */
  loneFailures: number;
  storedBefore: number;
}

export function newItem(waiting: Waiting): Item {
  return {
    ...waiting,
    units: JSON.stringify(waiting.document).length,
    conflicts: 0,
    loneFailures: 0,
    storedBefore: 0,
  };
}

/**
 * Whether what stands at our id is ours: the same mid of the same session (the text may have been edited in the
 * store since), or for a void slot anything at all.
 */
export function isOurDocument(item: Item, document: unknown): boolean {
  if (item.message === undefined) return isRecord(document);
  const there = parseMessage(item.room, item.order, document);
  return there?.mid === item.message.mid && there.session === item.message.session;
}
