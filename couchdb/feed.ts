import { request, type Dispatcher } from "undici";
import type { FeedListener, Row, Since, StoreFault } from "../sync/store.ts";
import type { Address } from "./address.ts";
import { changesFault, isFeed, unreachable } from "./answers.ts";
import { parseJson } from "./json.ts";
import { LineSplitter } from "./lines.ts";
import { parseChange, parseLastSeq, parseSeq } from "./rows.ts";
import { watchSilence } from "./watchdog.ts";

export interface FeedSettings {
  readonly address: Address;
  readonly dispatcher: Dispatcher;
  /** How long the head of the answer may take. */
  readonly openingMs: number;
  /** How long an open feed may say nothing before it counts as dead. */
  readonly silenceMs: number;
  /** A longer line is skipped and counted. */
  readonly maxLineBytes: number;
}

/** CouchDB sends a newline at once and then this often; three of them missing is a dead feed. */
const HEARTBEAT_MS = 1000;
/** What is read of an answer that is no feed, to learn why. */
const MAX_COMPLAINT_BYTES = 64 * 1024;

type Chunk =
  | { readonly type: "bytes"; readonly bytes: Buffer }
  | { readonly type: "end"; readonly text: string };

/** What the lines of one chunk say. */
interface Batch {
  readonly rows: readonly Row[];
  readonly since: Since | undefined;
  readonly skipped: number;
  readonly isLast: boolean;
}

/** One continuous `_changes` connection: reads, reports, and ends once. It never reconnects. */
export class Feed {
  readonly #settings: FeedSettings;
  readonly #listener: FeedListener;
  readonly #abort = new AbortController();
  #isClosed = false;

  constructor(settings: FeedSettings, listener: FeedListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Fulfilled when the feed is over and its end was reported, unless it was closed by us. */
  async run(since: Since): Promise<void> {
    try {
      const fault = await this.#follow(since);
      if (!this.#isClosed) this.#listener.ended(fault);
    } finally {
      this.#abort.abort();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#abort.abort();
  }

  async #follow(since: Since): Promise<StoreFault> {
    const { openingMs } = this.#settings;
    const opening = await this.#unlessSilent(openingMs, () => this.#request(since));
    if (opening.type === "end") return unreachable(opening.text);
    const { statusCode, headers, body } = opening.value;
    if (!isFeed(statusCode, headers)) {
      const complaint = await this.#unlessSilent(openingMs, () => readComplaint(body));
      const retryAfter = headers["retry-after"]?.toString();
      const told = complaint.type === "value" ? complaint.value : undefined;
      return changesFault({ type: "answered", status: statusCode, retryAfter, body: told });
    }
    return this.#readRows(body[Symbol.asyncIterator]());
  }

  #request(since: Since): Promise<Dispatcher.ResponseData> {
    const { address, dispatcher } = this.#settings;
    const query = new URLSearchParams({
      feed: "continuous",
      include_docs: "true",
      conflicts: "true",
      heartbeat: String(HEARTBEAT_MS),
      since,
    });
    const { authorization } = address;
    return request(`${address.url}${encodeURIComponent(address.database)}/_changes?${query.toString()}`, {
      dispatcher,
      // No accept-encoding: a compressed feed sits in the compressor until there is enough of it.
      headers: { accept: "application/json", ...(authorization !== undefined && { authorization }) },
      signal: this.#abort.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async #readRows(chunks: AsyncIterator<unknown>): Promise<StoreFault> {
    const splitter = new LineSplitter(this.#settings.maxLineBytes);
    let isOpen = false;
    for (;;) {
      const chunk = await this.#nextChunk(chunks);
      // It may have been closed between the bytes' arrival and this turn.
      if (this.#isClosed) return unreachable("the feed was closed");
      if (chunk.type === "end") return unreachable(chunk.text);
      if (!isOpen) this.#listener.opened();
      isOpen = true;
      const { lines, skipped } = splitter.push(chunk.bytes);
      const batch = parseLines(lines, skipped);
      if (batch.rows.length > 0 || batch.skipped > 0) {
        await this.#listener.changed(batch.rows, batch.since, batch.skipped);
      }
      if (batch.isLast) return { code: "unavailable", text: "the store ended the feed" };
    }
  }

  /** The watchdog is on duty only while we wait for bytes: how long the listener takes is not its business. */
  async #nextChunk(chunks: AsyncIterator<unknown>): Promise<Chunk> {
    const next = await this.#unlessSilent(this.#settings.silenceMs, () => chunks.next());
    if (next.type === "end") return next;
    const bytes: unknown = next.value.value;
    if (next.value.done === true || !Buffer.isBuffer(bytes)) {
      return { type: "end", text: "the feed broke off without a last line" };
    }
    return { type: "bytes", bytes };
  }

  /** Resets, time-outs, bytes that are no HTTP (a second answer written into the first): all of it is an end. */
  async #unlessSilent<T>(
    silenceMs: number,
    waitFor: () => Promise<T>,
  ): Promise<{ type: "value"; value: T } | { type: "end"; text: string }> {
    const callOff = watchSilence(silenceMs, () => {
      this.#abort.abort(new Error(`no byte for ${silenceMs} ms`));
    });
    try {
      return { type: "value", value: await waitFor() };
    } catch (error) {
      return { type: "end", text: error instanceof Error ? error.message : "the connection broke" };
    } finally {
      callOff();
    }
  }
}

async function readComplaint(body: AsyncIterable<unknown>): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    if (!Buffer.isBuffer(piece)) continue;
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_COMPLAINT_BYTES) return undefined;
  }
  return parseJson(Buffer.concat(pieces).toString("utf8"));
}

function parseLines(lines: readonly string[], overlong: number): Batch {
  const rows: Row[] = [];
  let since: Since | undefined;
  let skipped = overlong;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const value = parseJson(line);
    if (parseLastSeq(value) !== undefined) return { rows, since, skipped, isLast: true };
    const row = parseChange(value);
    since = parseSeq(value) ?? since;
    if (row === undefined) skipped += 1;
    else rows.push(row);
  }
  return { rows, since, skipped, isLast: false };
}
