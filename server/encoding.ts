import type { SyncAnswer } from "../sync/wire.ts";
import type { Handed } from "../sync/reading.ts";
import type { Batch } from "./chat.ts";

/**
 * Batches as bytes. Every entry carries its JSON, so nothing is serialised twice, and readers who are handed the
 * same batch are answered with the same bytes (security A21).
 */

/** `SyncAnswer` as JSON. Fan-out is one turn, so remembering the last answer is enough to share it. */
export function answerEncoder(): (batch: Batch) => Buffer {
  let last: { batch: Batch; answer: Buffer } | undefined;
  return (batch) => {
    if (last === undefined || !isSameBatch(last.batch, batch)) last = { batch, answer: encodeAnswer(batch) };
    return last.answer;
  };
}

function encodeAnswer({ entries, cursor, reset, incomplete }: Batch): Buffer {
  const rest: Omit<SyncAnswer, "events"> = {
    cursor,
    ...(reset === undefined ? {} : { reset }),
    ...(incomplete === undefined ? {} : { incomplete }),
  };
  return Buffer.from(
    `{"events":[${entries.map(({ json }) => json).join(",")}],${JSON.stringify(rest).slice(1)}`,
  );
}

function isSameBatch(one: Batch, other: Batch): boolean {
  return (
    one === other ||
    (one.cursor === other.cursor &&
      one.reset === other.reset &&
      one.incomplete === other.incomplete &&
      one.entries.length === other.entries.length &&
      one.entries.every((entry, place) => entry === other.entries[place]))
  );
}

/** A batch as server-sent events (WHATWG HTML §9.2). */
export function frameEncoder(): (batch: Batch) => readonly Buffer[] {
  // An entry's frame lives as long as the entry does.
  const frames = new WeakMap<Handed, Buffer>();

  function frame(entry: Handed): Buffer {
    let bytes = frames.get(entry);
    if (bytes === undefined) {
      bytes = Buffer.from(`id: ${entry.cursor}\nevent: ${entry.event.type}\ndata: ${entry.json}\n\n`);
      frames.set(entry, bytes);
    }
    return bytes;
  }

  return (batch) => [...preface(batch), ...batch.entries.map(frame)];
}

/**
 * `event: reset` before the page that takes the place of what is shown, `event: incomplete` before one that only
 * lacks older messages. An id would skip the page for whoever is cut in between, so there is one only without a page.
 */
function preface({ entries, cursor, reset, incomplete }: Batch): readonly Buffer[] {
  if (reset === undefined && incomplete === undefined) return [];
  const type = reset === undefined ? "incomplete" : "reset";
  const data = JSON.stringify({ type, ...reset, ...(incomplete === undefined ? {} : { incomplete }) });
  const id = entries.length === 0 ? `id: ${cursor}\n` : "";
  return [Buffer.from(`${id}event: ${type}\ndata: ${data}\n\n`)];
}
