/** One slot per second; longer waits than this are not asked for. */
const SLOTS = 64;

/** Who waits for a beat. */
export interface Waiting {
  due(): void;
}

/** Everybody who waits for the same beat. Who does not want to any more deletes itself. */
export type Slot = Pick<Set<Waiting>, "delete">;

/**
 * Many waits on one timer: a timing wheel (Varghese and Lauck, 1987) of seconds. Ten thousand parked polls cost ten
 * thousand set entries, no timer and no function each. A wait ends up to one second early. Holds no more than what its
 * callers park.
 */
export class Wheel {
  readonly #slots: readonly Set<Waiting>[] = Array.from({ length: SLOTS }, () => new Set<Waiting>());
  #position = 0;

  /** Calls `due` once, on the `seconds`-th beat from now (1 … 63), unless it was deleted from its slot before. */
  park(seconds: number, waiting: Waiting): Slot {
    const wait = Math.min(Math.max(Math.ceil(seconds), 1), SLOTS - 1);
    return this.#slotAt(this.#position + wait).add(waiting);
  }

  /** A second has passed. */
  beat(): void {
    this.#position = (this.#position + 1) % SLOTS;
    const slot = this.#slotAt(this.#position);
    for (const waiting of slot) {
      slot.delete(waiting);
      waiting.due();
    }
  }

  #slotAt(position: number): Set<Waiting> {
    return this.#slots[position % SLOTS] ?? new Set();
  }
}
