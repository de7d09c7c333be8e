import { schedule } from "node-cron";

/** Time as everything in `server/` gets it: an argument, so that a test owns it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `beat` about once a second until the returned function is called. */
  everySecond(beat: () => void): () => void;
}

/** The machine's clock. One node-cron task carries every beat; a late or missed one is nothing to warn about. */
export function openClock(): Clock & { close(): Promise<void> } {
  const beats = new Set<() => void>();
  const task = schedule(
    "* * * * * *",
    () => {
      for (const beat of beats) beat();
    },
    { name: "tick", suppressMissedWarning: true },
  );
  return {
    now: () => Date.now(),
    everySecond(beat) {
      beats.add(beat);
      return () => void beats.delete(beat);
    },
    async close() {
      beats.clear();
      await task.destroy();
    },
  };
}
