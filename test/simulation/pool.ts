import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { BUILT } from "../project.ts";
import { add, NOTHING, type Sum, type Told } from "./sum.ts";
import type { Reduction } from "./swarm.ts";
import type { Task } from "./worker.ts";

export interface Work {
  readonly from: number;
  readonly seeds: number;
  readonly reduction: Reduction;
  readonly isUntilFailure: boolean;
  readonly signal: AbortSignal;
  /** Called after each world. */
  readonly onSum: (sum: Sum) => void;
}

const WORKER = join(BUILT, "test/simulation/worker.js");
/** Worlds that fail are shrunk, which takes half a minute each: more of them are the same bug. */
const SHRUNK = 5;
/** A world makes much that it soon forgets: with room for it the garbage collector takes half the time. */
const YOUNG_SPACE = "--max-semi-space-size=32";
/** A world takes a tenth of a second, a shrinking half a minute; whoever says nothing for so long hangs. */
const HANGS_MS = 5 * 60_000;

/** Runs worlds on all cores, and adds up what they come to. */
export async function runAll(work: Work): Promise<Sum> {
  const { from, seeds, reduction, isUntilFailure, signal, onSum } = work;
  let next = from;
  let sum = NOTHING;
  const mayGoOn = (): boolean =>
    next < from + seeds && !signal.aborted && !(isUntilFailure && sum.failures.length > 0);
  const lane = async (): Promise<void> => {
    const child = fork(WORKER, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: [...process.execArgv, YOUNG_SPACE],
    });
    try {
      while (mayGoOn()) {
        const seed = next;
        next++;
        const told = await ask(child, { seed, reduction, isShrunk: sum.failures.length < SHRUNK }, signal);
        if (told === undefined) return;
        sum = add(sum, told);
        onSum(sum);
      }
    } finally {
      child.kill();
    }
  };
  const lanes = Math.min(availableParallelism(), seeds);
  await Promise.all(Array.from({ length: lanes }, lane));
  return sum;
}

/** Undefined when it was interrupted; a worker that ends or hangs is a failure of that world. */
function ask(child: ChildProcess, task: Task, signal: AbortSignal): Promise<Told | undefined> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      settle();
      reject(new Error(`The world of seed ${task.seed} ${why}.`));
    };
    const timer = setTimeout(() => fail("hangs"), HANGS_MS);
    const ended = (): void => fail("ended its process");
    const told = (answer: Told): void => {
      settle();
      resolve(answer);
    };
    const aborted = (): void => {
      settle();
      resolve(undefined);
    };
    const settle = (): void => {
      clearTimeout(timer);
      child.off("exit", ended);
      child.off("message", told);
      signal.removeEventListener("abort", aborted);
    };
    child.once("exit", ended);
    child.once("message", told);
    signal.addEventListener("abort", aborted, { once: true });
    child.send(task);
  });
}
