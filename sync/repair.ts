import { HOLE_PATIENCE_MS, HOLE_RESCAN_MS, HOLE_SCANS, HOLE_SCANS_OF_LIVING } from "./limits.ts";
import type { Origin8 } from "./names.ts";
import type { Hole } from "./slots.ts";
import type { Stamp } from "./stamp.ts";

interface Watched {
  readonly first: number;
  dueMs: number;
  scans: number;
}

/** A range of stamps to be read in every room: whatever is missing was written in it. */
export interface Scan {
  readonly from: Stamp;
  readonly to: Stamp;
  /** Also changes of messages outside the range: a change stands beside its message, not where it was written. */
  readonly isWide: boolean;
}

/**
 * Closes holes. A hole lies between two stamps of one origin, so the documents that fill it are found by reading
 * that range of order keys in every room: no bookmark is trusted and nothing is read twice that need not be. If that
 * does not fill it, the missing document may be a change of an older message, and the ids of whole rooms are gone
 * through: at the second scan and then ever more rarely, because a CouchDB lists 75,000 ids a second.
 */
export class Repair {
  readonly #watched = new Map<Origin8, Watched>();
  #requested: Scan | undefined;
  /** A request that could not be read waits until then. */
  #requestDueMs = 0;
  /** What the scan under way was begun for: these holes, and what was requested. */
  #scanning: { holes: ReadonlyMap<Origin8, number>; requested: Scan | undefined } | undefined;

  /** A range to be read, for another reason than a hole: with the next scan that is complete. */
  request(scan: Scan): void {
    this.#requested = this.#requested === undefined ? scan : hull([this.#requested, scan]);
  }

  /** Whether everything that was requested has been read. */
  get isDone(): boolean {
    return this.#requested === undefined && this.#scanning?.requested === undefined;
  }

  /**
   * What to do about the holes there are: a range to read, and which holes are hopeless. One whose origin is gone is
   * given up after five complete scans; while its origin lives, there is still somebody who may write it again.
   */
  ticked(
    holes: readonly Hole[],
    isGone: (origin: Origin8) => boolean,
    nowMs: number,
  ): { scan: Scan | undefined; hopeless: Hole[] } {
    this.#watch(holes, nowMs);
    const hopeless = holes.filter(({ origin8 }) => {
      const scans = this.#watched.get(origin8)?.scans ?? 0;
      return scans >= (isGone(origin8) ? HOLE_SCANS : HOLE_SCANS_OF_LIVING);
    });
    const due = holes.flatMap((hole) => {
      const watched = this.#watched.get(hole.origin8);
      return watched !== undefined && watched.dueMs <= nowMs ? { ...hole, isWide: isWide(watched) } : [];
    });
    const requested = this.#requestDueMs <= nowMs ? this.#requested : undefined;
    const ranges = requested === undefined ? due : [...due, requested];
    const [first, ...others] = ranges;
    if (this.#scanning !== undefined || first === undefined) return { scan: undefined, hopeless };
    const read = new Map(due.map(({ origin8, first: slot }) => [origin8, slot]));
    this.#scanning = { holes: read, requested };
    if (requested !== undefined) this.#requested = undefined;
    return { scan: hull([first, ...others]), hopeless };
  }

  /** The holes that a complete scan could not fill: what others may have. */
  missing(holes: readonly Hole[]): Record<Origin8, number> {
    const unfilled = holes.filter(({ origin8 }) => (this.#watched.get(origin8)?.scans ?? 0) > 0);
    return Object.fromEntries(unfilled.map(({ origin8, first }) => [origin8, first]));
  }

  /** A scan is over. Only a complete one counts against the holes that are still open. */
  scanned(holes: readonly Hole[], isComplete: boolean, nowMs: number): void {
    const { holes: read, requested } = this.#scanning ?? {};
    this.#scanning = undefined;
    if (!isComplete && requested !== undefined) {
      this.request(requested);
      this.#requestDueMs = nowMs + HOLE_RESCAN_MS;
    }
    this.#watch(holes, nowMs);
    for (const [origin, watched] of this.#watched) {
      if (watched.dueMs > nowMs || read?.get(origin) !== watched.first) continue;
      if (isComplete) watched.scans++;
      watched.dueMs = nowMs + HOLE_RESCAN_MS;
    }
  }

  #watch(holes: readonly Hole[], nowMs: number): void {
    const open = new Map(holes.map((hole) => [hole.origin8, hole.first]));
    for (const [origin, watched] of this.#watched) {
      if (open.get(origin) !== watched.first) this.#watched.delete(origin);
    }
    for (const [origin, first] of open) {
      if (!this.#watched.has(origin))
        this.#watched.set(origin, { first, dueMs: nowMs + HOLE_PATIENCE_MS, scans: 0 });
    }
  }
}

/** At the scans 2, 3, 5, 9, 17, 33 for one hole. */
function isWide({ scans }: Watched): boolean {
  return scans > 0 && (scans & (scans - 1)) === 0;
}

/** The range that holds all of these. */
function hull(ranges: readonly [Scan, ...Scan[]]): Scan {
  const from = ranges.reduce((least, range) => (range.from < least.from ? range : least)).from;
  const to = ranges.reduce((most, range) => (range.to > most.to ? range : most)).to;
  return { from, to, isWide: ranges.some((range) => range.isWide) };
}
