import { Bench } from "./bench.ts";
import type { Target } from "./contestant.ts";
import type { Job } from "./load/job.ts";
import { openProgress } from "./progress.ts";
import { SIZES } from "./sizes.ts";

/** A few readers and posts, for a tenth of a second. */
export function smallJob(target: Target, via: Job["via"] = "stream"): Job {
  const { warmMs, windowMs, readers, inFlight } = SIZES.tiny;
  return { ...target, via, readers, pace: { type: "full", inFlight }, warmMs, windowMs };
}

/** What the parts would measure with, as little of everything as there is. */
export function tinyBench(couchdbUrl?: string, interrupt = new AbortController()): Bench {
  const progress = openProgress({ write: () => undefined }, 2);
  return new Bench({ sizes: SIZES.tiny, progress, couchdbUrl, signal: interrupt.signal });
}
