import { RegionProcess, temporaryDirectory } from "../process/chat-processes.ts";
import { regionsOf } from "../process/client.ts";
import { Program, type Environment } from "../process/program.ts";
import { until } from "../process/until.ts";
import type { DialectName, Job } from "./load/job.ts";
import { Store } from "./store.ts";

/** A server that is measured, running. */
export interface Contestant {
  readonly name: string;
  readonly dialect: DialectName;
  /** Where it is posted to and read from. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Where a load goes, and all processes that carry it. */
export type Target = Pick<Job, "dialect" | "postTo" | "readFrom" | "pids">;

export function at({ dialect, url, pid }: Contestant): Target {
  return { dialect, postTo: [url], readFrom: [url], pids: [pid] };
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

/** A store and regions, and what they take on disk. */
export interface Chat {
  readonly store: Store;
  readonly directory: string;
  /** Starts one more region and waits until it follows the store. */
  region(name: string, environment?: Environment): Promise<Region>;
}

export interface Region extends Contestant {
  readonly process: RegionProcess;
}

/** A benchmark posts faster than anybody may. */
const NO_RATES = { RATE_PER_SESSION: "off", RATE_PER_ROOM: "off", RATE_PER_ADDRESS: "off" };

/** A chat for as long as the work takes, however that ends: nothing of it is left, least of all in another's store. */
export async function inChat<T>(
  { couchdbUrl }: { readonly couchdbUrl?: string | undefined },
  work: (chat: Chat) => Promise<T>,
): Promise<T> {
  const directory = await temporaryDirectory();
  const store = await Store.open(couchdbUrl, `${directory.path}/couchdb`);
  const regions: RegionProcess[] = [];
  const common = {
    DATA_DIR: directory.path,
    COUCHDB_URL: store.url,
    COUCHDB_DATABASE: store.database,
    ...NO_RATES,
  };
  const region = async (name: string, environment: Environment = {}): Promise<Region> => {
    const started = await RegionProcess.start(name, { ...common, ...environment }, COLLECT);
    regions.push(started);
    await until(async () => FOLLOWING.has((await regionsOf(started.url)).store.state));
    const { url, pid } = started;
    return { name, dialect: "settee", url, pid, process: started, stop: () => started.kill() };
  };
  try {
    return await work({ store, directory: directory.path, region });
  } finally {
    await Promise.all(regions.map((one) => one.kill()));
    await store.close();
    await directory.remove();
  }
}

const FOLLOWING: ReadonlySet<string> = new Set(["live", "polling"]);
