import type { History, Process } from "./history.ts";
import type { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;
/** What a region may log at warning or above: a start's worth, and then what a person could still follow. */
const LINES_AT_ONCE = 50;
const LINES_PER_MINUTE = 10;

/** I9: no process exits that nobody ended, and no log floods. */
export function noisy({ processes }: Pick<History, "processes">): Violation[] {
  return processes.flatMap((process) => [...judgeCrashes(process), ...judgeLog(process)]);
}

function judgeCrashes({ region, crashes }: Process): Violation[] {
  return crashes.map((last) => ({
    promise: "I9",
    mids: [],
    sentence: `${region} exited by itself, and said last: ${last}`,
  }));
}

function judgeLog({ region, aliveMs, logLines }: Process): Violation[] {
  const bound = LINES_AT_ONCE + Math.ceil(aliveMs / MINUTE_MS) * LINES_PER_MINUTE;
  if (logLines <= bound) return [];
  const sentence = `${region} logged ${logLines} lines in ${Math.ceil(aliveMs / MINUTE_MS)} min, and ${bound} is the bound.`;
  return [{ promise: "I9", mids: [], sentence }];
}
