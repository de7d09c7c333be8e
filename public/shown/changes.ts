import type { WireMessage } from "../../sync/message.ts";
import { ownPart } from "../client/order.ts";

/** A message with what its author did to it since. `text` is what is to be shown. */
export interface ShownMessage extends WireMessage {
  /** Its author said it otherwise, at last at `at`; `before` is what was said first. `state` is that of the edit. */
  readonly edited?: Pick<WireMessage, "at" | "state"> & { readonly before: string };
  /** Its author took it back: its text is empty. `state` is that of the deletion. */
  readonly withdrawn?: Pick<WireMessage, "at" | "state">;
}

/**
 * What is to be shown of these messages and changes, sorted by order key (CH11): no change by itself, but each message
 * as its author left it. A deletion stands whatever was edited after it; of edits the latest one counts. A change
 * whose message is not here shows nothing: that one lies above the page, or an admin deleted it. The rule asks for the
 * set alone, so it is of no matter which came first.
 */
export function applyChanges(messages: readonly WireMessage[]): ShownMessage[] {
  const deciding = new Map<string, WireMessage>();
  for (const message of messages) {
    if (message.change === undefined) continue;
    const changed = authorship(message, message.change.mid);
    const before = deciding.get(changed);
    if (before === undefined || isStronger(message, before)) deciding.set(changed, message);
  }
  return messages
    .filter(({ change }) => change === undefined)
    .map((message) => changedBy(message, deciding.get(authorship(message, message.mid))));
}

function changedBy(message: WireMessage, by: WireMessage | undefined): ShownMessage {
  if (by === undefined) return message;
  const { at, state, text } = by;
  return by.change?.type === "delete"
    ? { ...message, text: "", withdrawn: { at, state } }
    : { ...message, text, edited: { at, state, before: message.text } };
}

/** Of two changes of one message; of two deletions the first one is the one that took it back. */
function isStronger(one: WireMessage, other: WireMessage): boolean {
  const isDeletion = one.change?.type === "delete";
  if (isDeletion !== (other.change?.type === "delete")) return isDeletion;
  const isLater = ownPart(one.order) > ownPart(other.order);
  return isDeletion ? !isLater : isLater;
}

/** One session gives a mid to one message only, and changes its own. */
function authorship({ sender }: WireMessage, mid: WireMessage["mid"]): string {
  return `${sender.session} ${mid}`;
}
