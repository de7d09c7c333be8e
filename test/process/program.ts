import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * The project's root, where programs run as `npm start` runs them. This file runs as it stands in `test/process` and,
 * for the replay, compiled from `.build/test/process`.
 */
const ROOT = fileURLToPath(new URL(import.meta.url.endsWith(".js") ? "../../.." : "../..", import.meta.url));
/** A start that takes longer than this on a busy machine of two cores has failed. */
const START_MS = 30_000;

/** A test run that is broken off leaves no process behind. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One of our programs as a process of its own: compiled as people run it, ended by its own process id. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = "";
  readonly #ended: Promise<void>;

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    running.add(child);
    this.#ended = new Promise((resolve) => {
      child.once("exit", () => {
        running.delete(child);
        resolve();
      });
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
  }

  /** Runs a compiled script and waits for what it prints when it is ready. Throws with its output if it does not. */
  static async start(
    script: string,
    args: readonly string[],
    env: Environment,
    ready: RegExp,
  ): Promise<[Program, string]> {
    const child = spawn(process.execPath, [`${ROOT}.build/${script}`, ...args], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const program = new Program(script, child);
    return [program, await program.#printed(ready)];
  }

  /** Everything it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Asks it to end, and waits. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#ended;
  }

  /** Ends it without asking. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(name);
  }

  #printed(ready: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#child.kill("SIGKILL");
        reject(new Error(`${this.#name} ${why}:\n${this.#output}`));
      };
      const timer = setTimeout(() => fail("did not become ready"), START_MS);
      const look = (): void => {
        const match = ready.exec(this.#output);
        if (match === null) return;
        clearTimeout(timer);
        resolve(match[1] ?? match[0]);
      };
      this.#child.stdout?.on("data", look);
      void this.#ended.then(() => {
        clearTimeout(timer);
        return fail("ended");
      });
    });
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;
