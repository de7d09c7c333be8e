import { existsSync, readFileSync } from "node:fs";

/** What the operating system says of a process. Linux only: elsewhere there is nothing alike without a package. */

/** Clock ticks in a second, as Linux tells them to programs on every machine (USER_HZ). */
const TICKS = 100;

/** CPU time of all its threads, in user and in kernel mode. */
export function cpuSeconds(pid: number): number {
  // The name of the program stands in brackets, and may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kilobytes) * 1024;
}

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
