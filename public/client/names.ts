import type { Mid, OrderKey, OwnKey, Room } from "../../sync/names.ts";

/*
 * The rules of sync/names.ts for what a client makes itself. They stand here again because sync/ is not served to
 * browsers; a test holds the two together.
 */

const ROOM = /^[a-z0-9][a-z0-9-]{0,63}$/;
const RESERVED_ROOM = "region";
const MID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const OWN_KEY = /^[0-9a-f][0-9a-v]{12}-[0-9a-v]{8}-[1-9][0-9]{0,14}$/;
const MAX_MS = 2 ** 48 - 1;
const BASE32HEX_BITS = 5;

export function isRoom(text: string): text is Room {
  return ROOM.test(text) && text !== RESERVED_ROOM;
}

export function isMid(text: string): text is Mid {
  return MID.test(text);
}

/** The order key of a message; a change has two of them. */
export function isOwnKey(text: string): text is OwnKey {
  return OWN_KEY.test(text);
}

/** An order key between the messages written before this time and those written since: a place in the history. */
export function orderAt(ms: number): OwnKey {
  const wholeMs = BigInt(Math.min(Math.max(Math.floor(ms), 0), MAX_MS));
  const stamp = (wholeMs << 16n).toString(2 ** BASE32HEX_BITS).padStart(13, "0");
  const order = `${stamp}-00000000-1`;
  if (!isOwnKey(order)) throw new TypeError("a time is a number");
  return order;
}

/** Which slot of which origin an order key names; the origin by its first eight digits. */
export function slotOf(order: OrderKey): { readonly origin8: string; readonly n: number } {
  return { origin8: order.slice(14, 22), n: Number(order.slice(23)) };
}

/** A UUID version 7 (RFC 9562 §5.7): 48 bits of time, then of the 10 random bytes 74 bits. */
export function makeMid(nowMs: number, random: Uint8Array): Mid {
  const ms = Math.min(Math.max(Math.floor(nowMs), 0), MAX_MS);
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = ms.toString(16).padStart(12, "0");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(3), 16) & 3);
  const mid = `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`;
  if (!isMid(mid)) throw new TypeError("a mid takes ten random bytes");
  return mid;
}
