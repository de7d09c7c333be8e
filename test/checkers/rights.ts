import type { Room } from "../../sync/names.ts";
import type { Handed, History, Reader } from "./history.ts";
import type { Violation } from "./violation.ts";

/** I10: nobody receives anything of a room without a right to it, not even that something was deleted there. */
export function trespassing({ readers }: Pick<History, "readers">): Violation[] {
  return readers.flatMap((reader) => judgeReader(reader));
}

function judgeReader({ client, rooms, handed }: Reader): Violation[] {
  const allowed = new Set(rooms);
  const foreign = new Map<Room, string[]>();
  for (const { event } of handed) {
    const room = roomOf(event);
    if (room === undefined || allowed.has(room)) continue;
    foreign.set(room, [...(foreign.get(room) ?? []), event.type]);
  }
  return [...foreign].map(([room, types]) => ({
    promise: "I10",
    mids: [],
    sentence: `${client} has no right to ${room} and was handed ${types.length} of its events.`,
  }));
}

function roomOf(event: Handed["event"]): Room | undefined {
  switch (event.type) {
    case "message":
      return event.message.room;
    case "stored":
    case "rejected":
    case "deleted":
      return event.room;
    case "regions":
    case "reset":
      return undefined;
  }
}
