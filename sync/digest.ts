import { branded, type Brand } from "./brand.ts";
import type { Message } from "./message.ts";
import { messageId, type Room } from "./names.ts";

/**
 * What a set of messages looks like, in 16 hex digits: the sum of a hash of each, so that the order in which they
 * came is of no matter. It finds accidents; it is no signature, and proves nothing against a forger.
 */
export type Digest = Brand<"Digest">;

/** What a region shows of a window of time, in one room or in all. `from` is its beginning, in ms since 1970. */
export interface WindowDigest {
  readonly from: number;
  readonly messages: number;
  readonly digest: Digest;
}

export interface RoomDigest {
  readonly room: Room;
  readonly messages: number;
  readonly digest: Digest;
}

const PATTERN = /^[0-9a-f]{16}$/;

export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** A sum under way: two lanes of 32 bits. */
export interface Sum {
  high: number;
  low: number;
}

export function addMessage(sum: Sum, message: Message): void {
  const { room, order, mid, sender, session, text, change } = message;
  const what = change === undefined ? [text] : [text, change.type, change.mid];
  const all = [messageId(room, order), mid, sender, session, ...what].join("\u0000");
  sum.high = (sum.high + hash(all, HIGH_SEED)) >>> 0;
  sum.low = (sum.low + hash(all, LOW_SEED)) >>> 0;
}

export function digestOf({ high, low }: Sum): Digest {
  return branded<Digest>(hex(high) + hex(low));
}

const HIGH_SEED = 0x9e3779b9;
const LOW_SEED = 0x85ebca6b;

/** 32-bit FNV-1a over UTF-16 code units from a seed, with the finishing steps of MurmurHash3. */
function hash(text: string, seed: number): number {
  let mixed = seed;
  for (let place = 0; place < text.length; place++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(place), 0x01000193);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, "0");
}
