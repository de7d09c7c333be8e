import { parseArgs } from "node:util";
import { parseAddress } from "../../couchdb/address.ts";
import { PART_NAMES, type PartName } from "./row.ts";
import { SIZES } from "./sizes.ts";

export interface Options {
  readonly type: "options";
  readonly parts: readonly PartName[];
  readonly size: keyof typeof SIZES;
  readonly isJson: boolean;
  /** Where the picture goes, if one is to be drawn. */
  readonly plot: string | undefined;
  /** With its account, without a slash at the end. Undefined: the embedded store. */
  readonly couchdbUrl: string | undefined;
}

export interface Mistake {
  readonly type: "mistake";
  readonly text: string;
}

export const USAGE = `npm run bench -- [part…] [options]

Compares Settee with the bare minimum in the same run, and prints a table of ratios. Exit code 1: a message was lost
or repeated, so no figure counts. The parts, all of them when none is named:

  ${PART_NAMES.join(", ")}

  --quick              smaller crowds and shorter runs: less than three minutes
  --full               longer runs, more of them, more regions: less than thirty minutes
  --json               the rows as JSON on standard output
  --plot FILE          draws fan-out and the way to another region as SVG

COUCHDB_URL=http://admin:password@host:port measures on that CouchDB instead of the embedded one, in databases of its
own. What it takes of CPU is not told then.
`;

/** `store`: what COUCHDB_URL holds. */
export function parseArguments(args: readonly string[], store = ""): Options | Mistake {
  const given = read(args);
  if (typeof given === "string") return mistake(given);
  const { quick = false, full = false, json: isJson = false, plot } = given.values;
  if (quick && full) return mistake("--quick or --full, not both");
  const unknown = given.positionals.find((name) => !PART_NAMES.some((part) => part === name));
  if (unknown !== undefined) return mistake(`there is no part ${unknown}`);
  const named = PART_NAMES.filter((part) => given.positionals.includes(part));
  const parts = named.length > 0 ? named : PART_NAMES;
  const couchdbUrl = store === "" ? undefined : store.replace(/\/+$/, "");
  if (couchdbUrl !== undefined && !isPlain(couchdbUrl))
    return mistake("COUCHDB_URL must be like http://admin:password@host:5984: the load generator has no TLS");
  const size = quick ? "quick" : full ? "full" : "usual";
  return { type: "options", parts, size, isJson, plot, couchdbUrl };
}

/** The load generator opens its sockets itself, at the port that is named. */
function isPlain(text: string): boolean {
  const parsed = parseAddress(text, "settee");
  return parsed.type === "address" && /^http:\/\/[^/]+:\d+\//.test(parsed.address.url);
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: "boolean" },
        full: { type: "boolean" },
        json: { type: "boolean" },
        plot: { type: "string" },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : "these arguments cannot be read";
  }
}

function mistake(text: string): Mistake {
  return { type: "mistake", text };
}
