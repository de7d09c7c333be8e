import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Room } from "../../sync/names.ts";
import type { History, Reader } from "./history.ts";
import { ReaderScreen } from "./screen.ts";
import { settledRooms } from "./settled.ts";
import { firstMoments } from "./moments.ts";
import { ofMessages, type Violation } from "./violation.ts";

/**
 * I2: every message is shown exactly once at each client, also when it reloads or moves. Like Jepsen's checker of
 * Kafka: nothing a reader polls comes twice, and nothing between its first and the last is skipped.
 */
export function notOnce(history: History): Violation[] {
  const settled = settledRooms(history);
  const kept = firstMoments([...(history.synced ?? []), ...(history.confirmed ?? [])]);
  return history.readers.flatMap((reader) => judgeReader(reader, settled, kept));
}

function judgeReader(
  reader: Reader,
  settled: ReadonlyMap<Room, readonly WireMessage[]>,
  kept: ReadonlyMap<MessageId, number>,
): Violation[] {
  const { client, rooms } = reader;
  const screen = new ReaderScreen(reader);
  const never = rooms.flatMap((room) =>
    (settled.get(room) ?? []).filter(
      (message) => !screen.known.has(message.id) && screen.isOwed(message, kept.get(message.id) ?? -Infinity),
    ),
  );
  return [
    ...ofMessages("I2", screen.repeated, `handed to ${client} again while its screen showed them.`),
    ...ofMessages("I2", never, `never shown to ${client}, who read on and was told of no gap.`),
  ];
}
