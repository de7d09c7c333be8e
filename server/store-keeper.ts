import { spawn, type ChildProcess } from "node:child_process";
import { isRecord } from "../sync/json.ts";

/** Where the embedded CouchDB of this machine is, and its one account. */
export interface EmbeddedStore {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export type KeptStore =
  | { readonly type: "running"; readonly store: EmbeddedStore; readonly isOurs: boolean }
  | { readonly type: "failed"; readonly reason: string };

interface Started {
  readonly child: ChildProcess;
  readonly answer: KeptStore;
}

/** CouchDB's own port, and the next ones when it is taken. */
const FIRST_PORT = 5984;
const ATTEMPTS = 10;
const ATTEMPT_MS = 200;
/** LevelDB recovers its log at a start after a crash: a second for 100 MB. */
const START_MS = 30_000;

/**
 * Keeps the embedded CouchDB of a data directory running, as a process of its own so that neither slows the other.
 * Whichever region of the machine comes first has it as its child; when that one goes, the next that misses the
 * store takes it over, at the same port.
 */
export class StoreKeeper {
  readonly #command: readonly string[];
  readonly #directory: string;
  #child: ChildProcess | undefined;
  #port: number | undefined;
  #isStarting = false;

  /** `command` runs the embedded CouchDB when given a directory and a port. */
  constructor(command: readonly string[], directory: string) {
    this.#command = command;
    this.#directory = directory;
  }

  /** Finds the store that runs, or starts it. */
  async open(): Promise<KeptStore> {
    let answer = await this.#start(FIRST_PORT);
    for (let attempt = 1; answer.type === "failed" && attempt < ATTEMPTS; attempt++) {
      // Perhaps the port is taken, perhaps another region of this machine is just starting the store.
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
      answer = await this.#start(FIRST_PORT + attempt);
    }
    return answer;
  }

  /** To be called while the store does not answer: starts it again if nobody else has it. */
  async revive(): Promise<void> {
    if (this.#child !== undefined || this.#port === undefined || this.#isStarting) return;
    this.#isStarting = true;
    await this.#start(this.#port);
    this.#isStarting = false;
  }

  /** Ends the store if it is ours. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#port = undefined;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end();
    await ended;
  }

  async #start(port: number): Promise<KeptStore> {
    const { child, answer } = await start([
      ...this.#command,
      this.#directory,
      String(port),
      "--end-with-stdin",
    ]);
    if (answer.type === "running") this.#port = Number(new URL(answer.store.url).port);
    if (answer.type === "running" && answer.isOurs) {
      this.#child = child;
      child.once("exit", () => {
        this.#child = undefined;
      });
    }
    return answer;
  }
}

/** Detached, so that Ctrl-C in the terminal reaches the region first: the store ends when its standard input does. */
function start([program = "", ...args]: readonly string[]): Promise<Started> {
  const child = spawn(program, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve) => {
    let text = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
    const finish = (answer: KeptStore): void => {
      clearTimeout(timer);
      resolve({ child, answer });
    };
    child.once("error", (error) => finish({ type: "failed", reason: error.message }));
    child.once("exit", (code) =>
      finish(parseAnswer(text) ?? { type: "failed", reason: `it ended with code ${code}` }),
    );
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const answer = text.includes("\n") ? parseAnswer(text) : undefined;
      if (answer !== undefined) finish(answer);
    });
  });
}

/** The line of JSON that the embedded CouchDB prints when it has started, or found another one running. */
function parseAnswer(text: string): KeptStore | undefined {
  const line: unknown = text.includes("\n") ? JSON.parse(text.slice(0, text.indexOf("\n"))) : undefined;
  if (!isRecord(line)) return undefined;
  const { type, reason, url, username, password, endpoint } = line;
  if (
    type === "started" &&
    typeof url === "string" &&
    typeof username === "string" &&
    typeof password === "string"
  ) {
    return { type: "running", store: { url, username, password }, isOurs: true };
  }
  if (
    type === "locked" &&
    isRecord(endpoint) &&
    typeof endpoint["url"] === "string" &&
    typeof password === "string"
  ) {
    return { type: "running", store: { url: endpoint["url"], username: "admin", password }, isOurs: false };
  }
  if (type === "locked")
    return { type: "failed", reason: "another process has its directory and does not say where it is" };
  return { type: "failed", reason: typeof reason === "string" ? reason : "it did not say why" };
}
