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

export interface StageOptions {
  readonly regions: number;
  readonly follow: "feed" | "poll";
  /** Undefined: the embedded CouchDB, in a process of its own. */
  readonly couchdbUrl: string | undefined;
  readonly connection: Connection;
  readonly platform: Platform;
  readonly signal: AbortSignal;
}

/** A region takes five seconds for its goodbye; one that takes longer is not asked any more. */
const GOODBYE_MS = 15_000;
const JOIN_MS = 30_000;
const LOOK_MS = 100;

/** A store and regions, each a process of its own, sharing nothing else. */
export class Stage {
  readonly #options: StageOptions;
  readonly #directory: string;
  readonly #removeDirectory: () => Promise<void>;
  readonly #database = `settee-replay-${randomBytes(6).toString("hex")}`;
  readonly #running: Pick<RegionProcess, "stop" | "kill">[] = [];
  readonly #regions: StagedRegion[] = [];
  #storeUrl = "";

  private constructor(options: StageOptions, directory: { path: string; remove(): Promise<void> }) {
    this.#options = options;
    this.#directory = directory.path;
    this.#removeDirectory = () => directory.remove();
  }

  /** Rejected, and nothing left behind, if one of them does not start. */
  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options, await temporaryDirectory());
    // Whatever ends this process, it leaves no other behind.
    process.once("exit", stage.#killAll);
    try {
      await stage.#startStore();
      // One after the other: the first creates the database, as for people who add regions.
      for (let n = 1; n <= options.regions; n++) await stage.#startRegion(`r${n}`);
      return stage;
    } catch (error) {
      await stage.close(false);
      throw error;
    }
  }

  get regions(): readonly StagedRegion[] {
    return this.#regions;
  }

  /** A database for measuring, beside the chat's own. It does not exist yet. */
  get scratch(): URL {
    return this.#address(`${this.#database}-probe`);
  }

  /** What is left behind when it is to be kept, for people. */
  get remains(): string {
    return `${this.#directory}, database ${this.#database}`;
  }

  /** Ends every process, the store last; deletes the databases and the directory unless they are to be kept. */
  async close(isKept: boolean): Promise<void> {
    for (const one of this.#running.toReversed()) await end(one);
    process.removeListener("exit", this.#killAll);
    if (isKept) return;
    await this.#removeDirectory();
    const { couchdbUrl, connection } = this.#options;
    if (couchdbUrl === undefined) return;
    for (const url of [this.#address(this.#database), this.scratch]) {
      // One that cannot be deleted now is left to its owner; its name says what it was.
      await connection.ask(url, { method: "DELETE" }).catch(() => undefined);
    }
  }

  async #startStore(): Promise<void> {
    const { couchdbUrl } = this.#options;
    if (couchdbUrl === undefined) {
      const store = await StoreProcess.start(`${this.#directory}/couchdb`);
      this.#running.push(store);
      this.#storeUrl = store.url;
    } else this.#storeUrl = couchdbUrl.replace(/\/+$/, "");
  }

  async #startRegion(name: string): Promise<void> {
    const { follow, platform, signal } = this.#options;
    const region = await RegionProcess.start(name, {
      COUCHDB_URL: this.#storeUrl,
      COUCHDB_DATABASE: this.#database,
      DATA_DIR: `${this.#directory}/${name}`,
      FOLLOW: follow,
    });
    this.#running.push(region);
    const api = new Api(platform, region.url);
    await joined(name, api, signal);
    this.#regions.push({ name, api, log: () => region.output });
  }

  #address(database: string): URL {
    return new URL(`${this.#storeUrl}/${database}`);
  }

  readonly #killAll = (): void => {
    for (const one of this.#running) void one.kill();
  };
}

/** Waits until the region follows the store. */
async function joined(name: string, api: Api, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < JOIN_MS && !signal.aborted; waitedMs += LOOK_MS) {
    const answer = await api.regions();
    const state = answer.type === "ok" ? answer.value.store.state : "opening";
    if (state === "live" || state === "polling") return;
    await pause(LOOK_MS, signal);
  }
  throw new Error(
    signal.aborted ? "interrupted" : `region ${name} did not reach the store within ${JOIN_MS / 1000} s`,
  );
}

async function end(one: Pick<RegionProcess, "stop" | "kill">): Promise<void> {
  const giveUp = setTimeout(() => void one.kill(), GOODBYE_MS);
  await one.stop();
  clearTimeout(giveUp);
}
