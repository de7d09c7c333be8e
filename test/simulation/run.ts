import { judge } from "../checkers/judge.ts";
import type { History } from "../checkers/history.ts";
import type { Violation } from "../checkers/violation.ts";
import { boundMs, looksMs } from "./convergence.ts";
import { historyOf, isQuiet } from "./ending.ts";
import { drawSwarm, type Reduction, type Swarm } from "./swarm.ts";
import { Tally } from "./tally.ts";
import { UNTRACED } from "./trace.ts";
import { World } from "./world.ts";

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Messages somebody was told are accepted or stored. */
  readonly acknowledged: number;
  /** How long after the healing it was quiet, in simulated milliseconds; the bound if it never was. */
  readonly quietMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly swarm: Swarm;
  readonly history: History;
}

/** One whole world from one seed. The same seed and reduction give the same outcome, to the last line of its trace. */
export function runSeed(seed: number, reduction: Reduction, trace = UNTRACED): Outcome {
  const swarm = drawSwarm(seed, reduction);
  const tally = new Tally();
  const world = new World(swarm, tally, trace);
  world.storm();
  world.heal();
  const healedMs = world.schedule.nowMs;
  let history: History | undefined;
  let violations: readonly Violation[] = [];
  const lastMs = boundMs(swarm);
  let quietMs = lastMs;
  for (const lookMs of looksMs(swarm)) {
    world.schedule.runUntil(healedMs + lookMs);
    const isAllQuiet = isQuiet(world);
    if (!isAllQuiet && lookMs < lastMs) continue;
    if (!isAllQuiet)
      world.chronicle.waits.push({
        what: "Getting back in step after everything was mended",
        fromMs: healedMs,
        boundMs: lastMs,
      });
    history = historyOf(world);
    violations = judge(history);
    quietMs = lookMs;
    if (violations.length === 0) break;
  }
  history ??= historyOf(world);
  return {
    seed,
    violations,
    acknowledged: acknowledged(history),
    quietMs,
    counts: tally.counts(),
    swarm,
    history,
  };
}

function acknowledged({ attempts }: History): number {
  const mids = new Set<string>();
  for (const { mid, answer } of attempts) if (answer?.type === "acknowledged") mids.add(mid);
  return mids.size;
}
