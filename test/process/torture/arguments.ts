import { parseArgs } from "node:util";
import { LONG, SHORT, type Plan } from "./plan.ts";
import type { Commands } from "./store.ts";

export interface Options {
  readonly type: "options";
  readonly seed: number;
  readonly plan: Plan;
  readonly isJson: boolean;
  /** How to start and stop the CouchDB at COUCHDB_URL. */
  readonly commands: Commands | undefined;
}

export interface Mistake {
  readonly type: "mistake";
  readonly text: string;
}

export const USAGE = `npm run torture -- [options]

Lets people talk through real regions on one store while everything around them is killed, paused, cut and swapped,
and judges what every region showed.

  --seed N             what is drawn: faults, victims, moments (drawn and printed)
  --short              a taste: half a minute instead of eight
  --regions N          regions, each a process of its own, 3 to 5 (${LONG.regions})
  --messages N         messages to be said (${LONG.messages})
  --json               the report as JSON on standard output

COUCHDB_URL=http://user:password@host:5984 tortures that CouchDB, in a database of its own. It has to be running, and:

  --store-start CMD    a command that starts it
  --store-stop CMD     a command that ends it at once
  --store-directory D  where it keeps its files, to put back an older copy of them
`;

const LARGEST_SEED = 2 ** 32 - 1;
const MOST_MESSAGES = 1_000_000;

/** `drawn` is the seed when none is given. */
export function parseArguments(args: readonly string[], drawn: number, hasUrl: boolean): Options | Mistake {
  const given = read(args);
  if (typeof given === "string") return mistake(given);
  const { short = false, json: isJson = false } = given;
  const plan = short ? SHORT : LONG;
  const seed = Number(given.seed ?? drawn);
  if (!isWhole(seed, 0, LARGEST_SEED)) return mistake(`--seed takes a whole number up to ${LARGEST_SEED}`);
  const regions = Number(given.regions ?? plan.regions);
  if (!isWhole(regions, 3, 5)) return mistake("--regions takes a whole number from 3 to 5");
  const messages = Number(given.messages ?? plan.messages);
  if (!isWhole(messages, 1, MOST_MESSAGES))
    return mistake(`--messages takes a whole number from 1 to ${MOST_MESSAGES}`);
  const { "store-start": start, "store-stop": stop, "store-directory": directory } = given;
  const commands = start !== undefined && stop !== undefined ? { start, stop, directory } : undefined;
  const isHalf = commands === undefined && [start, stop, directory].some((one) => one !== undefined);
  if (isHalf || hasUrl !== (commands !== undefined))
    return mistake("COUCHDB_URL, --store-start and --store-stop belong together: give all three or none");
  return { type: "options", seed, plan: { ...plan, regions, messages }, isJson, commands };
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: "string" },
        short: { type: "boolean" },
        regions: { type: "string" },
        messages: { type: "string" },
        json: { type: "boolean" },
        "store-start": { type: "string" },
        "store-stop": { type: "string" },
        "store-directory": { type: "string" },
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : "these arguments cannot be read";
  }
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function mistake(text: string): Mistake {
  return { type: "mistake", text };
}
