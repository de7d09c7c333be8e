import type { Spread } from "./job.ts";

/** A tenth of a millisecond each, up to 20 s; what took longer counts as that. */
const CELLS_PER_MS = 10;
const CELLS = 20_000 * CELLS_PER_MS;

/** Counts durations: two hundred thousand a second must cost next to nothing. */
export class Histogram {
  readonly #cells = new Uint32Array(CELLS);
  #count = 0;

  add(durationMs: number): void {
    const cell = Math.min(Math.max(Math.floor(durationMs * CELLS_PER_MS), 0), CELLS - 1);
    this.#cells[cell] = (this.#cells[cell] ?? 0) + 1;
    this.#count++;
  }

  /** By nearest rank, each cell by its middle; zeros when there is nothing. */
  spread(): Spread {
    return { count: this.#count, p50Ms: this.#at(0.5), p99Ms: this.#at(0.99) };
  }

  #at(share: number): number {
    let left = Math.ceil(this.#count * share);
    if (left === 0) return 0;
    for (const [cell, count] of this.#cells.entries()) {
      left -= count;
      if (left <= 0) return (cell + 0.5) / CELLS_PER_MS;
    }
    return CELLS / CELLS_PER_MS;
  }
}
