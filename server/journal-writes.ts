import { messageDocument } from "../sync/document.ts";
import type { JournalRecord } from "../sync/journal.ts";
import { messageId } from "../sync/names.ts";

export type Write = { type: "put"; key: string; value: string } | { type: "del"; key: string };

interface Change {
  readonly key: string;
  /** What it shall hold, made when it is written; without it the key is removed. */
  readonly text?: () => string;
}

/**
 * What records are on disk, the later ones over the earlier. Of what is written again with every post, as the slots are,
 * a batch of fifty posts holds only the last.
 */
export function writesOf(records: Iterable<JournalRecord>): Write[] {
  const changes = new Map<string, Change>();
  for (const record of records) for (const change of changesOf(record)) changes.set(change.key, change);
  return Array.from(changes.values(), ({ key, text }) =>
    text === undefined ? { type: "del", key } : { type: "put", key, value: text() },
  );
}

function changesOf(record: JournalRecord): Change[] {
  switch (record.type) {
    case "own":
      return [put("own", record.own)];
    case "origin":
      return [{ key: "origin", text: () => record.origin }];
    case "whole":
      return [put("whole", record.after)];
    case "known":
      return [record.from === undefined ? remove("known") : put("known", record.from)];
    case "told":
      return [put("told", record.slots)];
    case "since":
      return [put("since", record.since)];
    case "proven":
      return [record.proven === undefined ? remove("proven") : put("proven", record.proven)];
    case "message": {
      const { _id: id, ...body } = messageDocument(record.message);
      const retold = record.message.isRetold === true ? { retold: true } : {};
      const message = put(`message/${id}`, { ...body, ...retold });
      return record.isWaiting ? [message, put(`waiting/${id}`, "message")] : [message];
    }
    case "void":
      return [put(`waiting/${messageId(record.room, record.order)}`, "void")];
    case "settled":
      return [remove(`waiting/${record.id}`)];
    case "forgotten":
      return record.ids.flatMap((id) => [
        remove(`message/${id}`),
        remove(`deleted/${id}`),
        remove(`blank/${id}`),
      ]);
    case "deleted":
      return [put(`deleted/${messageId(record.room, record.order)}`, true)];
    case "blank":
      return [put(`blank/${messageId(record.room, record.order)}`, true)];
    case "floor":
      return record.floor === undefined
        ? [remove(`floor/${record.room}`)]
        : [put(`floor/${record.room}`, record.floor)];
    case "slots":
      return [put(`slots/${record.slots.origin8}`, record.slots)];
    case "beacon":
      return [put(`beacon/${record.beacon.origin}`, record.beacon)];
  }
}

function put(key: string, value: unknown): Change {
  return { key, text: () => JSON.stringify(value) };
}

function remove(key: string): Change {
  return { key };
}
