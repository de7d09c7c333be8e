import { schedule } from "node-cron";

/** Time as everything in `server/` gets it: an argument, so that a test owns it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `beat` about once a second until the returned function is called. */
  everySecond(beat: () => void): () => void;
}

const SECOND_MS = 1_000;
/** So long before the next beat is due it is looked whether the wall clock is still what it was. */
const LOOK_AHEAD_MS = 5;
/** What counts as put elsewhere, and as silent. */
const STEP_MS = 1_500;
const SILENT_MS = 2_500;

/**
 * The machine's clock. One node-cron task carries every beat; a late or missed one is nothing to warn about.
 *
 * node-cron waits for the wall clock to show the next second: put back by five hours it would be silent for as long,
 * put ahead, or after the process was stopped, it goes through every second in between and blocks the process for
 * minutes. So the task is made anew when the wall clock has left the monotonic one or no beat has come. Timers that
 * are due run in the order in which they were due: just before the beat it is found out before node-cron does.
 */
export function openClock(): Clock & { close(): Promise<void> } {
  const beats = new Set<() => void>();
  const beat = () => {
    beatMs = performance.now();
    for (const each of beats) each();
  };
  const begin = () => schedule("* * * * * *", beat, { name: "tick", suppressMissedWarning: true });
  let task = begin();
  let beatMs = performance.now();
  let aheadMs = Date.now() - performance.now();
  let timer = setTimeout(look, untilNextLookMs());

  function look(): void {
    const steadyMs = performance.now();
    const nowAheadMs = Date.now() - steadyMs;
    const isElsewhere = Math.abs(nowAheadMs - aheadMs) >= STEP_MS;
    aheadMs = nowAheadMs;
    if (isElsewhere || steadyMs - beatMs >= SILENT_MS) {
      void task.destroy();
      task = begin();
      beatMs = steadyMs;
    }
    timer = setTimeout(look, untilNextLookMs());
  }

  return {
    now: () => Date.now(),
    everySecond(each) {
      beats.add(each);
      return () => void beats.delete(each);
    },
    async close() {
      clearTimeout(timer);
      beats.clear();
      await task.destroy();
    },
  };
}

function untilNextLookMs(): number {
  const leftMs = SECOND_MS - (Date.now() % SECOND_MS) - LOOK_AHEAD_MS;
  return leftMs > 0 ? leftMs : leftMs + SECOND_MS;
}
