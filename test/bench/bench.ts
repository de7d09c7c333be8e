import { faultOf, load } from "./load-process.ts";
import type { Job, Outcome } from "./load/job.ts";
import type { Progress } from "./progress.ts";
import type { Row } from "./row.ts";
import type { Sizes } from "./sizes.ts";

/** One part of the benchmark. */
export interface Part {
  /** How many runs it will take, for the progress bar. */
  runs(sizes: Sizes): number;
  measure(bench: Bench): Promise<readonly Row[]>;
}

export interface BenchOptions {
  readonly sizes: Sizes;
  readonly progress: Progress;
  readonly couchdbUrl: string | undefined;
  /** Aborted: whoever started it wants no more of it. */
  readonly signal: AbortSignal;
}

/** What the parts measure with. Remembers what makes their figures worthless. */
export class Bench {
  readonly sizes: Sizes;
  /** Another's CouchDB, with its account. Undefined: the embedded one. */
  readonly couchdbUrl: string | undefined;
  readonly faults: string[] = [];
  /** Rows that nobody could measure here, and why. */
  readonly leftOut: string[] = [];
  readonly #progress: Progress;
  readonly #signal: AbortSignal;
  readonly #interrupted: Promise<never>;

  constructor({ sizes, progress, couchdbUrl, signal }: BenchOptions) {
    this.sizes = sizes;
    this.couchdbUrl = couchdbUrl;
    this.#progress = progress;
    this.#signal = signal;
    this.#interrupted = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
    });
    // Between two runs nobody waits for it.
    this.#interrupted.catch(() => undefined);
  }

  /** One run: what it is called, and the load. `measuring` is called when its window begins. */
  async load(name: string, job: Job, measuring?: () => Promise<void>): Promise<Outcome> {
    const outcome = await this.run(name, () => load(job, measuring));
    const fault = faultOf(outcome);
    if (fault !== undefined) this.faults.push(`${name}: ${fault}`);
    return outcome;
  }

  /** Rejected as soon as it is interrupted, so that the part puts away what it has begun. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#signal.aborted) return this.#interrupted;
    this.#progress.began(name);
    const result = await Promise.race([work(), this.#interrupted]);
    this.#progress.ended();
    return result;
  }

  /** Runs of each contestant in turn, so that what else the machine does hits all of them alike. */
  async alternate<Contestant, T>(
    contestants: readonly Contestant[],
    run: (contestant: Contestant) => Promise<T>,
  ): Promise<readonly (readonly T[])[]> {
    const results = contestants.map((): T[] => []);
    for (let round = 0; round < this.sizes.rounds; round++)
      for (const [place, contestant] of contestants.entries()) results[place]?.push(await run(contestant));
    return results;
  }
}
