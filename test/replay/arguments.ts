import { parseArgs } from "node:util";

export interface Options {
  readonly type: "options";
  /** Chat logs, or folders of them. */
  readonly paths: readonly string[];
  readonly regions: number;
  /** How many times real time; undefined is as fast as the answers come. */
  readonly speed: number | undefined;
  /** Posts that may wait for their answer, in each region. */
  readonly inFlight: number;
  readonly follow: "feed" | "poll";
  readonly isJson: boolean;
  readonly isKept: boolean;
}

export interface Mistake {
  readonly type: "mistake";
  readonly text: string;
}

export const USAGE = `npm run replay -- FILE_OR_FOLDER… [options]

Plays chat logs through real regions on one store and judges what every region shows.

  --regions N     regions, each a process of its own, 2 to 20 (3)
  --speed X       X times real time (as fast as the answers come)
  --in-flight N   posts waiting for an answer in each region, 1 to 256 (16)
  --follow HOW    feed or poll (feed)
  --json          the report as JSON on standard output
  --keep          keeps the data directory and the database

COUCHDB_URL=http://user:password@host:5984 plays on that CouchDB, in a database of its own.
`;

const MOST_REGIONS = 20;
const MOST_IN_FLIGHT = 256;
const FASTEST = 1_000_000;

export function parseArguments(args: readonly string[]): Options | Mistake {
  const given = read(args);
  if (typeof given === "string") return mistake(given);
  const { values, positionals: paths } = given;
  const regions = Number(values.regions ?? 3);
  if (!isWhole(regions, 2, MOST_REGIONS))
    return mistake(`--regions takes a whole number from 2 to ${MOST_REGIONS}`);
  const inFlight = Number(values["in-flight"] ?? 16);
  if (!isWhole(inFlight, 1, MOST_IN_FLIGHT))
    return mistake(`--in-flight takes a whole number from 1 to ${MOST_IN_FLIGHT}`);
  const speed = values.speed === undefined ? undefined : Number(values.speed);
  if (speed !== undefined && !(speed > 0 && speed <= FASTEST))
    return mistake(`--speed takes a number above 0, at most ${FASTEST}`);
  const { follow = "feed", json: isJson = false, keep: isKept = false } = values;
  if (follow !== "feed" && follow !== "poll") return mistake("--follow takes feed or poll");
  if (paths.length === 0) return mistake("name at least one chat log, or a folder of them");
  return { type: "options", paths, regions, speed, inFlight, follow, isJson, isKept };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        regions: { type: "string" },
        speed: { type: "string" },
        "in-flight": { type: "string" },
        follow: { type: "string" },
        json: { type: "boolean" },
        keep: { type: "boolean" },
      },
    });
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
