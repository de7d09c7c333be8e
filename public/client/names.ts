import type { Mid, Room } from "../../sync/names.ts";

/*
 * The rules of sync/names.ts for what a client makes itself. They stand here again because sync/ is not served to
 * browsers; a test holds the two together.
 */

const ROOM = /^[a-z0-9][a-z0-9-]{0,63}$/;
const RESERVED_ROOM = "region";
const MID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX_MS = 2 ** 48 - 1;

export function isRoom(text: string): text is Room {
  return ROOM.test(text) && text !== RESERVED_ROOM;
}

export function isMid(text: string): text is Mid {
  return MID.test(text);
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
