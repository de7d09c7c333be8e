import { performance } from "node:perf_hooks";
import { LevelDisk } from "../../server/level-disk.ts";
import { isRecord } from "../../sync/json.ts";

/**
 * Loaded into a region's process before its own code (`node --import`): the only hand the torture has inside it, and
 * the region's code knows nothing of it. It ends the process at named points of a journal's write, shows it a wrong
 * clock, and tells how much memory it takes. Ends with its parent.
 */
export type Fate =
  /** At the next batch that somebody waits for. */
  | { readonly type: "die"; readonly at: DeathPoint }
  /** The wall clock goes so many milliseconds ahead from now on; behind when negative. */
  | { readonly type: "shift-clock"; readonly byMs: number }
  | { readonly type: "weigh" };

/** Where it dies: at the border to the disk, before, in the middle of, or after what must be on it. */
export type DeathPoint =
  /** Nothing of the message is written (R1). */
  | "before-sync"
  /** LevelDB's thread is writing it (R5). */
  | "during-sync"
  /** It is on disk, and neither its author nor any reader knows (R2). */
  | "after-sync";

export interface Weighed {
  readonly type: "weighed";
  readonly bytes: number;
}

/** A synced batch takes LevelDB's thread 0.1 to 1 ms: somewhere within. */
const WITHIN_SYNC_MS = 0.5;

let death: DeathPoint | undefined;
let shiftMs = 0;

process.on("message", (said: unknown) => {
  if (!isRecord(said)) return;
  const { type, at, byMs } = said;
  if (type === "die" && (at === "before-sync" || at === "during-sync" || at === "after-sync")) death = at;
  if (type === "shift-clock" && typeof byMs === "number") shiftMs = byMs;
  if (type === "weigh")
    process.send?.({ type: "weighed", bytes: process.memoryUsage.rss() } satisfies Weighed);
});
process.on("disconnect", die);
// To be listened to is no reason for a process to stay.
process.channel?.unref();

const machineNow = Date.now;
globalThis.Date = new Proxy(Date, {
  construct: (machine, given, made) =>
    Reflect.construct(machine, given.length === 0 ? [machineNow() + shiftMs] : given, made),
  get: (machine, name) => (name === "now" ? () => machineNow() + shiftMs : Reflect.get(machine, name)),
});

// oxlint-disable-next-line typescript/unbound-method -- it gets its disk back below
const write = LevelDisk.prototype.batch;
Object.defineProperty(LevelDisk.prototype, "batch", {
  async value(this: LevelDisk, operations: unknown, options: unknown): Promise<void> {
    const point = isRecord(options) && options["sync"] === true ? death : undefined;
    if (point === "before-sync") die();
    const written: Promise<void> = Reflect.apply(write, this, [operations, options]);
    if (point === "during-sync") {
      const untilMs = performance.now() + Math.random() * WITHIN_SYNC_MS;
      while (performance.now() < untilMs);
      die();
    }
    await written;
    if (point === "after-sync") die();
  },
});

/** As an operator's `kill -9`: nothing of the process runs any more. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}
