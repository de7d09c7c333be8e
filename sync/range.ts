import type { PageRead } from "./events.ts";
import type { Room } from "./names.ts";
import { changedKey, isRoom, orderParts, parseMessageId, RESERVED_ROOM } from "./names.ts";
import type { Scan } from "./repair.ts";
import type { Found, RangeQuery, Row } from "./store.ts";

/**
 * Ranges of `_all_docs`. An id is `<room>:<order key>` and order keys begin with digits, lower-case letters and "-", so
 * "~" sorts after all of them and ";" is what follows ":".
 */
const AFTER_ALL = "~";
const AFTER_COLON = ";";

/** The piece of a room that a reader wants, the newest first. */
export function pageRange({ room, below, limit }: Omit<PageRead, "trims">): RangeQuery {
  return { from: `${room}:${below ?? AFTER_ALL}`, to: `${room}:`, limit, descending: true };
}

/** Messages after an order key, the oldest first. */
export function rangeAfter(room: Room, after: string, limit: number): RangeQuery {
  return { from: `${room}:${after}`, to: `${room}:${AFTER_ALL}`, limit };
}

/** What stands in a room within the range of a scan, from an id on: messages written then, and their changes. */
export function scanRange(room: Room, scan: Scan, limit: number, fromId?: string): RangeQuery {
  return { from: fromId ?? `${room}:${scan.from}`, to: endOf(room, scan), limit };
}

/** All ids of a room, from one on: for a wide scan. */
export function idsRange(room: Room, limit: number, fromId?: string): RangeQuery {
  return { from: fromId ?? `${room}:`, to: `${room}:${AFTER_ALL}`, limit, idsOnly: true };
}

/** The changes among these ids of a room that were written in the range of a scan and stand outside of it. */
export function changesWithin(room: Room, scan: Scan, ids: readonly string[]): string[] {
  return ids.filter((id) => {
    const order = parseMessageId(id)?.order;
    if (order === undefined || changedKey(order) === undefined) return false;
    const { stamp } = orderParts(order);
    const isInside = id >= `${room}:${scan.from}` && id <= endOf(room, scan);
    return stamp >= scan.from && stamp <= scan.to && !isInside;
  });
}

/** What stands at these ids, as a feed would show it. */
export function rowsOf(ids: readonly string[], found: readonly Found[]): Row[] {
  return ids.flatMap((id, place): Row[] => {
    const there = found[place];
    if (there === undefined || there.type === "missing") return [];
    return there.type === "found" ? [{ id, document: there.document }] : [{ id }];
  });
}

function endOf(room: Room, { to }: Scan): string {
  return `${room}:${to}${AFTER_ALL}`;
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
