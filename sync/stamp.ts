import { branded, type Brand } from "./brand.ts";

/**
 * A hybrid logical clock reading (Kulkarni et al., 2014): 48 bits of milliseconds since 1970 and a 16-bit
 * counter, written as 13 base32hex digits (RFC 4648 §7, lower case), so that comparing bytes compares time.
 */
export type Stamp = Brand<"Stamp">;

const DIGITS = "0123456789abcdefghijklmnopqrstuv";
const PATTERN = /^[0-9a-f][0-9a-v]{12}$/;
const MAX_MS = 2 ** 48 - 1;
const MAX_COUNTER = 0xffff;

export const ZERO_STAMP = encodeStamp(0, 0);
export const LAST_STAMP = encodeStamp(MAX_MS, MAX_COUNTER);

export function isStamp(text: string): text is Stamp {
  return PATTERN.test(text);
}

/** `ms` is cut to 0 … 2^48-1 (the year 10889), `counter` is 0 … 65535. */
export function encodeStamp(ms: number, counter: number): Stamp {
  const wholeMs = Math.min(Math.max(Math.floor(ms), 0), MAX_MS);
  let high = Math.floor(wholeMs / 0x10000);
  let low = ((wholeMs % 0x10000) * 0x10000 + counter) >>> 0;
  let digits = "";
  for (let place = 0; place < 13; place++) {
    digits = DIGITS.charAt(low & 31) + digits;
    low = ((low >>> 5) | ((high & 31) << 27)) >>> 0;
    high = high >>> 5;
  }
  return branded<Stamp>(digits);
}

export function decodeStamp(stamp: Stamp): { ms: number; counter: number } {
  let high = 0;
  let low = 0;
  for (const digit of stamp) {
    high = ((high << 5) | (low >>> 27)) >>> 0;
    low = ((low << 5) | DIGITS.indexOf(digit)) >>> 0;
  }
  return { ms: high * 0x10000 + (low >>> 16), counter: low & MAX_COUNTER };
}

/** The stamp just after this one: the counter first, then the next millisecond. */
export function followingStamp(stamp: Stamp): Stamp {
  const { ms, counter } = decodeStamp(stamp);
  return counter < MAX_COUNTER ? encodeStamp(ms, counter + 1) : encodeStamp(ms + 1, 0);
}

/** The stamp just before this one; there is none before `ZERO_STAMP`, which is its own. */
export function precedingStamp(stamp: Stamp): Stamp {
  const { ms, counter } = decodeStamp(stamp);
  if (counter > 0) return encodeStamp(ms, counter - 1);
  return ms > 0 ? encodeStamp(ms - 1, MAX_COUNTER) : ZERO_STAMP;
}
