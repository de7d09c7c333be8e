import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseRegions } from "../../../public/client/parse.ts";
import { branded } from "../../../sync/brand.ts";
import type { Origin } from "../../../sync/names.ts";
import { isRecord } from "../../../sync/json.ts";
import type { Process } from "../../checkers/history.ts";
import { Cable } from "../cable.ts";
import type { Fate } from "../fate.ts";
import { Program } from "../program.ts";
import type { Chronicle } from "./chronicle.ts";
import { readLog } from "./region-log.ts";

export interface RegionSettings {
  readonly name: string;
  /** DATA_DIR, its own. */
  readonly directory: string;
  readonly database: string;
  readonly chronicle: Chronicle;
}

/** Who is asked and answers: one life of a region's process, under the origin it has. */
export interface Place {
  readonly region: Origin;
  readonly life: string;
}

const run = promisify(execFile);
/** One that is paused is asked again later. */
const LOOK_MS = 1_000;
/** For whoever looks for a reason: some thousand lines. */
const LOG_UNITS = 1_000_000;

/**
 * A region as the torture has it: a process that dies and comes back on the same directory, a cable between it and
 * the store, and one between it and the people, which is its address for ever.
 */
export class TorturedRegion {
  readonly name: string;
  readonly directory: string;
  readonly storeCable: Cable;
  readonly doorCable: Cable;
  readonly #settings: RegionSettings;
  #storeUrl: string;
  #formerLog = "";
  #program: Program | undefined;
  #origin = branded<Origin>("");
  /** Its own address, past the cable. */
  #door = "";
  #lives = 0;
  #startedMs = 0;
  /** Whoever ended the process, or let it die, wanted that. */
  #isDoomed = false;
  /** Memory in bytes: with the first look of its first life, the last look, and the most. */
  readonly memory = { begin: 0, end: 0, most: 0 };

  private constructor(settings: RegionSettings, storeUrl: string, storeCable: Cable, doorCable: Cable) {
    this.name = settings.name;
    this.directory = settings.directory;
    this.#settings = settings;
    this.#storeUrl = storeUrl;
    this.storeCable = storeCable;
    this.doorCable = doorCable;
  }

  /** `storeUrl` is the store's own, with its account. */
  static async start(settings: RegionSettings, storeUrl: string): Promise<TorturedRegion> {
    const nowhere = new URL("http://127.0.0.1:9");
    const [storeCable, doorCable] = await Promise.all([Cable.to(new URL(storeUrl)), Cable.to(nowhere)]);
    const region = new TorturedRegion(settings, storeUrl, storeCable, doorCable);
    await region.start();
    return region;
  }

  /** As people reach it. */
  get url(): string {
    return this.doorCable.urlFor("http://127.0.0.1");
  }

  get place(): Place {
    return { region: this.#origin, life: `${this.name}-${this.#lives}` };
  }

  get isRunning(): boolean {
    return this.#program !== undefined && !this.#program.hasEnded;
  }

  /** Its directory within its DATA_DIR: journal and signing key. */
  get home(): string {
    return `${this.directory}/regions/${this.name}`;
  }

  async start(): Promise<void> {
    this.#isDoomed = false;
    const { database, name, directory } = this.#settings;
    const env = {
      COUCHDB_URL: this.storeCable.urlFor(this.#storeUrl),
      COUCHDB_DATABASE: database,
      DATA_DIR: directory,
      LOG: "json",
      PORT: "0",
      REGION: name,
    };
    const [program, port] = await Program.start({
      script: "server/main.js",
      env,
      ready: /chat +http:\/\/127\.0\.0\.1:(\d+)\//,
      preload: "test/process/fate.js",
      hear: (said) => this.#hear(said),
    });
    this.#program = program;
    this.#lives++;
    this.#startedMs = this.#settings.chronicle.nowMs();
    this.#door = `http://127.0.0.1:${port}`;
    await this.lookAtOrigin();
    this.doorCable.lead(new URL(this.#door));
    void program.ended.then(() => this.#bury(program));
  }

  /** To be called now and then: a region that finds a twin of itself goes on under a new origin. */
  async lookAtOrigin(): Promise<void> {
    const answer = await fetch(`${this.#door}/api/v1/regions`, { signal: AbortSignal.timeout(LOOK_MS) })
      .then((asked): Promise<unknown> => asked.json())
      .catch(() => undefined);
    const here = parseRegions(answer)?.regions.find(({ state }) => state === "here");
    this.#origin = branded<Origin>(here?.origin ?? this.#origin);
  }

  /** Ends it as the machine's power does to processes. Connections of people break, as they would. */
  async kill(): Promise<void> {
    this.#isDoomed = true;
    await this.#program?.kill();
  }

  /** Asks it to end, as an operator does. */
  async stop(): Promise<void> {
    this.#isDoomed = true;
    await this.#program?.stop();
  }

  /** Fulfilled when the process is gone. */
  get ended(): Promise<void> {
    return this.#program?.ended ?? Promise.resolve();
  }

  pause(): void {
    this.#program?.signal("SIGSTOP");
  }

  resume(): void {
    this.#program?.signal("SIGCONT");
  }

  tell(fate: Fate): void {
    if (fate.type === "die") this.#isDoomed = true;
    this.#program?.tell(fate);
  }

  /**
   * No file of the process may grow beyond its first byte, as on a disk that is full; or as much as they like again.
   * False when this machine has no way to do that.
   */
  async fillDisk(isFull: boolean): Promise<boolean> {
    if (this.#program === undefined) return false;
    const limit = isFull ? "1:" : "unlimited:";
    return run("prlimit", [`--pid=${this.#program.pid}`, `--fsize=${limit}`]).then(
      () => true,
      () => false,
    );
  }

  /** The store's account has changed; known to the process from its next start on. */
  learnStoreUrl(storeUrl: string): void {
    this.#storeUrl = storeUrl;
    this.storeCable.lead(new URL(storeUrl));
  }

  /** Its life so far; none when it is dead. */
  get living(): Process[] {
    return this.#program?.hasEnded === false ? [this.#lifeOf(this.#program)] : [];
  }

  /** What it logged, in all its lives but those that are long over. */
  get log(): string {
    return `${this.#formerLog}${this.#program?.hasEnded === false ? this.#program.output : ""}`;
  }

  /** Ends it, and its cables. */
  async close(): Promise<void> {
    this.resume();
    await this.kill();
    await Promise.all([this.storeCable.close(), this.doorCable.close()]);
  }

  #hear(said: unknown): void {
    if (!isRecord(said) || said["type"] !== "weighed" || typeof said["bytes"] !== "number") return;
    const { memory } = this;
    if (memory.begin === 0) memory.begin = said["bytes"];
    memory.end = said["bytes"];
    memory.most = Math.max(memory.most, memory.end);
  }

  #bury(program: Program): void {
    this.#formerLog = `${this.#formerLog}${program.output}`.slice(-LOG_UNITS);
    this.#settings.chronicle.life(this.#lifeOf(program));
  }

  #lifeOf(program: Program): Process {
    const { logLines, alarms, last } = readLog(program.output);
    const crashes = program.hasEnded && !this.#isDoomed ? [last] : [];
    const aliveMs = this.#settings.chronicle.nowMs() - this.#startedMs;
    return { region: this.#origin, crashes, aliveMs, logLines, alarms };
  }
}
