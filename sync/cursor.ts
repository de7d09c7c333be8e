import { branded } from "./brand.ts";
import { CURSOR_ORIGINS } from "./limits.ts";
import type { Origin8 } from "./names.ts";
import { isStamp, type Stamp } from "./stamp.ts";
import { boundVector, type Vector } from "./vector.ts";
import type { Cursor } from "./wire.ts";

/**
 * A reader's bookmark, with both of its parts: (a) the epoch and offset of this process's arrival log, exact and
 * cheap while it lives; (b) a vector, good in every region.
 *
 * As text: `<epoch>.<offset base 36>.<origin8 stamp>…`, each pair 21 characters: 230 for ten origins, all of them
 * URL-safe.
 */
export interface Bookmark {
  /** One life of a region's process: 8 base32hex digits. */
  readonly epoch: string;
  readonly offset: number;
  readonly vector: Vector;
}

/** The bookmark of a reader that has seen nothing for certain: it is always answered by a reset. */
export const NO_CURSOR = branded<Cursor>("0");

const PATTERN = /^([0-9a-v]{8})\.([0-9a-z]{1,11})\.((?:[0-9a-v]{21})*)$/;
const PAIR = 21;

export function encodeCursor({ epoch, offset, vector }: Bookmark): Cursor {
  const { seen } = boundVector(vector, CURSOR_ORIGINS);
  let text = `${epoch}.${offset.toString(36)}.`;
  for (const [origin8, stamp] of seen) text += origin8 + stamp;
  return branded<Cursor>(text);
}

/** Undefined for anything that is not of this form, and for more origins than we would have listed. */
export function decodeCursor(text: string): Bookmark | undefined {
  const [, epoch, offset, pairs] = PATTERN.exec(text) ?? [];
  if (epoch === undefined || offset === undefined || pairs === undefined) return undefined;
  if (pairs.length > CURSOR_ORIGINS * PAIR) return undefined;
  const seen = new Map<Origin8, Stamp>();
  for (let at = 0; at < pairs.length; at += PAIR) {
    const stamp = pairs.slice(at + 8, at + PAIR);
    if (!isStamp(stamp)) return undefined;
    seen.set(branded<Origin8>(pairs.slice(at, at + 8)), stamp);
  }
  return { epoch, offset: Number.parseInt(offset, 36), vector: { seen } };
}
