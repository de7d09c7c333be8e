import type { JournalRecord } from "../sync/journal.ts";
import { writesOf, type Write } from "./journal-writes.ts";

/** What a journal is written to, open. Each method rejects when the disk fails. */
export interface JournalDisk {
  /** All of the writes or none. With `sync` they are on disk when it is fulfilled. */
  batch(writes: Write[], options: { sync: boolean }): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** What the journal tells its owner. Each may be called many times. */
export interface JournalListener {
  /** These tickets are on disk. */
  synced(tickets: readonly number[]): void;
  /** These tickets may or may not be on disk. Nothing more is taken until `opened`. */
  failed(tickets: readonly number[], reason: string): void;
  /** The disk takes writes again. */
  opened(): void;
}

/** So many unwritten entries, of up to a thousand rows each, may wait before the feed is read no further. */
const WAITING_ENTRIES = 100;

interface Entry {
  readonly records: readonly JournalRecord[];
  readonly ticket: number | undefined;
}

/**
 * Beyond this many unwritten entries of a broken disk, what the store can tell again is no longer kept: the bookmark
 * on disk stays where it is, and the next start reads on from there.
 */
const BACKLOG_ENTRIES = 10_000;

/**
 * The region's durable local state, in LevelDB. One writer: what gathers while a batch is being written goes into
 * the next, so a single fsync serves many posts. A batch is synced when it holds a message that somebody waits for;
 * rows of the store need not be, because the bookmark that would skip them is written behind them. They wait for such a
 * message, or for the end of this turn of the event loop: readers have them first, and one batch is made of several.
 *
 * After a failed write the file is not trusted (an fsync that failed once may lie the next time): it is closed and
 * opened again, once a second, and what was not acknowledged is written once more.
 */
export class Journal {
  readonly #disk: JournalDisk;
  readonly #listener: JournalListener;
  #entries: Entry[] = [];
  #writing: Promise<void> | undefined;
  #soon: NodeJS.Immediate | undefined;
  #isBroken = false;
  #onlyTickets = false;
  #isClosed = false;

  constructor(disk: JournalDisk, listener: JournalListener) {
    this.#disk = disk;
    this.#listener = listener;
  }

  /** Writes the records together, after all earlier ones. With a ticket they are synced and the listener is told. */
  write(records: readonly JournalRecord[], ticket: number | undefined): void {
    if (this.#isClosed) return;
    if (this.#isBroken && this.#entries.length >= BACKLOG_ENTRIES) this.#shed();
    if (this.#onlyTickets && ticket === undefined) return;
    this.#entries.push({ records, ticket });
    if (ticket === undefined) this.#beginSoon();
    else this.#begin();
  }

  /** Back-pressure for whoever fills the journal with rows: fulfilled at once while little is waiting. */
  async keepUp(): Promise<void> {
    if (this.#entries.length < WAITING_ENTRIES) return;
    this.#begin();
    await this.#writing;
  }

  /** Fulfilled when nothing waits to be written, or the disk is broken. */
  async drained(): Promise<void> {
    for (this.#begin(); this.#writing !== undefined; this.#begin()) await this.#writing;
  }

  /** To be called about once a second: opens a broken file again. */
  async mend(): Promise<void> {
    if (!this.#isBroken || this.#isClosed || this.#writing !== undefined) return;
    this.#writing = this.#reopen();
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drained();
    await this.#disk.close();
  }

  #beginSoon(): void {
    if (this.#isBroken || this.#writing !== undefined) return;
    this.#soon ??= setImmediate(() => this.#begin());
  }

  #begin(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    if (!this.#isBroken && this.#entries.length > 0) this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    do {
      const entries = this.#entries.splice(0);
      const tickets = entries.flatMap(({ ticket }) => ticket ?? []);
      try {
        const writes = writesOf(entries.flatMap(({ records }) => records));
        await this.#disk.batch(writes, { sync: tickets.length > 0 });
        if (tickets.length > 0) this.#listener.synced(tickets);
      } catch (error) {
        this.#break(entries, tickets, error);
      }
    } while (!this.#isBroken && this.#entries.some(({ ticket }) => ticket !== undefined));
    this.#writing = undefined;
    if (this.#entries.length > 0) this.#beginSoon();
  }

  /** What somebody waits for is given back to them; the rest stands first in line for the file opened anew. */
  #break(entries: readonly Entry[], tickets: number[], error: unknown): void {
    this.#isBroken = true;
    const later = this.#entries.splice(0);
    this.#entries = [...entries, ...later].filter(({ ticket }) => ticket === undefined);
    const lost = [...tickets, ...later.flatMap(({ ticket }) => ticket ?? [])];
    this.#listener.failed(lost, error instanceof Error ? error.message : String(error));
  }

  async #reopen(): Promise<void> {
    try {
      await this.#disk.close();
      await this.#disk.open();
      this.#isBroken = false;
      this.#listener.opened();
    } catch {
      // Still broken: the next beat tries again.
    }
    this.#writing = undefined;
    this.#begin();
  }

  #shed(): void {
    this.#onlyTickets = true;
    this.#entries = this.#entries.filter(({ ticket }) => ticket !== undefined);
  }
}
