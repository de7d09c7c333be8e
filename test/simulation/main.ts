import { availableParallelism } from "node:os";
import { LONG_SEEDS, parseArguments, USAGE, type Options } from "./arguments.ts";
import { BUGS } from "./planted/bugs.ts";
import { seekPlaces } from "./planted/plant.ts";
import { huntAll, type Hunted } from "./planted/run.ts";
import { runAll } from "./pool.ts";
import { openProgress, type Progress } from "./progress.ts";
import { reportOf, reportText } from "./report.ts";
import { runSeed } from "./run.ts";
import { Trace } from "./trace.ts";

/** Worlds tried for one planted bug before it counts as not found. */
const HUNTED_SEEDS = 3_000;

/**
 * `npm run simulate -- …`. Exit code 0: every promise was kept; 1: one was broken, or it could not run; 2: wrong
 * arguments; 130: interrupted.
 */
const options = parseArguments(process.argv.slice(2));
if (options.type === "mistake") {
  process.stderr.write(`${options.text}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await main(options);

async function main(given: Options): Promise<number> {
  const { from, seeds, isTraced, isJson, isPlanted } = given;
  if (isTraced) runSeed(from, given.reduction, new Trace((line) => process.stdout.write(`${line}\n`)));
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());
  const { signal } = interrupt;
  const startMs = performance.now();
  const progress = openProgress(process.stderr, seeds, () => performance.now());
  try {
    if (isPlanted) await seekPlaces(BUGS);
    const sum = await runAll({ ...given, signal, onSum: (now) => progress.worlds(now) });
    if (signal.aborted) return 130;
    const seconds = (performance.now() - startMs) / 1_000;
    // The worlds are told of even if somebody has no time for the rest.
    const hunts = isPlanted ? await hunt(progress, signal) : undefined;
    const report = reportOf(sum, { from, seconds, isLong: sum.worlds >= LONG_SEEDS, hunts });
    progress.close();
    process.stdout.write(isJson ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
    if (signal.aborted) return 130;
    return report.isFlawless ? 0 : 1;
  } catch (error) {
    progress.close();
    if (signal.aborted) return 130;
    process.stderr.write(
      `The simulation could not run: ${error instanceof Error ? error.message : "unknown"}\n`,
    );
    return 1;
  }
}

function hunt(progress: Progress, signal: AbortSignal): Promise<Hunted[]> {
  let hunted = 0;
  progress.step(`hunting ${BUGS.length} planted bugs`);
  return huntAll(BUGS, {
    from: 1,
    seeds: HUNTED_SEEDS,
    lanes: availableParallelism(),
    signal,
    onHunted: ({ bug, finding }) => {
      hunted++;
      progress.step(`${hunted} of ${BUGS.length}: ${finding.type} is a region that ${bug.name}`);
    },
  });
}
