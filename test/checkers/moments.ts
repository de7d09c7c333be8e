import type { MessageId } from "../../sync/names.ts";
import type { Kept } from "./history.ts";

/** When each message was there first, in milliseconds of the recorder's clock. */
export function firstMoments(kept: readonly Kept[]): Map<MessageId, number> {
  const moments = new Map<MessageId, number>();
  for (const { id, atMs } of kept) moments.set(id, Math.min(moments.get(id) ?? Infinity, atMs));
  return moments;
}
