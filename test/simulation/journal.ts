import type { JournalRecord } from "../../sync/journal.ts";
import type { Chance } from "../sync/chance.ts";
import type { DiskImage } from "./disk.ts";
import type { Surroundings } from "./surroundings.ts";

/** What the journal tells its region, as `server/journal.ts` does. */
export interface JournalListener {
  synced(tickets: readonly number[], records: readonly JournalRecord[]): void;
  failed(tickets: readonly number[]): void;
  opened(): void;
}

interface Entry {
  readonly records: readonly JournalRecord[];
  readonly ticket: number | undefined;
}

/** A write with its sync: an SSD of 0.2 ms, or a disk that others use too. */
const WRITE_MS = 12;

/**
 * The journal of one process, as `server/journal.ts` writes it, without its promises: what gathers while a batch is
 * being written goes into the next one; after a failure nothing is taken until the file was opened anew.
 */
export class SimulatedJournal {
  readonly #disk: DiskImage;
  readonly #surroundings: Surroundings;
  readonly #chance: Chance;
  readonly #listener: JournalListener;
  readonly #isFull: () => boolean;
  #entries: Entry[] = [];
  #writing: readonly Entry[] = [];
  #isBroken = false;
  #isDead = false;

  constructor(
    disk: DiskImage,
    surroundings: Surroundings,
    chance: Chance,
    isFull: () => boolean,
    listener: JournalListener,
  ) {
    this.#disk = disk;
    this.#surroundings = surroundings;
    this.#chance = chance;
    this.#isFull = isFull;
    this.#listener = listener;
  }

  /** How many posts have not reached the disk. */
  get unsyncedTickets(): number {
    return [...this.#writing, ...this.#entries].filter(({ ticket }) => ticket !== undefined).length;
  }

  write(records: readonly JournalRecord[], ticket: number | undefined): void {
    this.#entries.push({ records, ticket });
    this.#begin();
  }

  /** With each beat: opens a broken file again. */
  mend(): void {
    if (!this.#isBroken || this.#isFull()) return;
    this.#isBroken = false;
    this.#surroundings.tally.count("disk reopened");
    this.#listener.opened();
    this.#begin();
  }

  /** The process is killed. What was being written may be in the file or not. */
  die(): void {
    this.#isDead = true;
    if (this.#writing.length > 0 && this.#chance.happens(0.5)) this.#disk.write(recordsOf(this.#writing));
  }

  #begin(): void {
    if (this.#isBroken || this.#writing.length > 0 || this.#entries.length === 0) return;
    this.#writing = this.#entries.splice(0);
    this.#surroundings.schedule.after(this.#chance.below(WRITE_MS), () => this.#end());
  }

  #end(): void {
    if (this.#isDead) return;
    const entries = this.#writing;
    const records = recordsOf(entries);
    this.#writing = [];
    const tickets = entries.flatMap(({ ticket }) => ticket ?? []);
    const fails = this.#surroundings.strikes("disk-errors", this.#chance) || this.#isFull();
    const isThereAllTheSame = this.#chance.happens(0.5);
    if (fails) {
      this.#surroundings.tally.count("R6");
      if (isThereAllTheSame && !this.#isFull()) this.#disk.write(records);
      return this.#break(entries, tickets);
    }
    this.#disk.write(records);
    if (tickets.length > 0) {
      this.#disk.sync();
      this.#listener.synced(tickets, records);
    }
    return this.#begin();
  }

  /** What somebody waits for is given back; the rest stands first in line for the file opened anew. */
  #break(entries: readonly Entry[], tickets: readonly number[]): void {
    this.#isBroken = true;
    const later = this.#entries.splice(0);
    this.#entries = [...entries, ...later].filter(({ ticket }) => ticket === undefined);
    this.#listener.failed([...tickets, ...later.flatMap(({ ticket }) => ticket ?? [])]);
  }
}

function recordsOf(entries: readonly Entry[]): JournalRecord[] {
  return entries.flatMap(({ records }) => records);
}
