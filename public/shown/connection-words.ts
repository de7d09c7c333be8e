import type { StoreView } from "../../sync/wire.ts";
import type { Connection } from "../client/follower.ts";
import type { Words } from "../words/english.ts";
import type { Lag } from "./standing.ts";

export interface ConnectionWords {
  readonly tone: "unsure" | "good" | "late" | "off";
  readonly text: string;
  /** When the next attempt is made, for a countdown. */
  readonly retryAt?: number;
}

export interface Standing {
  readonly connection: Connection;
  /** As the region told it last; undefined before it did. */
  readonly store: StoreView | undefined;
  readonly region: string | undefined;
  /** Own messages that no region has yet. */
  readonly waiting: number;
  readonly lags: readonly Lag[];
}

/** The truth about the connection, in one line. */
export function connectionWords(standing: Standing, words: Words): ConnectionWords {
  const { connection, store, region, waiting } = standing;
  switch (connection.type) {
    case "connecting":
      return { tone: "unsure", text: words.connecting };
    case "offline":
      return {
        tone: "off",
        text: offlineWords(region ?? words.theRegion, waiting, words),
        retryAt: connection.retryAt,
      };
    case "live":
      return store === undefined ? { tone: "good", text: words.live } : storeWords(store, standing, words);
  }
}

/** When the next attempt is made, and while it is. */
export function countdownWords(retryAt: number, nowMs: number, words: Words): string {
  const seconds = Math.ceil((retryAt - nowMs) / 1000);
  return seconds > 0 ? words.nextTry(seconds) : words.tryingNow;
}

function offlineWords(region: string, waiting: number, words: Words): string {
  return waiting === 0 ? words.offline(region) : words.offlineWaiting(waiting, region);
}

function storeWords({ state, waiting }: StoreView, { lags }: Standing, words: Words): ConnectionWords {
  const [lag] = lags.toSorted((one, other) => other.messages - one.messages);
  switch (state) {
    case "live":
    case "polling":
      if (lag !== undefined) return { tone: "late", text: words.behind(lag.messages, lag.region) };
      return { tone: "good", text: words.live };
    case "opening":
      return { tone: "good", text: words.liveOpening };
    case "away":
      return { tone: "late", text: words.storeAway(waiting) };
    case "refused":
      return { tone: "late", text: words.storeRefuses(waiting) };
    case "missing":
      return { tone: "late", text: words.storeMissing(waiting) };
  }
}
