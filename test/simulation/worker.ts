import { tellOf } from "./sum.ts";
import type { Reduction } from "./swarm.ts";

/** A process that runs the worlds it is asked for, one at a time, and tells what they came to. */
export interface Task {
  readonly seed: number;
  readonly reduction: Reduction;
  readonly isShrunk: boolean;
}

process.on("message", ({ seed, reduction, isShrunk }: Task) => {
  process.send?.(tellOf(seed, reduction, isShrunk));
});
process.on("disconnect", () => process.exit());
