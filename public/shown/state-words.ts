import type { Words } from "../words/english.ts";
import type { LineState } from "./lines.ts";

export interface StateWords {
  readonly symbol: string;
  readonly word: string;
  readonly meaning: string;
}

/** How a message's state is shown, said and explained. */
export function stateWords(state: LineState, words: Words): StateWords {
  switch (state) {
    case "waiting":
      return { symbol: "○", word: words.waiting, meaning: words.waitingMeaning };
    case "accepted":
      return { symbol: "✓", word: words.accepted, meaning: words.acceptedMeaning };
    case "stored":
      return { symbol: "✓✓", word: words.stored, meaning: words.storedMeaning };
    case "rejected":
      return { symbol: "✕", word: words.rejected, meaning: words.rejectedMeaning };
  }
}
