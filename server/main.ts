import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../couchdb/connect.ts";
import { isRecord } from "../sync/json.ts";
import { openClock } from "./clock.ts";
import { parseConfig, type Config } from "./config.ts";
import { endOnBug } from "./last-resort.ts";
import { openLog } from "./log.ts";
import { startRegion } from "./start-region.ts";
import { StoreKeeper, type EmbeddedStore } from "./store-keeper.ts";
import { welcome } from "./welcome.ts";

/**
 * The composition root: configuration, the store (embedded when none is given), one region, and the end of all of
 * it on Ctrl-C. Exit code 1: it could not start, and standard error says what to change.
 */

/** How long a stopping region sends what waits and lets requests finish. */
const GRACE_MS = 5_000;

/** This file runs compiled from `.build/server` and, in tests, as it stands in `server`. */
const here = fileURLToPath(new URL(".", import.meta.url));
const extension = extname(import.meta.url);
const root = extension === ".js" ? join(here, "..", "..") : join(here, "..");
const built = join(root, ".build");

await main();

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  if (config.type === "mistakes") return fail(config.mistakes);
  const keeper = config.couchdbUrl === undefined ? openKeeper(config) : undefined;
  const kept = await keeper?.open();
  if (kept?.type === "failed") return fail([`The embedded CouchDB did not start: ${kept.reason}.`]);
  const url = kept === undefined ? config.couchdbUrl : withAccount(kept.store);
  const connected = connect({ url: url ?? "", database: config.couchdbDatabase });
  if (connected.type === "malformed") return fail([connected.remedy]);

  const clock = openClock();
  const log = openLog({ format: config.log, out: process.stderr, clock });
  endOnBug(process, log);
  const region = await startRegion({
    config,
    store: connected.store,
    clock,
    log,
    version: readVersion(),
    pageDirectories: [
      { directory: join(root, "public"), at: "/page" },
      { directory: join(built, "public"), at: "/page" },
      { directory: join(built, "public", "worker"), at: "" },
      { directory: fileURLToPath(new URL(".", import.meta.resolve("preact"))), at: "/page/preact" },
    ],
    missStore: () => void keeper?.revive(),
  });
  if (region.type === "failed") {
    await Promise.all([keeper?.close(), clock.close()]);
    log.close();
    return fail([region.remedy]);
  }
  const store = {
    embedded: kept?.store,
    directory: join(config.dataDirectory, "couchdb"),
    url: withoutAccount(url),
  };
  process.stdout.write(welcome(region, store, process.stdout.isTTY));

  endWith(async () => {
    await region.close(GRACE_MS);
    await Promise.all([keeper?.close(), clock.close()]);
    log.close();
  });
}

function openKeeper(config: Config): StoreKeeper {
  const program = [
    process.execPath,
    ...process.execArgv,
    join(here, "..", "couchdb", "embedded", `main${extension}`),
  ];
  return new StoreKeeper(program, join(config.dataDirectory, "couchdb"));
}

function withAccount({ url, username, password }: EmbeddedStore): string {
  const address = new URL(url);
  address.username = username;
  address.password = password;
  return address.href;
}

function withoutAccount(url: string | undefined): string {
  const address = new URL(url ?? "");
  address.username = "";
  address.password = "";
  return address.href.replace(/\/$/, "");
}

function readVersion(): string {
  const about: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return isRecord(about) && typeof about["version"] === "string" ? about["version"] : "unknown";
}

/** The first signal ends everything in order, the second at once. */
function endWith(stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      void stop();
    });
  }
}

function fail(remedies: readonly string[]): void {
  for (const remedy of remedies) process.stderr.write(`settee: ${remedy}\n`);
  process.exitCode = 1;
}
