import type { PromiseId } from "../checkers/violation.ts";
import { runSeed, type Outcome } from "./run.ts";
import { misfortunesOf, type Reduction } from "./swarm.ts";

/** Worlds that are tried to find the least one that still fails: half a minute at most. */
const MOST_TRIES = 80;

export interface Shrunk {
  readonly reduction: Reduction;
  readonly outcome: Outcome;
}

/** Takes away from a world that fails whatever it fails without: kinds of misfortune, deeds, regions, people. */
export function shrink(failed: Outcome, from: Reduction): Shrunk {
  const promises = new Set(failed.violations.map(({ promise }) => promise));
  let least: Shrunk = { reduction: from, outcome: failed };
  let tries = 0;
  const attempt = (reduction: Reduction): boolean => {
    if (tries === MOST_TRIES) return false;
    tries++;
    const outcome = runSeed(failed.seed, reduction);
    if (!breaksSame(outcome, promises)) return false;
    least = { reduction, outcome };
    return true;
  };
  for (const name of misfortunesOf(failed.swarm)) {
    attempt({ ...least.reduction, without: [...least.reduction.without, name] });
  }
  for (let steps = least.outcome.swarm.deeds.length - 1; steps >= 0; steps--) {
    if (!attempt({ ...least.reduction, steps })) break;
  }
  for (let regions = 1; regions < least.outcome.swarm.regions; regions++) {
    if (attempt({ ...least.reduction, regions })) break;
  }
  for (let authors = 1; authors < least.outcome.swarm.authors; authors++) {
    if (attempt({ ...least.reduction, authors })) break;
  }
  return least;
}

/** The arguments that run this world again. */
export function rerunLine(seed: number, { without, steps, regions, authors }: Reduction): string {
  const parts = [`npm run simulate -- --seed ${seed}`];
  if (without.length > 0) parts.push(`--without ${without.join()}`);
  if (steps !== undefined) parts.push(`--steps ${steps}`);
  if (regions !== undefined) parts.push(`--regions ${regions}`);
  if (authors !== undefined) parts.push(`--authors ${authors}`);
  return parts.join(" ");
}

function breaksSame({ violations }: Outcome, promises: ReadonlySet<PromiseId>): boolean {
  return violations.some(({ promise }) => promises.has(promise));
}
