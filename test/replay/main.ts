import { parseArguments, USAGE, type Options } from "./arguments.ts";
import { loadScripts } from "./files.ts";
import { openProgress } from "./progress.ts";
import { replay } from "./replay.ts";
import { reportText } from "./report.ts";

/**
 * `npm run replay -- FILES…`. Exit code 0: no fault; 1: a fault, or it could not run; 2: wrong arguments; 130:
 * interrupted.
 */
const options = parseArguments(process.argv.slice(2));
if (options.type === "mistake") {
  process.stderr.write(`${options.text}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await main(options);

async function main(given: Options): Promise<number> {
  const scripts = await loadScripts(given.paths);
  if (scripts.type === "unusable") {
    process.stderr.write(`${scripts.remedy}\n`);
    return 2;
  }
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());
  const all = scripts.scripts.reduce((sum, { lines }) => sum + lines.length, 0);
  const progress = openProgress(process.stderr, all, () => performance.now());
  const couchdbUrl = process.env["COUCHDB_URL"];
  try {
    const { report, remains } = await replay({
      options: given,
      scripts,
      couchdbUrl: couchdbUrl === "" ? undefined : couchdbUrl,
      progress,
      signal: interrupt.signal,
    });
    if (interrupt.signal.aborted) return 130;
    process.stdout.write(given.isJson ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
    if (given.isKept) process.stderr.write(`kept: ${remains}\n`);
    return report.isFlawless ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`The replay could not run: ${error instanceof Error ? error.message : "unknown"}\n`);
    return 1;
  }
}
