import { branded } from "../../sync/brand.ts";
import type { WireMessage } from "../../sync/message.ts";
import { messageId, orderKey, type Mid, type OrderKey, type Origin8, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { Post } from "./evidence.ts";

/** A hand-written conversation: what was posted, and the very messages a region without fault shows for it. */

export const room = branded<Room>("irc-a");

/** The `n`-th order key of a single origin. */
export function order(n: number): OrderKey {
  return orderKey({ stamp: encodeStamp(n, 0), origin8: branded<Origin8>("origin00"), n });
}

export function mid(n: number): Mid {
  return branded<Mid>(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`);
}

/** The `n`-th post: its author's, with the text `text <n>`, acknowledged under the `n`-th order key. */
export function posted(n: number, sender: string): Post {
  return {
    room,
    mid: mid(n),
    text: `text ${n}`,
    sender,
    session: `session-of-${sender}`,
    after: undefined,
    outcome: { type: "acknowledged", order: order(n) },
  };
}

export function shownFor({ room: place, mid: name, text, sender, session, outcome }: Post): WireMessage {
  const key = outcome.type === "acknowledged" ? outcome.order : order(999);
  return {
    id: messageId(place, key),
    mid: name,
    room: place,
    sender: { name: sender, session },
    text,
    at: 0,
    region: "r1",
    order: key,
    state: "stored",
  };
}
