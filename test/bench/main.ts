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
import { tableText } from "./table.ts";

/** `npm run bench`. Exit code 1: a message was lost or repeated, or it could not run; 2: wrong arguments. */
const options = parseArguments(process.argv.slice(2));
if (options.type === "mistake") {
  process.stderr.write(`${options.text}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await main(options);

async function main({ parts, size, isJson, plot }: Options): Promise<number> {
  const sizes = SIZES[size];
  const runs = parts.reduce((sum, name) => sum + PARTS[name].runs(sizes), 0);
  const progress = openProgress(process.stderr, runs);
  const bench = new Bench(sizes, progress);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(130));
  const rows: Row[] = [];
  for (const name of parts)
    try {
      rows.push(...(await PARTS[name].measure(bench)));
    } catch (error) {
      bench.faults.push(`${name}: ${error instanceof Error ? error.message : "it could not run"}`);
    }
  progress.close();
  const present = await presentPeers();
  const absent = PEERS.filter((name) => !present.includes(name));
  const about = { ...machine(Date.now()), size, absent };
  if (isJson)
    process.stdout.write(`${JSON.stringify({ about, rows, faults: bench.faults }, undefined, 2)}\n`);
  else process.stdout.write(`${tableText(rows)}\n${JSON.stringify(about)}\n`);
  const picture = plotSvg(rows);
  if (plot !== undefined && picture !== undefined) await writeFile(plot, picture);
  for (const fault of bench.faults) process.stderr.write(`These figures do not count: ${fault}\n`);
  return bench.faults.length === 0 ? 0 : 1;
}
