import type { WireMessage } from "../../sync/message.ts";
import { changedTexts } from "./changed.ts";
import type { Final, History, Reader, Screen } from "./history.ts";
import { isSameMessage, ReaderScreen } from "./screen.ts";
import { settledRooms } from "./settled.ts";
import { ofMessages, type Violation } from "./violation.ts";

/**
 * I4: when it is quiet, every region, every reader and every screen shows what the store holds: the same messages,
 * ascending by order key, the same to the byte, and nothing that an admin deleted.
 */
export function diverged(history: History): Violation[] {
  const settled = settledRooms(history);
  return [
    ...risen(history),
    ...history.finals.flatMap((final) => judgeFinal(final, settled.get(final.room) ?? [])),
    ...history.readers.flatMap((reader) => judgeReader(reader, history)),
    ...history.screens.flatMap((screen) => judgeScreen(screen, settled.get(screen.room) ?? [])),
  ];
}

/** Nothing may write over a deletion. */
function risen({ deeds, store }: History): Violation[] {
  const standing = new Set(store.messages.map(({ id }) => id));
  const back = deeds.flatMap((deed) =>
    deed.type === "deleted" && deed.isUndone !== true && standing.has(deed.id) ? deed : [],
  );
  return ofMessages("I4", back, "deleted by an admin and back in the store.");
}

function judgeFinal({ region, room, messages }: Final, settled: readonly WireMessage[]): Violation[] {
  const where = `${region} in ${room}`;
  const shown = new Map(messages.map((message) => [message.id, message]));
  const kept = new Map(settled.map((message) => [message.id, message]));
  const missing = settled.filter(({ id }) => !shown.has(id));
  const extra = messages.filter(({ id }) => !kept.has(id));
  const altered = messages.filter((message) => {
    const there = kept.get(message.id);
    return there !== undefined && !isSameMessage(message, there);
  });
  const misplaced = messages.filter(({ order }, place) => order <= (messages[place - 1]?.order ?? ""));
  return [
    ...ofMessages("I4", missing, `in the store and not shown by ${where}.`),
    ...ofMessages("I4", extra, `shown by ${where}, though the store holds none such to be shown.`),
    ...ofMessages("I4", altered, `shown by ${where} with other bytes than the store has.`),
    ...ofMessages("I4", misplaced, `shown by ${where} not above the one before by order key.`),
  ];
}

/** What a reader is never shown is the business of I2; here is what it should not know, or not so. */
function judgeReader(reader: Reader, { store }: History): Violation[] {
  const standing = new Map(store.messages.map((message) => [message.id, message]));
  const known = [...new ReaderScreen(reader).known.values()];
  const stale = known.filter(({ id }) => !standing.has(id));
  const altered = known.filter((message) => {
    const there = standing.get(message.id);
    return there !== undefined && !isSameMessage(message, there);
  });
  return [
    ...ofMessages("I4", stale, `still shown to ${reader.client}, who was not told that they are gone.`),
    ...ofMessages("I4", altered, `shown to ${reader.client} with other bytes than the store has.`),
  ];
}

function judgeScreen(screen: Screen, settled: readonly WireMessage[]): Violation[] {
  const { client, room, from, isChanged = false, lines } = screen;
  const expected = (isChanged ? changedTexts(settled) : settled).filter(({ order }) => order >= from);
  const differing = expected.filter(
    ({ sender, text }, place) => lines[place]?.text !== text || lines[place]?.sender !== sender.name,
  );
  const where = `the screen of ${client} in ${room}`;
  const surplus = lines.length - expected.length;
  const isTooLong = surplus > 0 && differing.length === 0;
  return [
    ...ofMessages("I4", differing, `not where they belong on ${where}.`),
    ...(isTooLong
      ? [
          {
            promise: "I4" as const,
            mids: [],
            sentence: `${surplus} more lines than there are messages on ${where}.`,
          },
        ]
      : []),
  ];
}
