import type { StoreView } from "../../sync/wire.ts";
import type { Connection } from "../client/follower.ts";

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
}

/** The truth about the connection, in one line. */
export function connectionWords({ connection, store, region, waiting }: Standing): ConnectionWords {
  switch (connection.type) {
    case "connecting":
      return { tone: "unsure", text: "Connecting …" };
    case "offline":
      return {
        tone: "off",
        text: `${region ?? "The region"} does not answer.${toBeSent(waiting)} Reconnecting`,
        retryAt: connection.retryAt,
      };
    case "live":
      return store === undefined ? { tone: "good", text: "Live" } : storeWords(store);
  }
}

/** The words of a countdown: "in 3 s", and "now" while the attempt is made. */
export function countdownWords(retryAt: number, nowMs: number): string {
  const seconds = Math.ceil((retryAt - nowMs) / 1000);
  return seconds > 0 ? ` in ${seconds} s` : " now";
}

function storeWords({ state, waiting }: StoreView): ConnectionWords {
  switch (state) {
    case "live":
    case "polling":
      return { tone: "good", text: "Live" };
    case "opening":
      return { tone: "good", text: "Live; the region is opening the store" };
    case "away":
      return late("is away", waiting);
    case "refused":
      return late("does not let this region in", waiting);
    case "missing":
      return late("has no database for this chat", waiting);
  }
}

function late(what: string, waiting: number): ConnectionWords {
  return {
    tone: "late",
    text: `The store ${what}: messages from other regions may be late; yours are safe here, ${waiting} waiting.`,
  };
}

function toBeSent(waiting: number): string {
  if (waiting === 0) return "";
  return waiting === 1 ? " 1 message waits to be sent." : ` ${waiting} messages wait to be sent.`;
}
