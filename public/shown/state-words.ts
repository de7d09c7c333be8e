import type { Words } from "../words/english.ts";
import type { OutboxEntry } from "../client/outbox.ts";
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

/** Why what somebody wrote, or did to a message of theirs, was not taken; "" of what was not rejected. */
export function failureWords({ state, change }: OutboxEntry, words: Words): string {
  if (state.type !== "rejected") return "";
  const reason = state.cause === "session-ended" ? words.sessionEnded : state.reason;
  switch (change?.type) {
    case "edit":
      return words.notEdited(reason);
    case "delete":
      return words.notTakenBack(reason);
    case undefined:
      return words.notSent(reason);
  }
}
