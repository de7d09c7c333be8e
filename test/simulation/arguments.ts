import { parseArgs } from "node:util";
import { MISFORTUNES, type Misfortune, type Reduction } from "./swarm.ts";

export interface Options {
  readonly type: "options";
  readonly from: number;
  readonly seeds: number;
  readonly reduction: Reduction;
  readonly isUntilFailure: boolean;
  /** Every line of what happens on standard output; of one seed only. */
  readonly isTraced: boolean;
  readonly isJson: boolean;
  /** Whether the planted bugs are hunted besides. */
  readonly isPlanted: boolean;
}

export interface Mistake {
  readonly type: "mistake";
  readonly text: string;
}

/** From so many worlds on a run is a long one: it hunts the planted bugs, and must have met every fault. */
export const LONG_SEEDS = 5_000;
const MOST_SEEDS = 10_000_000;
const USUAL_SEEDS = 1_000;

export const USAGE = `npm run simulate -- [options]

Runs worlds of regions, people and a CouchDB with everything that may go wrong, each drawn from its seed, and
judges what became of every message.

  --seeds N        worlds, 1 to ${MOST_SEEDS} (${USUAL_SEEDS}); from ${LONG_SEEDS} on also --planted
  --from N         the first seed (1)
  --until-failure  stops at the first world that fails
  --planted        hunts the bugs that were planted in copies of the core
  --json           the result as JSON on standard output

  --seed N         this one world
  --trace          with every line of what happens in it
  --without A,B    without these misfortunes: ${MISFORTUNES.join(", ").replaceAll(/(.{60,90}) /g, "$1\n                   ")}
  --steps N        with the first N deeds only
  --regions N      with so many regions to begin with, 1 to 7
  --authors N      with so many authors, 1 to 20
`;

export function parseArguments(args: readonly string[]): Options | Mistake {
  const values = read(args);
  if (typeof values === "string") return mistake(values);
  const one = whole(values.seed, 0, Number.MAX_SAFE_INTEGER);
  const from = one ?? whole(values.from, 0, Number.MAX_SAFE_INTEGER) ?? 1;
  const seeds = values.seed === undefined ? (whole(values.seeds, 1, MOST_SEEDS) ?? USUAL_SEEDS) : 1;
  if (Number.isNaN(from)) return mistake("--seed and --from take a whole number, 0 or more");
  if (Number.isNaN(seeds)) return mistake(`--seeds takes a whole number from 1 to ${MOST_SEEDS}`);
  const reduction = reductionOf(values);
  if (typeof reduction === "string") return mistake(reduction);
  const { json: isJson = false, trace: isTraced = false, planted = false } = values;
  if (isTraced && seeds > 1) return mistake("--trace is for one world: name it with --seed");
  return {
    type: "options",
    from,
    seeds,
    reduction,
    isUntilFailure: values["until-failure"] ?? false,
    isTraced,
    isJson,
    isPlanted: planted || seeds >= LONG_SEEDS,
  };
}

function reductionOf(values: {
  without?: string;
  steps?: string;
  regions?: string;
  authors?: string;
}): Reduction | string {
  const named = values.without?.split(",") ?? [];
  const without = named.filter(isMisfortune);
  const unknown = named.find((name) => !isMisfortune(name));
  if (unknown !== undefined) return `--without ${unknown}: there is no such misfortune`;
  const steps = whole(values.steps, 0, Number.MAX_SAFE_INTEGER);
  const regions = whole(values.regions, 1, 7);
  const authors = whole(values.authors, 1, 20);
  if (Number.isNaN(steps)) return "--steps takes a whole number, 0 or more";
  if (Number.isNaN(regions)) return "--regions takes a whole number from 1 to 7";
  if (Number.isNaN(authors)) return "--authors takes a whole number from 1 to 20";
  return {
    without,
    ...(steps === undefined ? {} : { steps }),
    ...(regions === undefined ? {} : { regions }),
    ...(authors === undefined ? {} : { authors }),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string" },
        from: { type: "string" },
        "until-failure": { type: "boolean" },
        planted: { type: "boolean" },
        json: { type: "boolean" },
        seed: { type: "string" },
        trace: { type: "boolean" },
        without: { type: "string" },
        steps: { type: "string" },
        regions: { type: "string" },
        authors: { type: "string" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : "these arguments cannot be read";
  }
}

function isMisfortune(name: string): name is Misfortune {
  return MISFORTUNES.some((one) => one === name);
}

/** Undefined when it was not given, NaN when it is none. */
function whole(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : Number.NaN;
}

function mistake(text: string): Mistake {
  return { type: "mistake", text };
}
