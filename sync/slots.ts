import { SLOTS_BEYOND } from "./limits.ts";
import type { Origin8 } from "./names.ts";
import { ZERO_STAMP, type Stamp } from "./stamp.ts";

/** The slots missing between what was seen without a hole and the next one known to be in the store. */
export interface Hole {
  readonly origin8: Origin8;
  /** The first and last missing slot. */
  readonly first: number;
  readonly last: number;
  /** Their stamps lie not before `from` and not after `to`. */
  readonly from: Stamp;
  readonly to: Stamp;
}

/** What the journal keeps of an origin's slots. */
export interface SlotsRecord {
  readonly origin8: Origin8;
  readonly n: number;
  readonly stamp: Stamp;
  readonly beyond: readonly (readonly [n: number, stamp: Stamp])[];
}

/**
 * Which of an origin's slots this region has seen: the prefix 1 … n without a hole, and what lies beyond a hole.
 * It is how completeness is proved, whatever the store's bookmark says.
 */
export class Slots {
  readonly origin8: Origin8;
  #n = 0;
  #stamp = ZERO_STAMP;
  #newest = ZERO_STAMP;
  readonly #beyond = new Map<number, Stamp>();
  /** The newest slot its beacon told of. */
  #told: { n: number; stamp: Stamp } = { n: 0, stamp: ZERO_STAMP };

  constructor(record: Origin8 | SlotsRecord) {
    if (typeof record === "string") {
      this.origin8 = record;
      return;
    }
    this.origin8 = record.origin8;
    this.#n = record.n;
    this.#stamp = record.stamp;
    this.#meet(record.stamp);
    for (const [n, stamp] of record.beyond) {
      this.#beyond.set(n, stamp);
      this.#meet(stamp);
    }
  }

  /** The last slot of the prefix, 0 when there is none. */
  get n(): number {
    return this.#n;
  }

  /** The greatest stamp of the prefix: everything of this origin up to it has been seen. */
  get stamp(): Stamp {
    return this.#stamp;
  }

  /** The greatest stamp seen of this origin, beyond holes too, and in slots that two wrote to. */
  get newest(): Stamp {
    return this.#newest;
  }

  has(n: number): boolean {
    return n <= this.#n || this.#beyond.has(n);
  }

  /** Returns the hole that had to be given up, if there is too much beyond it. */
  fill(n: number, stamp: Stamp): Hole | undefined {
    this.#meet(stamp);
    if (this.has(n)) return undefined;
    this.#beyond.set(n, stamp);
    this.#advance();
    return this.#beyond.size > SLOTS_BEYOND ? this.giveUp() : undefined;
  }

  /** All slots up to n are in the store and count as history: what a region that starts afresh takes as seen. */
  takeBaseline(n: number, stamp: Stamp): void {
    if (n <= this.#n) return;
    this.#n = n;
    if (stamp > this.#stamp) this.#stamp = stamp;
    this.#meet(stamp);
    for (const slot of this.#beyond.keys()) {
      if (slot <= n) this.#beyond.delete(slot);
    }
    this.#advance();
  }

  /** Its beacon says that slots 1 … n are in the store. */
  tell(n: number, stamp: Stamp): void {
    if (n > this.#told.n) this.#told = { n, stamp };
  }

  hole(): Hole | undefined {
    const next = this.#nextBeyond();
    const until =
      next ?? (this.#told.n > this.#n ? { n: this.#told.n + 1, stamp: this.#told.stamp } : undefined);
    if (until === undefined) return undefined;
    const hole = { origin8: this.origin8, first: this.#n + 1, last: until.n - 1 };
    // Where two lives took the same slots, their stamps are in no order: then it may lie anywhere.
    if (until.stamp <= this.#stamp) return { ...hole, from: ZERO_STAMP, to: this.#newest };
    return { ...hole, from: this.#stamp, to: until.stamp };
  }

  /** Nobody can produce the slots of the hole any more: counts them as seen. */
  giveUp(): Hole | undefined {
    const hole = this.hole();
    if (hole !== undefined)
      this.takeBaseline(hole.last, this.#nextBeyond() === undefined ? hole.to : hole.from);
    return hole;
  }

  record(): SlotsRecord {
    return { origin8: this.origin8, n: this.#n, stamp: this.#stamp, beyond: [...this.#beyond] };
  }

  #meet(stamp: Stamp): void {
    if (stamp > this.#newest) this.#newest = stamp;
  }

  #advance(): void {
    for (
      let stamp = this.#beyond.get(this.#n + 1);
      stamp !== undefined;
      stamp = this.#beyond.get(this.#n + 1)
    ) {
      this.#n++;
      if (stamp > this.#stamp) this.#stamp = stamp;
      this.#beyond.delete(this.#n);
    }
  }

  #nextBeyond(): { n: number; stamp: Stamp } | undefined {
    let next: { n: number; stamp: Stamp } | undefined;
    for (const [n, stamp] of this.#beyond) {
      if (next === undefined || n < next.n) next = { n, stamp };
    }
    return next;
  }
}

/** For an alarm: `<origin8> <first>-<last>`. */
export function describeHole({ origin8, first, last }: Hole): string {
  return `${origin8} ${first}-${last}`;
}
