import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { BUILT, PROJECT } from "../project.ts";

/** A start that takes longer than this on a busy machine of two cores has failed. */
const START_MS = 60_000;

/** A test run that is broken off leaves no process behind. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramStart {
  /** Compiled, below `.build`. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Environment;
  /** What it prints when it is ready. */
  readonly ready: RegExp;
  /** How long that may take. */
  readonly readyMs?: number;
  /** A compiled module below `.build` that is loaded before it, and hears what it is told. */
  readonly preload?: string;
  /** Called with what the preloaded module says. */
  readonly hear?: (said: unknown) => void;
}

/** One of our programs as a process of its own: compiled as people run it, ended by its own process id. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = "";
  #hasEnded = false;
  /** Fulfilled when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;

  private constructor({ script, args = [], env = {}, preload, hear }: ProgramStart) {
    this.#name = script;
    const preloaded = preload === undefined ? [] : ["--import", join(BUILT, preload)];
    const child = spawn(process.execPath, [...preloaded, join(BUILT, script), ...args], {
      cwd: PROJECT,
      env: { PATH: process.env["PATH"], ...env },
      // The embedded store ends with its input, so with us, however we end.
      stdio: ["pipe", "pipe", "pipe", ...(preload === undefined ? [] : ["ipc" as const])],
    });
    this.#child = child;
    running.add(child);
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        running.delete(child);
        this.#hasEnded = true;
        resolve();
      });
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    if (hear !== undefined) child.on("message", hear);
  }

  /** Runs it and waits for what it prints when it is ready. Throws with its output if it does not. */
  static async start(start: ProgramStart): Promise<[Program, string]> {
    const program = new Program(start);
    return [program, await program.#printed(start.ready, start.readyMs ?? START_MS)];
  }

  /** Everything it printed so far. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Tells the preloaded module. It may be dead already. */
  tell(what: object): void {
    if (this.#child.connected) this.#child.send(what, () => undefined);
  }

  /** Asks it to end, and waits. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.ended;
  }

  /** Ends it without asking. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(name);
  }

  #printed(ready: RegExp, readyMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#child.kill("SIGKILL");
        reject(new Error(`${this.#name} ${why}:\n${this.#output}`));
      };
      const timer = setTimeout(() => fail("did not become ready"), readyMs);
      const look = (): void => {
        const match = ready.exec(this.#output);
        if (match === null) return;
        clearTimeout(timer);
        this.#child.stdout?.off("data", look);
        resolve(match[1] ?? match[0]);
      };
      this.#child.stdout?.on("data", look);
      void this.ended.then(() => {
        clearTimeout(timer);
        return fail("ended");
      });
    });
  }
}
