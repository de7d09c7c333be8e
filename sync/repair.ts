import { HOLE_PATIENCE_MS, HOLE_RESCAN_MS, HOLE_SCANS } from "./limits.ts";
import type { Origin8 } from "./names.ts";
import type { Hole } from "./slots.ts";
import type { Stamp } from "./stamp.ts";

interface Watched {
  readonly first: number;
  dueMs: number;
  scans: number;
}

/** A range of stamps to be read in every room: whatever is missing lies in it. */
export interface Scan {
  readonly from: Stamp;
  readonly to: Stamp;
}

/**
 * Closes holes. A hole lies between two stamps of one origin, so the documents that fill it are found by reading
 * that range of order keys in every room: no bookmark is trusted and nothing is read twice that need not be.
 */
export class Repair {
  readonly #watched = new Map<Origin8, Watched>();
  #isScanning = false;

  /** What to do about the holes there are: read a range, and which holes five complete scans could not fill. */
  ticked(holes: readonly Hole[], nowMs: number): { scan: Scan | undefined; hopeless: Hole[] } {
    this.#watch(holes, nowMs);
    const hopeless = holes.filter((hole) => (this.#watched.get(hole.origin8)?.scans ?? 0) >= HOLE_SCANS);
    const due = holes.filter((hole) => (this.#watched.get(hole.origin8)?.dueMs ?? Infinity) <= nowMs);
    if (this.#isScanning || due.length === 0) return { scan: undefined, hopeless };
    this.#isScanning = true;
    const from = due.reduce((least, hole) => (hole.from < least.from ? hole : least)).from;
    const to = due.reduce((most, hole) => (hole.to > most.to ? hole : most)).to;
    return { scan: { from, to }, hopeless };
  }

  /** A scan is over. Only a complete one counts against the holes that are still open. */
  scanned(holes: readonly Hole[], isComplete: boolean, nowMs: number): void {
    this.#isScanning = false;
    this.#watch(holes, nowMs);
    for (const watched of this.#watched.values()) {
      if (watched.dueMs > nowMs) continue;
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
