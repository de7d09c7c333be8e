import type { Post } from "./evidence.ts";
import type { Fault, FaultKind, RegionDigests, Verdict } from "./judge.ts";
import type { Quantiles } from "./stopwatch.ts";

/** What a replay found and measured. `--json` prints it as it is. */
export interface Report extends Measured {
  readonly acknowledged: number;
  /** By the code of the answer. */
  readonly refused: Counts;
  readonly postsPerSecond: number;
  /** p50 of `crossing` by p50 of `storeAlone`. */
  readonly crossingByStore: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** The first faults of each kind. */
  readonly examples: readonly Fault[];
  readonly digests: readonly RegionDigests[];
  readonly isFlawless: boolean;
}

export interface Measured {
  readonly played: {
    readonly logs: number;
    readonly otherFiles: number;
    readonly messages: number;
    readonly notices: number;
    readonly unreadable: number;
    readonly cleaned: number;
    readonly sessions: number;
  };
  readonly regions: number;
  readonly follow: "feed" | "poll";
  readonly store: "embedded" | "given";
  /** Requests sent again because there was no answer. */
  readonly repeatedRequests: number;
  /** How often readers were told to start over, and how often they were not answered. */
  readonly resets: number;
  readonly unansweredPolls: number;
  /** From the first post to the last answer, and to the last thing seen. */
  readonly postingSeconds: number;
  readonly settledSeconds: number;
  /** POST sent → its answer. */
  readonly answer: Quantiles;
  /** POST sent → shown by the reader of another region. */
  readonly crossing: Quantiles;
  /** The store alone, in the same run: PUT sent → row on an open feed. Undefined: it did not let us measure. */
  readonly storeAlone: (Quantiles & { readonly missed: number }) | undefined;
  /** Warnings and errors in the regions' logs, by event. */
  readonly warnings: Counts;
}

export type Counts = Readonly<Record<string, number>>;

const EXAMPLES = 5;

export function report(measured: Measured, posts: readonly Post[], { faults, digests }: Verdict): Report {
  const refused = posts.flatMap(({ outcome }) => (outcome.type === "refused" ? [outcome.code] : []));
  const acknowledged = posts.filter(({ outcome }) => outcome.type === "acknowledged").length;
  const kinds: Record<FaultKind, number> = {
    lost: 0,
    twice: 0,
    "out of order": 0,
    altered: 0,
    "not stored": 0,
    unanswered: 0,
    refused: 0,
    disagreement: 0,
  };
  const examples: Fault[] = [];
  for (const fault of faults) if (++kinds[fault.kind] <= EXAMPLES) examples.push(fault);
  return {
    ...measured,
    acknowledged,
    refused: countBy(refused),
    postsPerSecond: acknowledged / Math.max(measured.postingSeconds, 0.001),
    crossingByStore: measured.crossing.p50Ms / (measured.storeAlone?.p50Ms ?? Number.NaN),
    faults: kinds,
    examples,
    digests,
    isFlawless: faults.length === 0 && posts.length === measured.played.messages,
  };
}

/** How often each stands there. */
export function countBy(words: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** For people, one finding a line. */
export function reportText(found: Report): string {
  const { played, faults, digests } = found;
  const agree = faults.disagreement === 0 ? "all regions agree" : "THE REGIONS DISAGREE";
  const rows: (readonly [string, string])[] = [
    [
      "played",
      `${played.messages} messages of ${played.sessions} sessions, ${counted(played.logs, "log")}, through ${found.regions} regions by ${found.follow}, ${found.store} store`,
    ],
    [
      "passed over",
      `${played.notices} notices, ${played.unreadable} unreadable lines, ${counted(played.otherFiles, "other file")}; ${played.cleaned} lines freed of control characters`,
    ],
    ["acknowledged", `${found.acknowledged}; refused by the door: ${listed(found.refused)}`],
    ["lost", `${faults.lost}`],
    ["shown twice", `${faults.twice}`],
    ["out of order", `${faults["out of order"]}`],
    [
      "other faults",
      `altered ${faults.altered}, not stored ${faults["not stored"]}, unanswered ${faults.unanswered}, refused without rule ${faults.refused}`,
    ],
    ["agreement", agree],
    ...digests.map(
      ({ region, reader, history }) =>
        ["", `${region}  reader ${reader.slice(0, 16)}  history ${history.slice(0, 16)}`] as const,
    ),
    [
      "weather",
      `${found.repeatedRequests} requests repeated, ${found.resets} resets, ${found.unansweredPolls} unanswered polls, warnings: ${listed(found.warnings)}`,
    ],
    [
      "speed",
      `${found.postsPerSecond.toFixed(0)} posts/s; ${found.postingSeconds.toFixed(1)} s until all were answered, ${found.settledSeconds.toFixed(1)} s until all was seen and stored`,
    ],
    ["POST → answer", times(found.answer)],
    ["POST → reader in another region", times(found.crossing)],
    [
      "the store alone, PUT → row",
      found.storeAlone === undefined
        ? "not measured"
        : `${times(found.storeAlone)}, ${found.storeAlone.missed} missed`,
    ],
    ["p50 by the store's own", Number.isNaN(found.crossingByStore) ? "-" : found.crossingByStore.toFixed(2)],
    ...found.examples.map(({ kind, where, message }) => [`fault: ${kind}`, `${where}: ${message}`] as const),
  ];
  const width = Math.max(...rows.map(([what]) => what.length)) + 2;
  const lines = rows.map(([what, how]) => `  ${what.padEnd(width)}${how}\n`);
  return `\n${lines.join("")}\n  ${found.isFlawless ? "No fault." : "FAULTS."}\n`;
}

function times({ count, p50Ms, p99Ms }: Quantiles): string {
  return `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${count} times)`;
}

function listed(counts: Counts): string {
  const entries = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  return entries.length === 0 ? "none" : entries.join(", ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
