import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import { authorshipOf } from "./authorship.ts";
import type { History } from "./history.ts";

/**
 * What everybody has to show when it is quiet, room by room: of each mid of a session the lowest order key that
 * stands in the store, ascending. It is computed from the store alone, by a few lines that know nothing of regions.
 */
export function settledRooms({ store }: Pick<History, "store">): Map<Room, WireMessage[]> {
  const rooms = new Map<Room, WireMessage[]>();
  const shown = new Set<string>();
  for (const message of store.messages.toSorted(byOrder)) {
    const author = authorshipOf(message);
    if (shown.has(author)) continue;
    shown.add(author);
    const room = rooms.get(message.room);
    if (room === undefined) rooms.set(message.room, [message]);
    else room.push(message);
  }
  return rooms;
}

/** Order keys are ASCII, so comparing UTF-16 code units is comparing bytes. */
export function byOrder(one: WireMessage, other: WireMessage): number {
  return one.order < other.order ? -1 : one.order > other.order ? 1 : 0;
}
