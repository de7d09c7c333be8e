import { noisy } from "./alive.ts";
import { unbounded } from "./bounded.ts";
import type { History } from "./history.ts";
import { lost } from "./lost.ts";
import { fromNowhere } from "./nowhere.ts";
import { disordered } from "./disordered.ts";
import { unrecovered } from "./recovery.ts";
import { trespassing } from "./rights.ts";
import { diverged } from "./same.ts";
import { untrue } from "./truth.ts";
import { notOnce } from "./twice.ts";
import type { PromiseId, Violation } from "./violation.ts";

/** One checker for each promise: a history goes in, what breaks the promise comes out. */
export const CHECKERS: Readonly<Record<PromiseId, (history: History) => Violation[]>> = {
  I1: lost,
  I2: notOnce,
  I3: disordered,
  I4: diverged,
  I5: fromNowhere,
  I6: unbounded,
  I7: unrecovered,
  I8: untrue,
  I9: noisy,
  I10: trespassing,
};

/** Every broken promise in this history. A violation a checker finds is of its own promise. */
export function judge(history: History): Violation[] {
  return Object.values(CHECKERS).flatMap((check) => check(history));
}
