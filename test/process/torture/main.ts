import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProgress } from "../../replay/progress.ts";
import { parseArguments, USAGE, type Options } from "./arguments.ts";
import { writeHistory } from "./history-file.ts";
import { reportText } from "./report.ts";
import { commandedStore, embeddedStore } from "./store.ts";
import { torture } from "./torture.ts";

/**
 * `npm run torture`. Exit code 0: every promise was kept; 1: one was broken, or it could not run; 2: wrong arguments;
 * 130: interrupted.
 */
const couchdbUrl = process.env["COUCHDB_URL"]?.replace(/\/+$/, "") || undefined;
const drawn = randomBytes(4).readUInt32BE();
const options = parseArguments(process.argv.slice(2), drawn, couchdbUrl !== undefined);
if (options.type === "mistake") {
  process.stderr.write(`${options.text}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await main(options);

async function main({ plan, seed, isJson, commands }: Options): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());
  process.stderr.write(`seed ${seed}\n`);
  const progress = openProgress(process.stderr, plan.messages, () => performance.now());
  const store = (directory: string) =>
    couchdbUrl === undefined || commands === undefined
      ? embeddedStore(directory)
      : commandedStore(couchdbUrl, commands);
  try {
    const tortured = await torture({ plan, seed, store, progress, signal: interrupt.signal });
    if (interrupt.signal.aborted) return 130;
    const { report } = tortured;
    process.stdout.write(isJson ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
    if (report.isFlawless) return 0;
    const file = join(tmpdir(), `settee-torture-${seed}.json`);
    await writeHistory(file, tortured);
    process.stderr.write(`What happened: ${file}\n`);
    return 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(
      `The torture could not run: ${error instanceof Error ? error.message : "unknown"}\n`,
    );
    return 1;
  }
}
