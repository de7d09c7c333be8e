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

/** Ids looked at in one request for the next room; between two rooms there may be documents of an admin. */
const IDS_LOOKED_AT = 50;

/** The first ids from `from` on: how rooms are found one by one without reading their messages. */
export function nextIdsRange(from: string): RangeQuery {
  return { from, to: "\uffff", limit: IDS_LOOKED_AT, idsOnly: true };
}

/** The first room that may hold messages among these ids, and where to look for the one after it. */
export function nextRoom(ids: readonly string[]): { room: Room | undefined; next: string } {
  let place: ReturnType<typeof nextRoom> = { room: undefined, next: "" };
  for (const id of ids) {
    place = roomOfId(id);
    if (place.room !== undefined) break;
  }
  return place;
}

function roomOfId(id: string): { room: Room | undefined; next: string } {
  const colon = id.indexOf(":");
  const name = id.slice(0, Math.max(colon, 0));
  const isName = isRoom(name);
  if (!isName && name !== RESERVED_ROOM) return { room: undefined, next: `${id}\u0000` };
  return { room: isName ? name : undefined, next: name + AFTER_COLON };
}
