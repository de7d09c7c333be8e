import type { OrderKey, Room } from "../../sync/names.ts";
import { isOwnKey, isRoom } from "../client/names.ts";

/** Where people meet who were not told where to go. */
const DEFAULT_ROOM = "lobby";

/** A room, and a message in it. */
export interface Place {
  readonly room: Room;
  readonly order?: OrderKey;
}

/** `#/room`, or `#/room/<order key>`: what the page's address says after its path. */
export function addressOf(room: Room, order?: OrderKey): string {
  return order === undefined ? `#/${room}` : `#/${room}/${order}`;
}

/** The room that somebody means by "#Tea Room"; undefined when no room can be called so. */
export function roomCalled(name: string): Room | undefined {
  const room = name.trim().toLowerCase().replace(/^#/, "").replace(/\s+/g, "-");
  return isRoom(room) ? room : undefined;
}

/** Where the address leads; to the lobby when it leads nowhere. `#room` is understood too. */
export function placeOf(hash: string): Place | undefined {
  const [name = "", order = ""] = hash.replace(/^#\/?/, "").toLowerCase().split("/");
  const room = [name, DEFAULT_ROOM].find(isRoom);
  if (room === undefined) return undefined;
  return isOwnKey(order) && room === name ? { room, order } : { room };
}
