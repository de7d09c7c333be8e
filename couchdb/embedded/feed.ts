import type { Database } from "./engine.ts";
import type { Row } from "./records.ts";

/** What receives the rows of a feed. */
export interface Sink {
  /** Rows in the order of the feed. False: take no more until `resume`. */
  rows(rows: readonly Row[]): boolean;
  /** Everything there is has been delivered; what comes next is live. Told again after every delivery. */
  isLive(): void;
  /** The database is gone; nothing follows. */
  dropped(): void;
}

export interface Follower {
  /** The sink can take rows again. */
  resume(): void;
  stop(): void;
}

/** Rows delivered at once. */
const PAGE = 200;

/**
 * Delivers every row behind `after`, then each new one in the same turn in which its commit became safe. A
 * follower keeps nothing but its place: while its sink is full or the disk is read, new rows wait in the
 * database's tail, and whoever has fallen behind the tail reads from the disk until caught up.
 */
export function follow(database: Database, after: number, withBodies: boolean, sink: Sink): Follower {
  let place = after;
  let state: "ready" | "reading" | "full" | "stopped" = "ready";

  const deliver = (rows: readonly Row[]) => {
    const last = rows.at(-1);
    if (!last) return;
    place = last.seq;
    if (!sink.rows(rows) && state !== "stopped") state = "full";
  };

  const pump = () => {
    while (state === "ready") {
      const rows = database.recent(place, PAGE);
      if (rows === undefined) {
        state = "reading";
        void readPage();
        return;
      }
      if (rows.length === 0) {
        sink.isLive();
        return;
      }
      deliver(rows);
    }
  };

  const readPage = async () => {
    const upTo = database.counts.updateSeq;
    const rows = await database
      .changes({ after: place, upTo, limit: PAGE, withBodies })
      .catch(() => undefined);
    if (state !== "reading") return;
    state = "ready";
    // The disk cannot be read: end the feed, so that its client asks again and is told why.
    if (rows === undefined) return end();
    if (rows.length === 0) place = upTo;
    deliver(rows);
    pump();
  };

  const end = () => {
    if (state === "stopped") return;
    stop();
    sink.dropped();
  };

  const unwatch = database.watch({ changed: pump, dropped: end });
  const stop = () => {
    state = "stopped";
    unwatch();
  };
  // Not in the caller's own turn: it has not received the follower yet.
  queueMicrotask(pump);
  return {
    resume() {
      if (state !== "full") return;
      state = "ready";
      pump();
    },
    stop,
  };
}
