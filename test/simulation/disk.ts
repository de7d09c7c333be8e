import type { JournalRecord, Snapshot } from "../../sync/journal.ts";
import type { Origin } from "../../sync/names.ts";
import { FoldedJournal } from "../sync/folded-journal.ts";

type Batch = readonly JournalRecord[];

/**
 * What is on a disk: the batches of a log, in the order they were written. A batch is there as a whole or not at
 * all; a crash of the machine takes the newest ones away, but none that was synced.
 */
export class DiskImage {
  /** The origin its directory was made with. */
  readonly #firstOrigin: Origin;
  readonly #batches: Batch[];
  #synced: number;

  constructor(origin: Origin, batches: readonly Batch[] = []) {
    this.#firstOrigin = origin;
    this.#batches = [...batches];
    this.#synced = batches.length;
  }

  write(batch: Batch): void {
    this.#batches.push(batch);
  }

  sync(): void {
    this.#synced = this.#batches.length;
  }

  /** How many batches a crash of the machine could take away. */
  get unsynced(): number {
    return this.#batches.length - this.#synced;
  }

  /** The machine lost power: so many of the unsynced batches are gone, the newest first. */
  tear(batches: number): void {
    this.#batches.length -= Math.min(batches, this.unsynced);
    this.#synced = this.#batches.length;
  }

  /** What a snapshot of the whole machine would hold, to be put back or started a second time. */
  copy(): DiskImage {
    return new DiskImage(this.#firstOrigin, this.#batches);
  }

  /** What is sure to survive a crash of the machine. */
  durable(): DiskImage {
    return new DiskImage(this.#firstOrigin, this.#batches.slice(0, this.#synced));
  }

  /** What a region that starts finds: nothing but an origin on a new disk. */
  load(): { origin: Origin; snapshot: Snapshot | undefined } {
    const folded = new FoldedJournal();
    for (const batch of this.#batches) folded.write(batch);
    return { origin: folded.origin ?? this.#firstOrigin, snapshot: folded.snapshot() };
  }
}
