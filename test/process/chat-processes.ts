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
    const account = Buffer.from(`admin:${this.#password}`).toString("base64");
    const headers = { authorization: `Basic ${account}` };
    const url = `http://127.0.0.1:${this.#port}/settee/${encodeURIComponent(id)}`;
    const found: { _rev: string } = await (await fetch(url, { headers })).json();
    await fetch(`${url}?rev=${found._rev}`, { method: "DELETE", headers });
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
  #program: Program | undefined;
  #port = "0";

  private constructor(name: string, environment: Environment) {
    this.name = name;
    this.#environment = environment;
  }

  static async start(name: string, environment: Environment): Promise<RegionProcess> {
    const region = new RegionProcess(name, environment);
    await region.start();
    return region;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
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
