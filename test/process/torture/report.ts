import type { History } from "../../checkers/history.ts";
import { table } from "../../checkers/table.ts";
import type { Violation } from "../../checkers/violation.ts";
import type { Drilled } from "./drills.ts";
import type { Plan } from "./plan.ts";
import type { TorturedRegion } from "./region.ts";

/** What a torture did, found and measured. `--json` prints it as it is. */
export interface Report {
  readonly seed: number;
  readonly regions: number;
  readonly said: number;
  readonly acknowledged: number;
  readonly givenUp: number;
  readonly attempts: number;
  /** Answers by the code of their problem. */
  readonly refused: Counts;
  readonly handed: number;
  readonly resets: number;
  /** What was done, and how often. */
  readonly deeds: Counts;
  /** What cannot be tried on this machine or store, and why. */
  readonly omitted: Readonly<Record<string, string>>;
  readonly alarms: Counts;
  readonly ragedSeconds: number;
  /** After the last deed, until everything was in step. */
  readonly healedMs: number;
  readonly drilled: Drilled;
  readonly memory: readonly Memory[];
  readonly violations: readonly Violation[];
  /** What did not happen as often as it had to. */
  readonly missing: readonly string[];
  readonly diary: readonly DiaryEntry[];
  /** Every promise was kept, and everything was tried. */
  readonly isFlawless: boolean;
}

/** Something that was done or happened; milliseconds as in the history. */
export interface DiaryEntry {
  readonly atMs: number;
  readonly what: string;
}

export interface Memory {
  readonly region: string;
  readonly beginBytes: number;
  readonly endBytes: number;
  readonly mostBytes: number;
}

type Counts = Readonly<Record<string, number>>;

export interface Found {
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly diary: readonly DiaryEntry[];
  readonly omitted: ReadonlyMap<string, string>;
  readonly seed: number;
  readonly plan: Plan;
  readonly regions: readonly TorturedRegion[];
  readonly ragedSeconds: number;
  readonly healedMs: number;
  readonly drilled: Drilled;
}

const MEBIBYTE = 1024 * 1024;

export function reportOf(found: Found): Report {
  const { history, violations, diary, omitted, seed, plan, regions } = found;
  const deeds = countBy(diary.map(({ what }) => what));
  const { said, attempts, readers, processes } = history;
  const taken = new Set(
    attempts.flatMap(({ mid, answer }) => (answer?.type === "acknowledged" ? [mid] : [])),
  );
  const missing = missingOf(plan, deeds, taken.size);
  const events = readers.flatMap(({ handed }) => handed.map(({ event }) => event.type));
  return {
    seed,
    regions: plan.regions,
    said: said.length,
    acknowledged: taken.size,
    givenUp: said.filter(({ isGivenUp }) => isGivenUp === true).length,
    attempts: attempts.length,
    refused: countBy(attempts.flatMap(({ answer }) => (answer?.type === "refused" ? [answer.code] : []))),
    handed: events.length,
    // The first page of each is one by its form.
    resets: events.filter((type) => type === "reset").length - readers.length,
    deeds: Object.fromEntries(Object.entries(deeds).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    omitted: Object.fromEntries(omitted),
    alarms: sum(processes.map(({ alarms }) => Object.entries(alarms))),
    ragedSeconds: found.ragedSeconds,
    healedMs: found.healedMs,
    drilled: found.drilled,
    memory: regions.map(({ name, memory }) => ({
      region: name,
      beginBytes: memory.begin,
      endBytes: memory.end,
      mostBytes: memory.most,
    })),
    violations,
    missing,
    diary: found.diary,
    isFlawless: violations.length === 0 && missing.length === 0,
  };
}

function missingOf({ least, messages }: Plan, deeds: Counts, taken: number): string[] {
  const missing = Object.entries(least).flatMap(([what, times]) => {
    const done = deeds[what] ?? 0;
    return done < times ? [`${what}: ${done} of ${times}`] : [];
  });
  return taken < messages ? [...missing, `messages acknowledged: ${taken} of ${messages}`] : missing;
}

/** For people, one finding a line. */
export function reportText(found: Report): string {
  const { drilled, memory } = found;
  const rows: (readonly [string, string])[] = [
    ["seed", `${found.seed}, ${found.regions} regions, ${found.ragedSeconds.toFixed(0)} s under faults`],
    [
      "messages",
      `${found.said} said, ${found.acknowledged} acknowledged, ${found.givenUp} given up, ${found.attempts} attempts`,
    ],
    ["refused", listed(found.refused)],
    ["read", `${found.handed} events handed to readers, ${found.resets} resets`],
    ...Object.entries(found.deeds).map(([what, times]) => ["", `${times} ${what}`] as const),
    ...Object.entries(found.omitted).map(([what, why]) => ["not tried", `${what}: ${why}`] as const),
    ...found.missing.map((what) => ["too seldom", what] as const),
    ["alarms", listed(found.alarms)],
    ["in step after the last fault", `${(found.healedMs / 1000).toFixed(1)} s`],
    ["dead feed noticed", milliseconds(drilled.noticedMs)],
    ["back in step after healing", milliseconds(drilled.inStepMs)],
    [
      "backlog drained",
      `the first after ${milliseconds(drilled.firstMs)}, then ${drilled.drainedPerSecond.join(", ")} messages/s`,
    ],
    ...memory.map(
      ({ region, beginBytes, endBytes, mostBytes }) =>
        [
          `memory of ${region}`,
          `${mebibytes(beginBytes)} at the beginning, ${mebibytes(endBytes)} at the end, ${mebibytes(mostBytes)} at most`,
        ] as const,
    ),
  ];
  const width = Math.max(...rows.map(([what]) => what.length)) + 2;
  const lines = rows.map(([what, how]) => `  ${what.padEnd(width)}${how}\n`);
  const verdict =
    found.violations.length > 0
      ? "PROMISES WERE BROKEN."
      : found.missing.length > 0
        ? "NOT EVERYTHING WAS TRIED."
        : "Every promise was kept.";
  return `\n${lines.join("")}\n${table(found.violations)}\n  ${verdict}\n`;
}

function countBy(words: readonly string[]): Counts {
  return sum(words.map((word) => [[word, 1]]));
}

function sum(lists: readonly (readonly (readonly [string, number])[])[]): Counts {
  const counts = new Map<string, number>();
  for (const [word, count] of lists.flat()) counts.set(word, (counts.get(word) ?? 0) + count);
  return Object.fromEntries(counts);
}

function listed(counts: Counts): string {
  const entries = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  return entries.length === 0 ? "none" : entries.join(", ");
}

function milliseconds(times: readonly number[]): string {
  return times.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(", ");
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}
