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
 * URL-safe. Behind another dot follow the pairs of `ahead`, if there are any.
 */
export interface Bookmark {
  /** One life of a region's process: 8 base32hex digits. */
  readonly epoch: string;
  readonly offset: number;
  /** Up to where this region had seen everything. */
  readonly vector: Vector;
  /**
   * What the reader had seen elsewhere beyond that. Apart from the vector, because by the next request this region may
   * have it too: and what is behind the offset then was seen by the reader, what is behind the vector was not.
   */
  readonly ahead: Vector;
}

/** The bookmark of a reader that has seen nothing for certain: it is always answered by a reset. */
export const NO_CURSOR = branded<Cursor>("0");

const PATTERN = /^([0-9a-v]{8})\.([0-9a-z]{1,11})\.((?:[0-9a-v]{21})*)(?:\.((?:[0-9a-v]{21})+))?$/;
const PAIR = 21;

export function encodeCursor({ epoch, offset, vector, ahead }: Bookmark): Cursor {
  const beyond = boundVector(ahead, CURSOR_ORIGINS);
  const seen = boundVector(vector, CURSOR_ORIGINS - beyond.seen.size);
  const text = `${epoch}.${offset.toString(36)}.${encodePairs(seen)}`;
  return branded<Cursor>(beyond.seen.size === 0 ? text : `${text}.${encodePairs(beyond)}`);
}

/** Undefined for anything that is not of this form, and for more origins than we would have listed. */
export function decodeCursor(text: string): Bookmark | undefined {
  const [, epoch, offset, pairs, pairsAhead = ""] = PATTERN.exec(text) ?? [];
  if (epoch === undefined || offset === undefined || pairs === undefined) return undefined;
  if (pairs.length + pairsAhead.length > CURSOR_ORIGINS * PAIR) return undefined;
  const vector = decodePairs(pairs);
  const ahead = decodePairs(pairsAhead);
  if (vector === undefined || ahead === undefined) return undefined;
  return { epoch, offset: Number.parseInt(offset, 36), vector, ahead };
}

function encodePairs({ seen }: Vector): string {
  let text = "";
  for (const [origin8, stamp] of seen) text += origin8 + stamp;
  return text;
}

function decodePairs(text: string): Vector | undefined {
  const seen = new Map<Origin8, Stamp>();
  for (let at = 0; at < text.length; at += PAIR) {
    const stamp = text.slice(at + 8, at + PAIR);
    if (!isStamp(stamp)) return undefined;
    seen.set(branded<Origin8>(text.slice(at, at + 8)), stamp);
  }
  return { seen };
}
