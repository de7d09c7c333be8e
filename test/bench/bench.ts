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

/** What the parts measure with. Remembers what makes their figures worthless. */
export class Bench {
  readonly sizes: Sizes;
  readonly faults: string[] = [];
  readonly #progress: Progress;

  constructor(sizes: Sizes, progress: Progress) {
    this.sizes = sizes;
    this.#progress = progress;
  }

  /** One run: what it is called, and the load. `measuring` is called when its window begins. */
  async load(name: string, job: Job, measuring?: () => Promise<void>): Promise<Outcome> {
    const outcome = await this.run(name, () => load(job, measuring));
    const fault = faultOf(outcome);
    if (fault !== undefined) this.faults.push(`${name}: ${fault}`);
    return outcome;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#progress.began(name);
    const result = await work();
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
