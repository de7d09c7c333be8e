import type { LineState } from "./lines.ts";

export interface StateWords {
  readonly symbol: string;
  readonly word: string;
  readonly meaning: string;
}

/** How a message's state is shown, said and explained. */
export const stateWords: Readonly<Record<LineState, StateWords>> = {
  waiting: { symbol: "○", word: "waiting", meaning: "In this page only, not yet taken by the region" },
  accepted: { symbol: "✓", word: "accepted", meaning: "On this region’s disk; it will reach the store" },
  stored: { symbol: "✓✓", word: "stored", meaning: "In the store, on its way to every region" },
  rejected: { symbol: "✕", word: "not sent", meaning: "It will not be taken as it is" },
};
