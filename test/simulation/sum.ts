import type { PromiseId, Violation } from "../checkers/violation.ts";
import type { Outcome } from "./run.ts";
import { rerunLine, shrink } from "./shrink.ts";
import { runSeed } from "./run.ts";
import type { Reduction } from "./swarm.ts";

/** What one world came to, as a worker tells it. */
export interface Told {
  readonly seed: number;
  readonly acknowledged: number;
  /** Until it was quiet again after everything was mended, in simulated milliseconds. */
  readonly quietMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failure?: Failure;
}

export interface Failure {
  readonly seed: number;
  readonly promises: readonly PromiseId[];
  readonly violations: readonly Violation[];
  /** The command that runs the least world that still fails. */
  readonly rerun: string;
}

/** What all worlds together came to. */
export interface Sum {
  readonly worlds: number;
  readonly acknowledged: number;
  readonly longestQuietMs: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Worlds that broke each promise. */
  readonly broken: Readonly<Partial<Record<PromiseId, number>>>;
  readonly failures: readonly Failure[];
}

export const NOTHING: Sum = {
  worlds: 0,
  acknowledged: 0,
  longestQuietMs: 0,
  counts: {},
  broken: {},
  failures: [],
};

/** Violations of one world that are worth reading. */
const VIOLATIONS_TOLD = 5;

/** Runs a world, and if it fails finds the least one that still does. */
export function tellOf(seed: number, reduction: Reduction, isShrunk: boolean): Told {
  const outcome = tryRun(seed, reduction);
  if (!("violations" in outcome)) return outcome;
  const { acknowledged, quietMs, counts } = outcome;
  const told = { seed, acknowledged, quietMs, counts };
  return outcome.violations.length === 0
    ? told
    : { ...told, failure: failureOf(outcome, reduction, isShrunk) };
}

export function add(sum: Sum, { acknowledged, quietMs, counts, failure }: Told): Sum {
  const together: Record<string, number> = { ...sum.counts };
  for (const [what, count] of Object.entries(counts)) together[what] = (together[what] ?? 0) + count;
  const broken = { ...sum.broken };
  for (const promise of failure?.promises ?? []) broken[promise] = (broken[promise] ?? 0) + 1;
  return {
    worlds: sum.worlds + 1,
    acknowledged: sum.acknowledged + acknowledged,
    longestQuietMs: Math.max(sum.longestQuietMs, quietMs),
    counts: together,
    broken,
    failures: failure === undefined ? sum.failures : [...sum.failures, failure],
  };
}

/** A core that throws breaks I9: its process would have exited. */
function tryRun(seed: number, reduction: Reduction): Outcome | Told {
  try {
    return runSeed(seed, reduction);
  } catch (error) {
    const sentence = `It threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    const failure: Failure = {
      seed,
      promises: ["I9"],
      violations: [{ promise: "I9", mids: [], sentence }],
      rerun: rerunLine(seed, reduction),
    };
    return { seed, acknowledged: 0, quietMs: 0, counts: {}, failure };
  }
}

function failureOf(outcome: Outcome, reduction: Reduction, isShrunk: boolean): Failure {
  const least = isShrunk ? shrink(outcome, reduction) : { outcome, reduction };
  const { violations } = least.outcome;
  return {
    seed: outcome.seed,
    promises: [...new Set(outcome.violations.map(({ promise }) => promise))],
    violations: violations.slice(0, VIOLATIONS_TOLD),
    rerun: rerunLine(outcome.seed, least.reduction),
  };
}
