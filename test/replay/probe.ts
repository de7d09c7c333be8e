import { performance } from "node:perf_hooks";
import { isRecord } from "../../sync/json.ts";
import type { Connection } from "./connection.ts";
import { pause } from "./pause.ts";
import { quantiles, type Quantiles } from "./stopwatch.ts";

/** Gentle beside what the regions ask, and 50 samples in a run of five seconds. */
const EVERY_MS = 100;
/** A row that takes longer than this is not waited for. */
const ROW_MS = 10_000;
/** About as large as a message of the chat with its fields: 300 bytes. */
const TEXT = "x".repeat(250);

/**
 * Measures the store itself, while the replay goes on and by the same clock: a document is PUT into a scratch
 * database, and timed until its row comes on an open continuous feed.
 */
export class Probe {
  readonly #connection: Connection;
  readonly #database: URL;
  readonly #measuring = new AbortController();
  readonly #following = new AbortController();
  readonly #rows = new Map<string, () => void>();
  readonly #samplesMs: number[] = [];
  #missed = 0;
  #measured: Promise<void> = Promise.resolve();
  #followed: Promise<void> = Promise.resolve();

  /** `database` is the scratch database's address, with the account. */
  constructor(connection: Connection, database: URL) {
    this.#connection = connection;
    this.#database = database;
  }

  /** Creates the scratch database and begins. False when the store does not let us. */
  async start(): Promise<boolean> {
    const { status } = await this.#connection.ask(this.#database, { method: "PUT" });
    if (status !== 201 && status !== 202) return false;
    const feed = this.#at("/_changes?feed=continuous&heartbeat=1000&include_docs=true");
    const rows = await this.#connection.open(feed, { signal: this.#following.signal });
    if (rows.statusCode !== 200) return false;
    this.#followed = this.#follow(rows);
    this.#measured = this.#measure();
    return true;
  }

  /** Ends, and tells what it measured: PUT sent → row. */
  async stop(): Promise<Quantiles & { missed: number }> {
    this.#measuring.abort();
    // The row that is waited for still comes.
    await this.#measured;
    this.#following.abort();
    await this.#followed;
    return { ...quantiles(this.#samplesMs), missed: this.#missed };
  }

  async #measure(): Promise<void> {
    const { signal } = this.#measuring;
    for (let n = 1; !signal.aborted; n++) {
      const id = `probe-${n}`;
      const sentMs = performance.now();
      const row = new Promise<boolean>((resolve) => {
        const late = setTimeout(resolve, ROW_MS, false);
        this.#rows.set(id, () => {
          clearTimeout(late);
          this.#samplesMs.push(performance.now() - sentMs);
          resolve(true);
        });
      });
      const headers = { "content-type": "application/json" };
      const put = this.#connection.ask(this.#at(`/${id}`), {
        method: "PUT",
        headers,
        body: JSON.stringify({ text: TEXT }),
      });
      // Whether it was stored is told by its row.
      const [, isSeen] = await Promise.all([put.catch(() => undefined), row]);
      if (!isSeen) this.#missed++;
      this.#rows.delete(id);
      await pause(EVERY_MS, signal);
    }
  }

  /** Ends with the abort, or with the feed; then the rows still waited for are missed. */
  async #follow(feed: AsyncIterable<Buffer>): Promise<void> {
    const decoder = new TextDecoder();
    let open = "";
    try {
      for await (const chunk of feed) {
        const lines = (open + decoder.decode(chunk, { stream: true })).split("\n");
        open = lines.pop() ?? "";
        for (const line of lines) if (line !== "") this.#rows.get(idOf(line))?.();
      }
    } catch {
      // The abort arrives as an error; a feed that broke shows in `missed`.
    }
  }

  #at(path: string): URL {
    return new URL(this.#database.href + path);
  }
}

function idOf(line: string): string {
  const row: unknown = JSON.parse(line);
  return isRecord(row) && typeof row["id"] === "string" ? row["id"] : "";
}
