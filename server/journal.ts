import { messageDocument } from "../sync/document.ts";
import type { JournalRecord } from "../sync/journal.ts";
import { messageId } from "../sync/names.ts";

export type Write = { type: "put"; key: string; value: string } | { type: "del"; key: string };

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
  readonly writes: readonly Write[];
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
 * rows of the store need not be, because the bookmark that would skip them is written behind them.
 *
 * After a failed write the file is not trusted (an fsync that failed once may lie the next time): it is closed and
 * opened again, once a second, and what was not acknowledged is written once more.
 */
export class Journal {
  readonly #disk: JournalDisk;
  readonly #listener: JournalListener;
  #entries: Entry[] = [];
  #writing: Promise<void> | undefined;
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
    this.#entries.push({ writes: records.flatMap(toWrites), ticket });
    this.#writing ??= this.#isBroken ? undefined : this.#drain();
  }

  /** Back-pressure for whoever fills the journal with rows: fulfilled at once while little is waiting. */
  async keepUp(): Promise<void> {
    if (this.#entries.length >= WAITING_ENTRIES) await this.#writing;
  }

  /** Fulfilled when nothing waits to be written, or the disk is broken. */
  async drained(): Promise<void> {
    await this.#writing;
  }

  /** To be called about once a second: opens a broken file again. */
  async mend(): Promise<void> {
    if (!this.#isBroken || this.#isClosed || this.#writing !== undefined) return;
    this.#writing = this.#reopen();
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await this.#disk.close();
  }

  async #drain(): Promise<void> {
    while (this.#entries.length > 0 && !this.#isBroken) {
      const entries = this.#entries.splice(0);
      const tickets = entries.flatMap(({ ticket }) => ticket ?? []);
      try {
        await this.#disk.batch(
          entries.flatMap(({ writes }) => writes),
          { sync: tickets.length > 0 },
        );
        if (tickets.length > 0) this.#listener.synced(tickets);
      } catch (error) {
        this.#break(entries, tickets, error);
      }
    }
    this.#writing = undefined;
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
    this.#writing = this.#isBroken || this.#entries.length === 0 ? undefined : this.#drain();
  }

  #shed(): void {
    this.#onlyTickets = true;
    this.#entries = this.#entries.filter(({ ticket }) => ticket !== undefined);
  }
}

function toWrites(record: JournalRecord): Write[] {
  switch (record.type) {
    case "own":
      return [put("own", record.own)];
    case "origin":
      return [{ type: "put", key: "origin", value: record.origin }];
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
      const edited = record.message.isEdited === true ? { edited: true } : {};
      const message = put(`message/${id}`, { ...body, ...edited });
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

function put(key: string, value: unknown): Write {
  return { type: "put", key, value: JSON.stringify(value) };
}

function remove(key: string): Write {
  return { type: "del", key };
}
