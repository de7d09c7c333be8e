import { branded, type Brand } from "./brand.ts";
import { isStamp, type Stamp } from "./stamp.ts";

/** A conversation's name. It exists as soon as it has a message. */
export type Room = Brand<"Room">;
/** One life of a region's data directory: 128 random bits as 26 base32hex digits. */
export type Origin = Brand<"Origin">;
/** The first 8 digits of an origin, as they stand in order keys. */
export type Origin8 = Brand<"Origin8">;
/** The id an author's client gave a message before sending it (a UUID, version 7 by custom). */
export type Mid = Brand<"Mid">;
/** `<stamp>-<origin8>-<n>`: comparing order keys as bytes is the order of messages, everywhere. */
export type OrderKey = Brand<"OrderKey">;
/** `<room>:<order key>`, the `_id` of a message in the store. */
export type MessageId = Brand<"MessageId">;

/** Beacons live under this name, so no conversation may have it. */
export const RESERVED_ROOM = "region";

const ROOM = /^[a-z0-9][a-z0-9-]{0,63}$/;
const ORIGIN = /^[0-9a-v]{26}$/;
const ORIGIN8 = /^[0-9a-v]{8}$/;
const MID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ORDER_KEY = /^([0-9a-f][0-9a-v]{12})-([0-9a-v]{8})-([1-9][0-9]{0,14})$/;

export function isRoom(text: string): text is Room {
  return ROOM.test(text) && text !== RESERVED_ROOM;
}

export function isOrigin(text: string): text is Origin {
  return ORIGIN.test(text);
}

/** The first 8 digits of an origin. */
export function isOrigin8(text: string): text is Origin8 {
  return ORIGIN8.test(text);
}

/** A lower-case UUID of any version (RFC 9562). */
export function isMid(text: string): text is Mid {
  return MID.test(text);
}

export function isOrderKey(text: string): text is OrderKey {
  return ORDER_KEY.test(text);
}

export function origin8(origin: Origin): Origin8 {
  return branded<Origin8>(origin.slice(0, 8));
}

/** What an order key says: when, whose, and the slot it fills (n ≤ 10^15 - 1, so a safe integer). */
export interface OrderParts {
  stamp: Stamp;
  origin8: Origin8;
  n: number;
}

export function orderKey(parts: OrderParts): OrderKey {
  return branded<OrderKey>(`${parts.stamp}-${parts.origin8}-${parts.n}`);
}

export function orderParts(order: OrderKey): OrderParts {
  return {
    stamp: branded<Stamp>(order.slice(0, 13)),
    origin8: branded<Origin8>(order.slice(14, 22)),
    n: Number(order.slice(23)),
  };
}

export function messageId(room: Room, order: OrderKey): MessageId {
  return branded<MessageId>(`${room}:${order}`);
}

/** The room and order key an `_id` names, or undefined when it is not the id of a slot. */
export function parseMessageId(id: string): { room: Room; order: OrderKey } | undefined {
  const colon = id.indexOf(":");
  const room = id.slice(0, Math.max(colon, 0));
  const order = id.slice(colon + 1);
  return isRoom(room) && isOrderKey(order) && isStamp(order.slice(0, 13)) ? { room, order } : undefined;
}
