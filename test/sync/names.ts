import { branded } from "../../sync/brand.ts";
import type { Message } from "../../sync/message.ts";
import {
  besideKey,
  orderKey,
  origin8,
  ownKey,
  type Mid,
  type Origin,
  type OwnKey,
  type Room,
} from "../../sync/names.ts";
import { messageDocument } from "../../sync/document.ts";
import { encodeStamp, type Stamp } from "../../sync/stamp.ts";
import type { Row, StoreDocument } from "../../sync/store.ts";

/** What the tests of the core call things. */

export const NOON_MS = Date.UTC(2026, 0, 1, 12);
export const HOUR_MS = 3_600_000;

export const LOBBY = room("lobby");
export const GARDEN = room("garden");
export const HERE = origin("a");
export const THERE = origin("b");
export const ANN = "session-of-ann-1";
export const BOB = "session-of-bob-1";

export function room(name: string): Room {
  return branded<Room>(name);
}

/** The origin all of whose digits are this one. */
export function origin(digit: string): Origin {
  return branded<Origin>(digit.repeat(26));
}

export function mid(number: number): Mid {
  return branded<Mid>(`00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`);
}

/** `tick` milliseconds after noon. */
export function stampAt(tick: number, counter = 0): Stamp {
  return encodeStamp(NOON_MS + tick, counter);
}

export function orderAt(n: number, tick: number = n, from: Origin = THERE): OwnKey {
  return orderKey({ stamp: stampAt(tick), origin8: origin8(from), n });
}

/** The nth message of an origin, written n milliseconds after noon unless told otherwise. */
export function messageOf(n: number, changed: Partial<Message> = {}, tick: number = n): Message {
  const from = changed.origin ?? THERE;
  return {
    room: LOBBY,
    mid: mid(n),
    sender: "Bob",
    session: BOB,
    text: `message ${n}`,
    order: orderAt(n, tick, from),
    origin: from,
    region: "eu",
    at: NOON_MS + tick,
    ...changed,
  };
}

/** Bob's nth message, by which he changes the one that stands at `changed`. */
export function changeOf(
  n: number,
  changed: Message,
  other: Partial<Message> = {},
  tick: number = n,
): Message {
  const from = other.origin ?? THERE;
  return messageOf(
    n,
    {
      text: `message ${n}, in place of another`,
      change: { type: "edit", mid: changed.mid },
      order: besideKey(ownKey(changed.order), orderAt(n, tick, from)),
      ...other,
    },
    tick,
  );
}

/** A message as the store's feed shows it. */
export function rowOf(message: Message): Row {
  return rowOfDocument(messageDocument(message));
}

export function rowOfDocument(document: StoreDocument): Row {
  return { id: document._id, document: { _rev: "1-0", ...document } };
}
