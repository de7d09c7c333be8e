import type { OrderKey, OwnKey } from "../../sync/names.ts";
import { isOwnKey } from "./names.ts";

/**
 * When something was said or done, as text to be compared: the order key's own part. A change stands at
 * `<order key of what it changes>~<own key>`, so the whole key tells where it stands and not when it was made.
 */
export function ownPart(order: OrderKey): string {
  return order.slice(order.indexOf("~") + 1);
}

/** Where stands what a change is of; the place itself of what is no change. */
export function changedPart(order: OrderKey): OwnKey | undefined {
  const [changed = ""] = order.split("~", 1);
  return isOwnKey(changed) ? changed : undefined;
}
