/** One slot per second; longer waits than this are not asked for. */
const SLOTS = 64;

/**
 * Many waits on one timer: a timing wheel (Varghese and Lauck, 1987) of seconds. Ten thousand parked polls cost ten
 * thousand set entries and no timer. A wait ends up to one second early. Holds no more than what its callers park.
 */
export class Wheel {
  readonly #slots: readonly Set<() => void>[] = Array.from({ length: SLOTS }, () => new Set<() => void>());
  #position = 0;

  /** Calls `due` once, on the `seconds`-th beat from now (1 … 63), unless the returned function is called before. */
  after(seconds: number, due: () => void): () => void {
    const wait = Math.min(Math.max(Math.ceil(seconds), 1), SLOTS - 1);
    const slot = this.#slots[(this.#position + wait) % SLOTS];
    // A function of its own, so that the same `due` may wait twice in one slot.
    const parked = (): void => due();
    slot?.add(parked);
    return () => void slot?.delete(parked);
  }

  /** A second has passed. */
  beat(): void {
    this.#position = (this.#position + 1) % SLOTS;
    const slot = this.#slots[this.#position];
    if (slot === undefined) return;
    for (const due of slot) {
      slot.delete(due);
      due();
    }
  }
}
