import { branded } from "../../sync/brand.ts";
import type { Message } from "../../sync/message.ts";
import { orderKey, origin8, type Mid, type Origin, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";

export const ORIGIN = branded<Origin>("0123456789abcdefghijklmnop");

/** The nth message of an origin, one millisecond after the one before. */
export function messageFrom({
  n,
  text,
  origin = ORIGIN,
}: {
  n: number;
  text: string;
  origin?: Origin;
}): Message {
  return {
    room: branded<Room>("lobby"),
    mid: branded<Mid>(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`),
    sender: "Ana",
    session: "a-session-of-ana",
    text,
    order: orderKey({ stamp: encodeStamp(1_000_000 + n, 0), origin8: origin8(origin), n }),
    origin,
    region: "us",
    at: 1_000_000 + n,
  };
}
