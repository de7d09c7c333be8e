import { performance } from "node:perf_hooks";
import type { WireMessage } from "../../sync/message.ts";
import type { Mid } from "../../sync/names.ts";

export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Times every message by one clock, this process's: from the moment its first POST is sent to its answer, and to
 * the moment a reader of another region shows it.
 */
export class Stopwatch {
  readonly #sentMs = new Map<Mid, number>();
  readonly #answerMs: number[] = [];
  readonly #crossingMs: number[] = [];

  sent(mid: Mid): void {
    this.#sentMs.set(mid, performance.now());
  }

  answered(mid: Mid): void {
    const sentMs = this.#sentMs.get(mid);
    if (sentMs !== undefined) this.#answerMs.push(performance.now() - sentMs);
  }

  /** The reader of `region` shows it, for the first time. */
  shown(region: string, { mid, region: postedIn }: WireMessage): void {
    const sentMs = this.#sentMs.get(mid);
    if (sentMs !== undefined && region !== postedIn) this.#crossingMs.push(performance.now() - sentMs);
  }

  /** POST sent → its answer. */
  answers(): Quantiles {
    return quantiles(this.#answerMs);
  }

  /** POST sent → shown by the reader of another region; each other region counts. */
  crossings(): Quantiles {
    return quantiles(this.#crossingMs);
  }
}

/** By nearest rank; zeros when there is nothing. */
export function quantiles(samples: readonly number[]): Quantiles {
  const ascending = Float64Array.from(samples).sort();
  const at = (share: number): number => ascending[Math.ceil(ascending.length * share) - 1] ?? 0;
  return { count: ascending.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
