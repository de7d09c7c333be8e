import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, OrderKey, Room } from "../../sync/names.ts";

/** What a replay has seen with its own eyes, for the judge to go by. */

/** One message somebody posted, in the order its session sent it. */
export interface Post {
  readonly room: Room;
  readonly mid: Mid;
  readonly text: string;
  readonly sender: string;
  /** One author in one room; its posts follow each other, each sent after the one before had its answer. */
  readonly session: string;
  /** What the author had seen when it was sent. */
  readonly after: OrderKey | undefined;
  readonly outcome: PostOutcome;
}

export type PostOutcome =
  | { readonly type: "acknowledged"; readonly order: OrderKey }
  /** By a door's rule, or by the store for good. */
  | { readonly type: "refused"; readonly code: string }
  /** Not one of its repeats was answered. It may be shown, or not. */
  | { readonly type: "unanswered" };

/** What one region showed in the end. */
export interface Showing {
  readonly region: string;
  /** As its long-poll reader shows it, room by room in their order. */
  readonly reader: readonly WireMessage[];
  /** As its history says, read to the very beginning, room by room in the order of its pages. */
  readonly history: readonly WireMessage[];
  /** Message events the reader was handed although it had them, without being told to start over. */
  readonly repeats: readonly MessageId[];
}
