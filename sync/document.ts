import { isBeaconId, parseBeacon, type Beacon } from "./beacon.ts";
import { isRecord } from "./json.ts";
import type { Change, Message } from "./message.ts";
import {
  changedKey,
  isMid,
  isOrigin,
  messageId,
  orderParts,
  origin8,
  parseMessageId,
  type Mid,
  type OrderKey,
  type Room,
} from "./names.ts";
import type { Row, StoreDocument } from "./store.ts";
import { isMessageText, isName, isSession } from "./text.ts";

/**
 * What a row of the store is to us. An id that names a slot fills that slot whatever its body is: a message, a
 * void, a deletion, or something an admin typed over it.
 */
export type Incoming =
  | { readonly type: "message"; readonly message: Message }
  | { readonly type: "deletion"; readonly room: Room; readonly order: OrderKey }
  /** A slot that holds nothing to show. `isVoid` false: a body that is no message, counted and skipped (S23, A26). */
  | { readonly type: "blank"; readonly room: Room; readonly order: OrderKey; readonly isVoid: boolean }
  | { readonly type: "beacon"; readonly beacon: Beacon }
  | { readonly type: "foreign" };

export function classify(row: Row): Incoming {
  if (isBeaconId(row.id)) {
    const beacon = parseBeacon(row.id, row.document);
    return beacon === undefined ? { type: "foreign" } : { type: "beacon", beacon };
  }
  const slot = parseMessageId(row.id);
  if (slot === undefined) return { type: "foreign" };
  if (row.document === undefined) return { type: "deletion", ...slot };
  const message = parseMessage(slot.room, slot.order, row.document);
  if (message !== undefined) return { type: "message", message };
  return { type: "blank", ...slot, isVoid: isRecord(row.document) && row.document["kind"] === "void" };
}

/** The body's field order is fixed: CouchDB's revision is a hash that depends on it. */
export function messageDocument(message: Message): StoreDocument {
  const { room, mid, sender, session, text, change, order, origin, region, at } = message;
  const { n } = orderParts(order);
  return {
    _id: messageId(room, order),
    kind: "message",
    v: 1,
    room,
    mid,
    sender,
    session,
    text,
    ...(change === undefined ? {} : { change: { type: change.type, mid: change.mid } }),
    n,
    origin,
    region,
    at,
  };
}

/** What takes the slot of a document that the store will never hold, so that no hole stays open. */
export function voidDocument(room: Room, order: OrderKey): StoreDocument {
  return { _id: messageId(room, order), kind: "void", v: 1, room, n: orderParts(order).n };
}

/** As strict as the doors (A26). Fields we do not know are ignored, and a later version is none of ours (R13). */
export function parseMessage(room: Room, order: OrderKey, document: unknown): Message | undefined {
  if (
    !isRecord(document) ||
    document["kind"] !== "message" ||
    document["v"] !== 1 ||
    document["room"] !== room
  )
    return undefined;
  const { mid, sender, session, text, n, origin, region, at } = document;
  const parts = orderParts(order);
  if (typeof mid !== "string" || !isMid(mid) || n !== parts.n) return undefined;
  if (typeof sender !== "string" || !isName(sender) || typeof region !== "string" || !isName(region))
    return undefined;
  if (typeof session !== "string" || !isSession(session)) return undefined;
  const isChange = document["change"] !== undefined;
  const change = isChange ? parseChange(mid, document["change"]) : undefined;
  // A change stands beside what it changes, and nothing else does.
  if (isChange !== (change !== undefined) || isChange !== (changedKey(order) !== undefined)) return undefined;
  if (typeof text !== "string" || !isTextOf(change, text)) return undefined;
  if (typeof origin !== "string" || !isOrigin(origin) || origin8(origin) !== parts.origin8) return undefined;
  if (typeof at !== "number" || !Number.isSafeInteger(at)) return undefined;
  const message = { room, mid, sender, session, text, order, origin, region, at };
  return {
    ...message,
    ...(change === undefined ? {} : { change }),
    ...(isEdited(document) ? { isRetold: true } : {}),
  };
}

/** What the message `mid` does to another one. Doors ask this, too. */
export function parseChange(mid: Mid, field: unknown): Change | undefined {
  if (!isRecord(field)) return undefined;
  const { type, mid: changed } = field;
  if (type !== "edit" && type !== "delete") return undefined;
  return typeof changed === "string" && isMid(changed) && changed !== mid
    ? { type, mid: changed }
    : undefined;
}

/** A message and an edit say something, a deletion nothing. */
export function isTextOf(change: Change | undefined, text: string): boolean {
  return change?.type === "delete" ? text === "" : isMessageText(text);
}

/** CouchDB counts a document's versions in its revision: `<count>-<hash>`. */
function isEdited({ _rev: revision }: Readonly<Record<string, unknown>>): boolean {
  return typeof revision === "string" && Number.parseInt(revision, 10) > 1;
}
