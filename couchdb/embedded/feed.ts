import { PAGE, type Database } from "./engine.ts";
import type { Row } from "./records.ts";

/** What receives the rows of a feed. */
export interface Sink {
  /** Rows in the order of the feed. False: take no more until `resume`. */
  rows(rows: readonly Row[]): boolean;
  /** Everything there is has been delivered; what comes next is live. Told again after every delivery. */
  isLive(): void;
  /** The database is gone or cannot be read; nothing follows. */
  ended(): void;
}

export interface Follower {
  /** The sink can take rows again. */
  resume(): void;
  stop(): void;
}

/**
 * Delivers every row behind `after`, then each new one in the same turn in which its commit became safe. A
 * follower keeps nothing but its place: whoever is behind, or whose sink is full, lets new commits go by and reads
 * the disk until caught up.
 */
export function follow(database: Database, after: number, sink: Sink): Follower {
  let place = after;
  let state: "reading" | "live" | "full" | "stopped" = "reading";

  const read = async () => {
    while (state === "reading") {
      if (place >= database.counts.updateSeq) {
        state = "live";
        sink.isLive();
        return;
      }
      const page = await database.changes(place, PAGE).catch(() => undefined);
      if (state !== "reading") return;
      if (!page) return end();
      place = page.place;
      if (page.rows.length > 0 && !sink.rows(page.rows)) pause();
    }
  };
  const changed = (rows: readonly Row[]) => {
    if (state !== "live") return;
    place = database.counts.updateSeq;
    if (!sink.rows(rows)) pause();
    else if (state === "live") sink.isLive();
  };
  const pause = () => {
    if (state !== "stopped") state = "full";
  };
  const stop = () => {
    state = "stopped";
    unwatch();
  };
  const end = () => {
    if (state === "stopped") return;
    stop();
    sink.ended();
  };

  const unwatch = database.watch({ changed, dropped: end });
  // Not in the caller's own turn: it has not received the follower yet.
  queueMicrotask(() => void read());
  return {
    resume() {
      if (state !== "full") return;
      state = "reading";
      void read();
    },
    stop,
  };
}
