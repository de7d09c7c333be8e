import { exec } from "node:child_process";
import { cp, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Program } from "../program.ts";

/** The store as the torture has it: something that is killed, comes back, and may come back as an older one. */
export interface TorturedStore {
  /** With its account, without a slash at the end. Another one after a start. */
  readonly url: string;
  /** Before all else, and after: a store of our own is started and ended, another one is left as it was found. */
  open(): Promise<void>;
  close(): Promise<void>;
  start(): Promise<void>;
  /** Without asking it. */
  kill(): Promise<void>;
  /** Copies its files while it is dead or paused, and later, while it is dead, puts them back as they were. */
  readonly files: { keep(): Promise<void>; putBack(): Promise<void>; forget(): Promise<void> } | undefined;
  /** To be asked while it is dead: it comes back with another password. */
  readonly rotate: (() => Promise<void>) | undefined;
  /** Stops all of its process, and lets it go on. */
  readonly pause: ((isPaused: boolean) => void) | undefined;
}

/** The embedded CouchDB, as a process of its own. */
export function embeddedStore(directory: string): TorturedStore {
  let program: Program | undefined;
  let url = "";
  let rotations = 0;
  const store: TorturedStore = {
    get url() {
      return url;
    },
    open: () => store.start(),
    async close() {
      program?.signal("SIGCONT");
      await program?.kill();
    },
    async start() {
      const [started, line] = await Program.start({
        script: "couchdb/embedded/main.js",
        args: [directory, "0", "--no-fauxton", "--end-with-stdin"],
        ready: /^(\{.*"started".*\})$/m,
      });
      const answer: { url: string; password: string } = JSON.parse(line);
      program = started;
      url = answer.url.replace("//", `//admin:${answer.password}@`);
    },
    kill: async () => program?.kill(),
    files: filesOf(directory),
    rotate: () => writeFile(`${directory}/password`, `rotated-${++rotations}\n`),
    pause: (isPaused) => program?.signal(isPaused ? "SIGSTOP" : "SIGCONT"),
  };
  return store;
}

export interface Commands {
  /** Both run in a shell. The first is over when the store is on its way up, the second when it is gone. */
  readonly start: string;
  readonly stop: string;
  /** Where it keeps its files, if that is to be swapped. */
  readonly directory: string | undefined;
}

const ANSWER_MS = 30_000;
const LOOK_MS = 100;

/** Any other CouchDB, by the commands that start it and stop it. */
export function commandedStore(url: string, commands: Commands): TorturedStore {
  const run = promisify(exec);
  const files = commands.directory === undefined ? undefined : filesOf(commands.directory);
  return {
    url,
    async open() {
      if (!(await isUp(url))) throw new Error("the store does not answer: start it first");
    },
    close: async () => files?.forget(),
    async start() {
      await run(commands.start);
      for (let waitedMs = 0; waitedMs < ANSWER_MS; waitedMs += LOOK_MS) {
        if (await isUp(url)) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      throw new Error(`the store did not answer within ${ANSWER_MS / 1000} s of its start`);
    },
    async kill() {
      await run(commands.stop);
    },
    files,
    rotate: undefined,
    pause: undefined,
  };
}

/** Asks the store past every cable, as its admin does. `url` holds the account. */
export async function fetchStore(url: string, method = "GET"): Promise<{ status: number; body: unknown }> {
  const address = new URL(url);
  const account = Buffer.from(
    `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`,
  );
  address.username = address.password = "";
  const headers = { authorization: `Basic ${account.toString("base64")}` };
  const answer = await fetch(address, { method, headers, signal: AbortSignal.timeout(ANSWER_MS) });
  return { status: answer.status, body: await answer.json() };
}

async function isUp(url: string): Promise<boolean> {
  const address = new URL(url);
  address.username = "";
  address.password = "";
  return fetch(address).then(
    (answer) => answer.status < 500,
    () => false,
  );
}

/** Written beside it and then moved, so that a torture that is broken off leaves a whole one. */
function filesOf(directory: string): TorturedStore["files"] {
  const older = `${directory}.older`;
  return {
    async keep() {
      await rm(older, { recursive: true, force: true });
      await cp(directory, older, { recursive: true });
    },
    forget: () => rm(older, { recursive: true, force: true }),
    async putBack() {
      await cp(older, `${directory}.new`, { recursive: true });
      await rm(directory, { recursive: true });
      await rename(`${directory}.new`, directory);
    },
  };
}
