import { randomBytes } from "node:crypto";
import { StoreProcess } from "../process/chat-processes.ts";

/** The store that regions share while something is measured: the embedded one, or the one that COUCHDB_URL names. */
export class Store {
  /** With its account, without a slash at the end. */
  readonly url: string;
  /** The chat's own, which its regions create. */
  readonly database = `settee-bench-${randomBytes(6).toString("hex")}`;
  readonly #process: StoreProcess | undefined;
  readonly #scratch: string[] = [];

  private constructor(url: string, process?: StoreProcess) {
    this.url = url;
    this.#process = process;
  }

  /** `directory` is the embedded one's. */
  static async open(couchdbUrl: string | undefined, directory: string): Promise<Store> {
    if (couchdbUrl !== undefined) return new Store(couchdbUrl);
    const process = await StoreProcess.start(directory);
    return new Store(process.url, process);
  }

  /** Undefined: it is not ours, so nobody knows what it takes. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Asks it as its admin. `path` begins with a database's name, `body` is JSON. */
  ask(method: string, path: string, body?: string): Promise<Response> {
    return askStore(this.url, method, path, body);
  }

  /** Creates a database beside the chat's, and returns its name. */
  async scratch(purpose: string): Promise<string> {
    const name = `${this.database}-${purpose}`;
    this.#scratch.push(name);
    const { ok, status } = await this.ask("PUT", name);
    if (!ok) throw new Error(`the store answers ${status} to a new database`);
    return name;
  }

  /** Ends it, or leaves another's as it was found. No region may run any more: it would create its database anew. */
  async close(): Promise<void> {
    if (this.#process !== undefined) return this.#process.kill();
    // One that cannot be deleted now is left to its owner; its name says what it was.
    for (const name of [this.database, ...this.#scratch])
      await this.ask("DELETE", name).catch(() => undefined);
  }
}

/** What is measured against, in words. Throws when it cannot be: better once and now than from every part. */
export async function nameStore(couchdbUrl: string | undefined): Promise<string> {
  if (couchdbUrl === undefined) return "embedded";
  const { status } = await askStore(couchdbUrl, "GET", "_all_dbs?limit=1").catch(() => {
    throw new Error("the store at COUCHDB_URL does not answer");
  });
  if (status !== 200)
    throw new Error(`the store at COUCHDB_URL answers ${status}, so its account is no admin's`);
  const { version }: { version?: string } = await (await askStore(couchdbUrl, "GET", "")).json();
  return `CouchDB ${version ?? "of no version"}`;
}

function askStore(url: string, method: string, path: string, body?: string): Promise<Response> {
  const address = new URL(`${url}/${path}`);
  const account = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  address.username = address.password = "";
  const headers = {
    authorization: `Basic ${Buffer.from(account).toString("base64")}`,
    "content-type": "application/json",
  };
  return fetch(address, { method, headers, ...(body === undefined ? {} : { body }) });
}
