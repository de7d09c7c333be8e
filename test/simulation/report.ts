import type { PromiseId } from "../checkers/violation.ts";
import type { Hunted } from "./planted/run.ts";
import { foundOf, plantedTable } from "./planted/table.ts";
import type { Failure, Sum } from "./sum.ts";
import { BRANCHES, FAULT_IDS, neverMet, SHOWN_ELSEWHERE } from "./tally.ts";

/** What a run came to. `--json` prints it as it is. */
export interface Report extends Omit<Sum, "failures"> {
  readonly from: number;
  readonly seconds: number;
  /** The first failing worlds, each with the command that runs it again. */
  readonly failures: readonly Failure[];
  /** Faults and branches that no world met. */
  readonly neverMet: readonly string[];
  /** Absent when the planted bugs were not hunted. */
  readonly planted?: { readonly found: number; readonly all: number; readonly hunts: readonly Hunted[] };
  readonly isFlawless: boolean;
}

/** Failing worlds that are told of. */
const FAILURES_TOLD = 10;

const WORDS: readonly (readonly [PromiseId, string])[] = [
  ["I1", "lost"],
  ["I2", "not shown exactly once"],
  ["I3", "out of order"],
  ["I4", "diverged"],
  ["I5", "from nowhere"],
  ["I6", "without bound"],
  ["I7", "not in step in time"],
  ["I8", "in an untrue state"],
  ["I9", "died or flooded its log"],
  ["I10", "shown without a right"],
];

export interface Ran {
  readonly from: number;
  readonly seconds: number;
  /** A short run need not meet every fault. */
  readonly isLong: boolean;
  readonly hunts: readonly Hunted[] | undefined;
}

export function reportOf(sum: Sum, { from, seconds, isLong, hunts }: Ran): Report {
  const missed = neverMet(sum.counts);
  const found = hunts === undefined ? 0 : foundOf(hunts);
  const isFlawless =
    sum.failures.length === 0 &&
    !(isLong && missed.length > 0) &&
    (hunts === undefined || found === hunts.length);
  return {
    ...sum,
    from,
    seconds,
    failures: sum.failures.slice(0, FAILURES_TOLD),
    neverMet: missed,
    ...(hunts === undefined ? {} : { planted: { found, all: hunts.length, hunts } }),
    isFlawless,
  };
}

export function reportText(report: Report): string {
  const { worlds, from, seconds, acknowledged, broken, counts, failures, neverMet: missed } = report;
  const met = (list: readonly string[]): string =>
    `${list.filter((id) => (counts[id] ?? 0) > 0).length} of ${list.length}`;
  const lines = [
    line("worlds", `${worlds}, from seed ${from}, in ${seconds.toFixed(0)} s`),
    line("acknowledged", acknowledged),
    "",
    "worlds in which messages or regions were",
    ...WORDS.map(([promise, word]) => line(`  ${promise.padEnd(3)} ${word}`, broken[promise] ?? 0)),
    "",
    line("longest until in step", `${report.longestQuietMs / 1_000} s of simulated time`),
    line("fault ids met", met(FAULT_IDS)),
    line("branches met", met(BRANCHES)),
    ...missed.map((what) => line("  never met", what)),
    ...Object.entries(SHOWN_ELSEWHERE).map(([id, test]) => line(`  ${id} is shown in`, test)),
  ];
  for (const failure of failures) lines.push("", ...failureLines(failure));
  const planted = report.planted === undefined ? "" : `\n${plantedTable(report.planted.hunts)}`;
  return `${lines.join("\n")}\n${planted}`;
}

function line(name: string, value: string | number): string {
  return `${name.padEnd(26)} ${value}`;
}

function failureLines({ seed, violations, rerun }: Failure): string[] {
  return [
    `seed ${seed}: ${rerun}`,
    ...violations.map(({ promise, sentence, mids }) => `  ${promise} ${sentence} ${mids.join(" ")}`),
  ];
}
