import { startEmbeddedCouch } from "./server.ts";

/**
 * The embedded CouchDB as a process of its own:
 *
 *   node main.js <directory> [port] [--end-with-stdin] [--no-fauxton]
 *
 * Prints one line of JSON, what `startEmbeddedCouch` answered without its functions. Ends cleanly on SIGTERM and SIGINT,
 * and with `--end-with-stdin` when its parent goes away. Exit code 2: somebody else has the directory; 1: failed.
 */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const flags = new Set(given.filter((argument) => argument.startsWith("--")));
  const [directory = "couchdb-data", port = "0"] = given.filter((argument) => !argument.startsWith("--"));
  const fetchFauxton = !flags.has("--no-fauxton");
  const couch = await startEmbeddedCouch({ directory, port: Number(port), fetchFauxton });
  const report = () => {
    process.stdout.write(`${JSON.stringify({ ...couch, pid: process.pid, fauxtonSettled: undefined })}\n`);
  };
  if (couch.type !== "started") {
    report();
    process.exitCode = couch.type === "locked" ? 2 : 1;
    return;
  }
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    process.stdin.destroy();
    void couch.stop();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The parent may be gone while a line is written to it.
  process.stdout.on("error", stop);
  if (flags.has("--end-with-stdin")) process.stdin.on("end", stop).on("error", stop).resume();
  // Last: whoever reads it may stop us at once.
  report();
}

await main();
