/** A promise of the design, §7. */
export type PromiseId = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10";

/** A broken promise, in words for somebody who does not know the code. */
export interface Violation {
  readonly promise: PromiseId;
  /** The messages it is about, by mid or, where that is not known, by id; at most `MIDS_NAMED`. */
  readonly mids: readonly string[];
  readonly sentence: string;
}

/** A broken run can break for every message; the first few are enough to find out why. */
const MIDS_NAMED = 10;

/** One violation for all these messages, none for none. `sentence` goes on after their number. */
export function ofMessages(
  promise: PromiseId,
  messages: readonly { readonly mid: string }[],
  sentence: string,
): Violation[] {
  const mids = [...new Set(messages.map(({ mid }) => mid))];
  if (mids.length === 0) return [];
  const count = mids.length === 1 ? "1 message" : `${mids.length} messages`;
  return [{ promise, mids: mids.slice(0, MIDS_NAMED), sentence: `${count} ${sentence}` }];
}
