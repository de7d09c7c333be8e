import { randomBytes } from "node:crypto";
import { Api } from "../../public/client/api.ts";
import type { Platform } from "../../public/client/platform.ts";
import { RegionProcess, StoreProcess, temporaryDirectory } from "../process/chat-processes.ts";
import type { Connection } from "./connection.ts";
import { pause } from "./pause.ts";

/** A region that is up, with the doors it is asked through. */
export interface StagedRegion {
  readonly name: string;
  readonly api: Api;
  /** Everything it printed and logged. */
  readonly log: () => string;
}

export interface Stage {
  readonly regions: readonly StagedRegion[];
  readonly isStoreGiven: boolean;
  /** A database for measuring, beside the chat's own. It does not exist yet. */
  readonly scratch: URL;
  /** What `--keep` leaves behind, for the person who gave it. */
  readonly keeps: string;
  /** Ends every process, then deletes the databases and the directory if they are not to be kept. */
  close(isKept: boolean): Promise<void>;
}

export interface StageOptions {
  readonly regions: number;
  readonly follow: "feed" | "poll";
  /** Undefined: the embedded CouchDB, in a process of its own. */
  readonly couchdbUrl: string | undefined;
  readonly connection: Connection;
  readonly platform: Platform;
  readonly signal: AbortSignal;
}

type Stoppable = Pick<RegionProcess, "stop" | "kill">;

/** A region takes five seconds for its goodbye; one that takes longer is not asked any more. */
const GOODBYE_MS = 15_000;
const JOIN_MS = 30_000;
const LOOK_MS = 100;

/** A store and regions, each a process of its own, sharing nothing else. Rejected, and all ended, if one fails. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { couchdbUrl, follow, connection, platform, signal } = options;
  const directory = await temporaryDirectory();
  const running: Stoppable[] = [];
  const killAll = (): void => running.forEach((one) => void one.kill());
  // Whatever ends this process, it leaves none behind.
  process.once("exit", killAll);
  const database = `settee-replay-${randomBytes(6).toString("hex")}`;

  async function endAll(): Promise<void> {
    for (const one of running.toReversed()) await end(one);
    process.removeListener("exit", killAll);
  }

  async function startStore(): Promise<string> {
    const store = await StoreProcess.start(`${directory.path}/couchdb`);
    running.push(store);
    return store.url;
  }

  async function startRegion(name: string, storeUrl: string): Promise<StagedRegion> {
    const region = await RegionProcess.start(name, {
      COUCHDB_URL: storeUrl,
      COUCHDB_DATABASE: database,
      DATA_DIR: `${directory.path}/${name}`,
      FOLLOW: follow,
    });
    running.push(region);
    const api = new Api(platform, region.url);
    await joined(name, api, signal);
    return { name, api, log: () => region.output };
  }

  try {
    const storeUrl = (couchdbUrl ?? (await startStore())).replace(/\/+$/, "");
    const regions: StagedRegion[] = [];
    // One after the other: the first creates the database, as for people who add regions.
    for (let n = 1; n <= options.regions; n++) regions.push(await startRegion(`r${n}`, storeUrl));
    const address = (name: string): URL => new URL(`${storeUrl}/${name}`);
    const scratch = address(`${database}-probe`);
    return {
      regions,
      isStoreGiven: couchdbUrl !== undefined,
      scratch,
      keeps: `${directory.path}, database ${database}`,
      async close(isKept) {
        await endAll();
        if (isKept) return;
        await directory.remove();
        if (couchdbUrl === undefined) return;
        for (const url of [address(database), scratch]) await connection.ask(url, { method: "DELETE" });
      },
    };
  } catch (error) {
    await endAll();
    await directory.remove();
    throw error;
  }
}

/** Waits until the region follows the store. */
async function joined(name: string, api: Api, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < JOIN_MS && !signal.aborted; waitedMs += LOOK_MS) {
    const answer = await api.regions();
    const state = answer.type === "ok" ? answer.value.store.state : "opening";
    if (state === "live" || state === "polling") return;
    await pause(LOOK_MS, signal);
  }
  throw new Error(`region ${name} did not reach the store within ${JOIN_MS / 1000} s, or was interrupted`);
}

async function end(one: Stoppable): Promise<void> {
  const giveUp = setTimeout(() => void one.kill(), GOODBYE_MS);
  await one.stop();
  clearTimeout(giveUp);
}
