import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, type Environment } from "./program.ts";

/** A store of its own process: the embedded CouchDB on a directory and a port that stay the same over restarts. */
export class StoreProcess {
  readonly #directory: string;
  #program: Program | undefined;
  #port = 0;
  #password = "";

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async start(directory: string): Promise<StoreProcess> {
    const store = new StoreProcess(directory);
    await store.start();
    return store;
  }

  /** With its account. */
  get url(): string {
    return `http://admin:${this.#password}@127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  async start(): Promise<void> {
    const args = [this.#directory, String(this.#port), "--no-fauxton", "--end-with-stdin"];
    const [program, line] = await Program.start({
      script: "couchdb/embedded/main.js",
      args,
      ready: /^(\{.*"started".*\})$/m,
    });
    const answer: { url: string; password: string } = JSON.parse(line);
    this.#program = program;
    this.#port = Number(new URL(answer.url).port);
    this.#password = answer.password;
  }

  /** As an admin does it in Fauxton. */
  async deleteDocument(id: string): Promise<void> {
    const path = `settee/${encodeURIComponent(id)}`;
    const found: { _rev: string } = await (await this.ask("GET", path)).json();
    await this.ask("DELETE", `${path}?rev=${found._rev}`);
  }

  /** Asks it as its admin. `body` is JSON. */
  ask(method: string, path: string, body?: string): Promise<Response> {
    const account = Buffer.from(`admin:${this.#password}`).toString("base64");
    const headers = { authorization: `Basic ${account}`, "content-type": "application/json" };
    const url = `http://127.0.0.1:${this.#port}/${path}`;
    return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }
}

/** A region of its own process. Its directory, and with it its origin, stays the same over restarts; its port too. */
export class RegionProcess {
  readonly name: string;
  readonly #environment: Environment;
  readonly #preload: string | undefined;
  #program: Program | undefined;
  #port = "0";

  private constructor(name: string, environment: Environment, preload: string | undefined) {
    this.name = name;
    this.#environment = environment;
    this.#preload = preload;
  }

  /** `preload`: a compiled module below `.build` that is loaded before it. */
  static async start(name: string, environment: Environment, preload?: string): Promise<RegionProcess> {
    const region = new RegionProcess(name, environment, preload);
    await region.start();
    return region;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** What it printed and logged. */
  get output(): string {
    return this.#program?.output ?? "";
  }

  async start(): Promise<void> {
    const environment = { LOG: "json", ...this.#environment, REGION: this.name, PORT: this.#port };
    const [program, port] = await Program.start({
      script: "server/main.js",
      env: environment,
      ready: /chat +http:\/\/127\.0\.0\.1:(\d+)\//,
      ...(this.#preload === undefined ? {} : { preload: this.#preload }),
    });
    this.#program = program;
    this.#port = port;
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#program?.signal(name);
  }
}

/** A directory for one test, and what removes it. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "settee-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
