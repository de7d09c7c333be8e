import { branded, type Brand } from "./brand.ts";
import type { Stamp } from "./stamp.ts";

/** A conversation's name. It exists as soon as it has a message. */
export type Room = Brand<"Room">;
/** One life of a region's data directory: 128 random bits as 26 base32hex digits. */
export type Origin = Brand<"Origin">;
/** The first 8 digits of an origin, as they stand in order keys. */
export type Origin8 = Brand<"Origin8">;
/** The id an author's client gave a message before sending it (a UUID, version 7 by custom). */
export type Mid = Brand<"Mid">;
/**
 * The place of a message: comparing order keys as bytes is the order of messages, everywhere. Most messages stand where
 * they were written, at their own key; a change stands directly behind what it changes, at `<its key>~<own key>`, for
 * "~" sorts after every character of an own key. So an order key tells the place and its last part alone the time.
 */
export type OrderKey = Brand<"OrderKey">;
/** `<stamp>-<origin8>-<n>`: when something was written, by whom and in which slot. */
export type OwnKey = OrderKey & { readonly [own]: true };

declare const own: unique symbol;
/** `<room>:<order key>`, the `_id` of a message or a change in the store. */
export type MessageId = Brand<"MessageId">;

/** Beacons live under this name, so no conversation may have it. */
export const RESERVED_ROOM = "region";

const ROOM = /^[a-z0-9][a-z0-9-]{0,63}$/;
const ORIGIN = /^[0-9a-v]{26}$/;
const ORIGIN8 = /^[0-9a-v]{8}$/;
const MID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const OWN_KEY = /^[0-9a-f][0-9a-v]{12}-[0-9a-v]{8}-[1-9][0-9]{0,14}$/;
/** Between the key of what is changed and the change's own. */
const BESIDE = "~";

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

export function isOwnKey(text: string): text is OwnKey {
  return OWN_KEY.test(text);
}

/** An own key, or two of them: there is no change of a change. */
export function isOrderKey(text: string): text is OrderKey {
  const beside = text.indexOf(BESIDE);
  return isOwnKey(text.slice(beside + 1)) && (beside === -1 || isOwnKey(text.slice(0, beside)));
}

export function origin8(origin: Origin): Origin8 {
  return branded<Origin8>(origin.slice(0, 8));
}

/** What an own key says: when, whose, and the slot it fills (n ≤ 10^15 - 1, so a safe integer). */
export interface OrderParts {
  stamp: Stamp;
  origin8: Origin8;
  n: number;
}

export function orderKey(parts: OrderParts): OwnKey {
  return branded<OwnKey>(`${parts.stamp}-${parts.origin8}-${parts.n}`);
}

/** The place of a change: beside what it changes, behind the changes made before it. */
export function besideKey(changed: OwnKey, ownOfChange: OwnKey): OrderKey {
  return branded<OrderKey>(changed + BESIDE + ownOfChange);
}

/** The key of the slot it was written in. Of two own keys the greater is the later one, wherever they stand. */
export function ownKey(order: OrderKey): OwnKey {
  return branded<OwnKey>(order.slice(order.indexOf(BESIDE) + 1));
}

/** Whether it was written before the other one, wherever the two stand. */
export function isEarlier(one: OrderKey, other: OrderKey): boolean {
  return ownKey(one) < ownKey(other);
}

/** The own key of what it is a change of; undefined for what stands at its own key. */
export function changedKey(order: OrderKey): OwnKey | undefined {
  const beside = order.indexOf(BESIDE);
  return beside === -1 ? undefined : branded<OwnKey>(order.slice(0, beside));
}

/** When, by whom and in which slot it was written, wherever it stands. */
export function orderParts(order: OrderKey): OrderParts {
  const key = ownKey(order);
  return {
    stamp: branded<Stamp>(key.slice(0, 13)),
    origin8: branded<Origin8>(key.slice(14, 22)),
    n: Number(key.slice(23)),
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
  return isRoom(room) && isOrderKey(order) ? { room, order } : undefined;
}
