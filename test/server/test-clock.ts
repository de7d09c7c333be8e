import type { Clock } from "../../server/clock.ts";

/** Time that stands still until the test moves it. */
export class TestClock implements Clock {
  readonly #beats = new Set<() => void>();
  #nowMs: number;

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  everySecond(beat: () => void): () => void {
    this.#beats.add(beat);
    return () => void this.#beats.delete(beat);
  }

  get listeners(): number {
    return this.#beats.size;
  }

  /** Lets seconds pass, one beat each. */
  pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.#nowMs += 1000;
      for (const beat of this.#beats) beat();
    }
  }
}
