import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program of this machine, as a process of ours. */
export interface Daemon {
  readonly pid: number;
  stop(): Promise<void>;
}

/** It has to stay in the foreground, and is ended with us, however we end. */
export function startDaemon(program: string, args: readonly string[]): Daemon {
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    pid: child.pid ?? 0,
    async stop() {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}
