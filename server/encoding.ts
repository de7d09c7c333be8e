import type { SyncAnswer } from "../sync/wire.ts";
import type { Handed } from "../sync/reading.ts";
import type { Batch } from "./chat.ts";

/**
 * Batches as bytes. Every entry carries its JSON, so nothing is serialised twice, and readers who are handed the
 * same batch are answered with the same bytes (security A21).
 */

/** `SyncAnswer` as JSON. */
export function answerEncoder(): (batch: Batch) => Buffer {
  return sharing(encodeAnswer);
}

/** Readers are handed the very same batch, or one after the other equal ones. */
function sharing(encode: (batch: Batch) => Buffer): (batch: Batch) => Buffer {
  const shared = new WeakMap<Batch, Buffer>();
  let last: { batch: Batch; bytes: Buffer } | undefined;
  return (batch) => {
    const known = shared.get(batch);
    if (known !== undefined) return known;
    if (last === undefined || !isSameBatch(last.batch, batch)) last = { batch, bytes: encode(batch) };
    shared.set(batch, last.bytes);
    return last.bytes;
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
      isSameList(one.entries, other.entries))
  );
}

function isSameList(one: readonly Handed[], other: readonly Handed[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((entry, place) => entry === other[place]))
  );
}

/** A batch as server-sent events (WHATWG HTML §9.2). */
export function frameEncoder(): (batch: Batch) => Buffer {
  return sharing((batch) => Buffer.from(preface(batch) + batch.entries.map(frame).join("")));
}

function frame({ cursor, event, json }: Handed): string {
  return `id: ${cursor}\nevent: ${event.type}\ndata: ${json}\n\n`;
}

/**
 * `event: reset` before the page that takes the place of what is shown, `event: incomplete` before one that only
 * lacks older messages. An id would skip the page for whoever is cut in between, so there is one only without a page.
 */
function preface({ entries, cursor, reset, incomplete }: Batch): string {
  if (reset === undefined && incomplete === undefined) return "";
  const type = reset === undefined ? "incomplete" : "reset";
  const data = JSON.stringify({ type, ...reset, ...(incomplete === undefined ? {} : { incomplete }) });
  const id = entries.length === 0 ? `id: ${cursor}\n` : "";
  return `${id}event: ${type}\ndata: ${data}\n\n`;
}
