import { schedule } from "node-cron";

/** Time as everything in `server/` gets it: an argument, so that a test owns it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `beat` about once a second until the returned function is called. */
  everySecond(beat: () => void): () => void;
}

/** How often it is looked whether the wall clock was put elsewhere, and what counts as that. */
const LOOK_MS = 100;
const STEP_MS = 1_500;

/**
 * The machine's clock. One node-cron task carries every beat; a late or missed one is nothing to warn about.
 *
 * node-cron waits for the wall clock to show the next second: put back by five hours it would be silent for as long,
 * put ahead it goes through every second in between and blocks the process for minutes. So the task is made anew
 * when the wall clock has left the monotonic one, before its own timer finds out.
 */
export function openClock(): Clock & { close(): Promise<void> } {
  const beats = new Set<() => void>();
  const beat = () => {
    for (const each of beats) each();
  };
  const begin = () => schedule("* * * * * *", beat, { name: "tick", suppressMissedWarning: true });
  let task = begin();
  let aheadMs = Date.now() - performance.now();
  const guard = setInterval(() => {
    const nowAheadMs = Date.now() - performance.now();
    const stepMs = Math.abs(nowAheadMs - aheadMs);
    aheadMs = nowAheadMs;
    if (stepMs < STEP_MS) return;
    void task.destroy();
    task = begin();
  }, LOOK_MS);
  return {
    now: () => Date.now(),
    everySecond(each) {
      beats.add(each);
      return () => void beats.delete(each);
    },
    async close() {
      clearInterval(guard);
      beats.clear();
      await task.destroy();
    },
  };
}
