import type { Move } from "../client/failover.ts";
import type { Words } from "../words/english.ts";
import type { Notice } from "./acts.ts";

/** What is said of a move to another region, and where one may go back to. */
export function noticeOf({ from, to, isWanted }: Move, words: Words): Notice {
  if (isWanted) return { text: words.movedByHand(to) };
  return from === ""
    ? { text: words.moved(words.theRegion, to) }
    : { text: words.moved(from, to), back: from };
}
