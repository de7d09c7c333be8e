import { branded } from "../../sync/brand.ts";
import { messageId, type Mid, type OrderKey, type Room } from "../../sync/names.ts";
import type { WireMessage } from "../../sync/message.ts";

export const lobby = branded<Room>("lobby");

/** The order key of slot `n`; they sort as their numbers do. */
export function orderOf(n: number): OrderKey {
  return branded<OrderKey>(`0${String(n).padStart(12, "0")}-aaaaaaaa-${n}`);
}

export function midOf(n: number): Mid {
  return branded<Mid>(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`);
}

/** The same, beside the message at slot `of`: what its author did to it. */
export function changeAt(
  n: number,
  of: number,
  type: "edit" | "delete",
  other: Partial<WireMessage> = {},
): WireMessage {
  const order = branded<OrderKey>(`${orderOf(of)}~${orderOf(n)}`);
  const change = { type, mid: midOf(of) };
  const text = type === "edit" ? `text ${of}, edited in ${n}` : "";
  return messageAt(n, { order, id: messageId(lobby, order), change, text, ...other });
}

/** A stored message at slot `n` of the lobby, said by Ana unless said otherwise. */
export function messageAt(n: number, other: Partial<WireMessage> = {}): WireMessage {
  const order = orderOf(n);
  return {
    id: messageId(other.room ?? lobby, order),
    mid: midOf(n),
    room: lobby,
    sender: { name: "Ana", session: "s1" },
    text: `text ${n}`,
    at: 1_700_000_000_000 + n * 1000,
    region: "us",
    order,
    state: "stored",
    ...other,
  };
}
