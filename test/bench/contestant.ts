import { RegionProcess, StoreProcess, temporaryDirectory } from "../process/chat-processes.ts";
import { regionsOf } from "../process/client.ts";
import { Program, type Environment } from "../process/program.ts";
import { until } from "../process/until.ts";
import type { DialectName } from "./load/job.ts";

/** A server that is measured, running. */
export interface Contestant {
  readonly name: string;
  readonly dialect: DialectName;
  /** Where it is posted to and read from. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export type BareKind = readonly ["long-poll" | "stream", ("batching" | undefined)?];

export async function startBare([kind, how]: BareKind): Promise<Contestant> {
  const [program, port] = await Program.start({
    script: "test/bench/bare/main.js",
    args: how === undefined ? [kind] : [kind, how],
    ready: /^listening (\d+)$/m,
    preload: COLLECT,
  });
  const name = how === undefined ? `bare ${kind}` : `bare ${how} ${kind}`;
  const url = `http://127.0.0.1:${port}`;
  return { name, dialect: "settee", url, pid: program.pid, stop: () => program.kill() };
}

/** Makes a process collect its garbage on a signal, so that memory can be compared. */
const COLLECT = "test/bench/collect.js";

/** A store and regions, and what they take on disk; all of it ends with `stop`. */
export interface Chat {
  readonly store: StoreProcess;
  readonly directory: string;
  /** Starts one more region and waits until it follows the store. */
  region(name: string, environment?: Environment): Promise<Contestant & { readonly process: RegionProcess }>;
  stop(): Promise<void>;
}

/** A benchmark posts faster than anybody may. */
const NO_RATES = { RATE_PER_SESSION: "off", RATE_PER_ROOM: "off", RATE_PER_ADDRESS: "off" };

export async function startChat(): Promise<Chat> {
  const directory = await temporaryDirectory();
  const store = await StoreProcess.start(`${directory.path}/couchdb`);
  const regions: RegionProcess[] = [];
  return {
    store,
    directory: directory.path,
    async region(name, environment = {}) {
      const common = { DATA_DIR: directory.path, COUCHDB_URL: store.url, ...NO_RATES };
      const region = await RegionProcess.start(name, { ...common, ...environment }, COLLECT);
      regions.push(region);
      await until(async () => FOLLOWING.has((await regionsOf(region.url)).store.state));
      const { url, pid } = region;
      return { name, dialect: "settee", url, pid, process: region, stop: () => region.kill() };
    },
    async stop() {
      await Promise.all(regions.map((region) => region.kill()));
      await store.kill();
      await directory.remove();
    },
  };
}

const FOLLOWING: ReadonlySet<string> = new Set(["live", "polling"]);

/** The store itself, with a database of its own in which its rows are measured. */
export async function scratchDatabase({ store }: Chat, name: string): Promise<Contestant> {
  await store.ask("PUT", name);
  return {
    name: "the store alone",
    dialect: "store",
    url: `${store.url}/${name}`,
    pid: store.pid,
    stop: async () => void (await store.ask("DELETE", name)),
  };
}
