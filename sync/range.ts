import type { PageRead } from "./events.ts";
import type { Room } from "./names.ts";
import { isRoom, RESERVED_ROOM } from "./names.ts";
import type { Scan } from "./repair.ts";
import type { RangeQuery } from "./store.ts";

/**
 * Ranges of `_all_docs`. An id is `<room>:<order key>` and order keys are made of digits, lower-case letters and
 * "-", so "~" sorts after all of them and ";" is what follows ":".
 */
const AFTER_ALL = "~";
const AFTER_COLON = ";";

/** The piece of a room that a reader wants, the newest first. */
export function pageRange({ room, below, downTo, limit }: Omit<PageRead, "trims">): RangeQuery {
  return { from: `${room}:${below ?? AFTER_ALL}`, to: `${room}:${downTo}`, limit, descending: true };
}

/** Messages after an order key, the oldest first. */
export function rangeAfter(room: Room, after: string, limit: number): RangeQuery {
  return { from: `${room}:${after}`, to: `${room}:${AFTER_ALL}`, limit };
}

/** Every message of a room whose stamp lies in the range of a scan, from an id on. */
export function scanRange(room: Room, scan: Scan, limit: number, fromId?: string): RangeQuery {
  return { from: fromId ?? `${room}:${scan.from}`, to: `${room}:${scan.to}${AFTER_ALL}`, limit };
}

/** The first id at or after `from`: how rooms are found one by one without reading their messages. */
export function nextIdRange(from: string): RangeQuery {
  return { from, to: "\uffff", limit: 1, idsOnly: true };
}

/** The room of an id, if it is one that may hold messages, and where to look for the next room. */
export function roomOfId(id: string): { room: Room | undefined; next: string } {
  const colon = id.indexOf(":");
  const name = id.slice(0, Math.max(colon, 0));
  const isName = isRoom(name);
  if (!isName && name !== RESERVED_ROOM) return { room: undefined, next: `${id}\u0000` };
  return { room: isName ? name : undefined, next: name + AFTER_COLON };
}
