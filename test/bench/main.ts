import { writeFile } from "node:fs/promises";
import { parseArguments, USAGE, type Options } from "./arguments.ts";
import { Bench } from "./bench.ts";
import { machine } from "./machine.ts";
import { PARTS } from "./parts.ts";
import { PEERS, presentPeers } from "./peers/present.ts";
import { plotSvg } from "./plot.ts";
import { openProgress } from "./progress.ts";
import type { Row } from "./row.ts";
import { SIZES } from "./sizes.ts";
import { nameStore } from "./store.ts";
import { tableText } from "./table.ts";

/**
 * `npm run bench`. Exit code 1: a message was lost or repeated, or it could not run; 2: wrong arguments; 130:
 * interrupted.
 */
const options = parseArguments(process.argv.slice(2), process.env["COUCHDB_URL"]);
if (options.type === "mistake") {
  process.stderr.write(`${options.text}\n\n${USAGE}`);
  process.exitCode = 2;
} else
  process.exitCode = await main(options).catch((error: unknown) => {
    process.stderr.write(`It could not run: ${reasonOf(error)}\n`);
    return 1;
  });

async function main({ parts, size, isJson, plot, couchdbUrl }: Options): Promise<number> {
  const store = await nameStore(couchdbUrl);
  const sizes = SIZES[size];
  const runs = parts.reduce((sum, name) => sum + PARTS[name].runs(sizes), 0);
  const progress = openProgress(process.stderr, runs);
  const { signal } = interruption();
  const bench = new Bench({ sizes, progress, couchdbUrl, signal });
  const rows: Row[] = [];
  for (const name of parts) {
    if (signal.aborted) break;
    try {
      rows.push(...(await PARTS[name].measure(bench)));
    } catch (error) {
      bench.faults.push(`${name}: ${reasonOf(error)}`);
    }
  }
  progress.close();
  // Not left to itself: load generators may run on, who end with us.
  if (signal.aborted) process.exit(130);
  const present = await presentPeers();
  const absent = PEERS.filter((name) => !present.includes(name));
  const about = { ...machine(Date.now()), size, store, absent, leftOut: bench.leftOut };
  if (isJson)
    process.stdout.write(`${JSON.stringify({ about, rows, faults: bench.faults }, undefined, 2)}\n`);
  else process.stdout.write(`${tableText(rows)}\n${JSON.stringify(about)}\n`);
  const picture = plotSvg(rows);
  if (plot !== undefined && picture !== undefined) await writeFile(plot, picture);
  for (const fault of bench.faults) process.stderr.write(`These figures do not count: ${fault}\n`);
  return bench.faults.length === 0 ? 0 : 1;
}

/** Who interrupts it once lets it put away what it has begun; who does it twice does not. */
function interruption(): AbortController {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort();
    });
  return interrupt;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
