import type { WireMessage } from "../../sync/message.ts";
import { ownKey, type OwnKey } from "../../sync/names.ts";
import { authorship, byAuthorship, type Authorship } from "./authorship.ts";
import type { Attempt, History } from "./history.ts";

/** One acknowledged message of a session, and what its author had seen when it was said. */
export interface Turn {
  readonly author: Authorship;
  readonly acknowledged: WireMessage;
  /**
   * Under whichever id it is shown, its own key is greater than this: every region that was asked to take it was told
   * this as the latest that its author had seen, or had given it to the same session before. "" when one was not.
   */
  readonly floor: OwnKey | "";
  /** The latest own key that any of these regions was told of. */
  readonly newest: OwnKey | "";
}

export function turnsOf({ said, attempts }: Pick<History, "said" | "attempts">): Turn[] {
  const attemptsOf = byAuthorship(attempts);
  const lastTaken = new Map<string, Attempt>();
  const turns: Turn[] = [];
  for (const one of said) {
    const author = authorship(one);
    const tries = attemptsOf.get(author) ?? [];
    const taken = tries.find(({ answer }) => answer?.type === "acknowledged");
    if (taken?.answer?.type !== "acknowledged") continue;
    const before = lastTaken.get(one.session);
    const seen = tries.map((attempt) => seenBy(attempt, before)).sort();
    const [floor = "", newest = floor] = [seen[0], seen.at(-1)];
    turns.push({ author, acknowledged: taken.answer.message, floor, newest });
    lastTaken.set(one.session, taken);
  }
  return turns;
}

/** A region knows what it answered to the same session itself. What was refused may have been taken later than this. */
function seenBy({ region, after, sentMs }: Attempt, before: Attempt | undefined): OwnKey | "" {
  const isGiven = before?.region === region && before.answer !== undefined && before.answer.atMs <= sentMs;
  const own = isGiven && before.answer.type === "acknowledged" ? ownKey(before.answer.message.order) : "";
  const seen = after === undefined ? "" : ownKey(after);
  return own > seen ? own : seen;
}
