import type { WireMessage } from "../../sync/message.ts";
import { ownKey } from "../../sync/names.ts";
import { authorship, authorshipOf, type Authorship } from "./authorship.ts";

/** No message says nothing (TX1). */
const TAKEN_BACK = "";

/**
 * What a page shows of a room where `settled` is what stands: no change by itself, but each message as its author left
 * it (CH11). What was taken back says nothing; otherwise what was written last counts.
 */
export function changedTexts(settled: readonly WireMessage[]): WireMessage[] {
  const texts = new Map<Authorship, string>();
  for (const message of settled.toSorted((one, other) =>
    ownKey(one.order) < ownKey(other.order) ? -1 : 1,
  )) {
    const { change, sender, text } = message;
    if (change === undefined) continue;
    const changed = authorship({ session: sender.session, mid: change.mid });
    if (texts.get(changed) !== TAKEN_BACK) texts.set(changed, change.type === "delete" ? TAKEN_BACK : text);
  }
  return settled
    .filter(({ change }) => change === undefined)
    .map((message) => ({ ...message, text: texts.get(authorshipOf(message)) ?? message.text }));
}
