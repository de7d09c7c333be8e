import { orderParts, type OrderKey, type Origin8 } from "./names.ts";
import { ZERO_STAMP, type Stamp } from "./stamp.ts";

/**
 * Part (b) of a cursor: per origin the stamp up to which everything has been seen. Of an origin it does not list
 * nothing has been seen for certain.
 */
export interface Vector {
  readonly seen: ReadonlyMap<Origin8, Stamp>;
}

export const EMPTY_VECTOR: Vector = { seen: new Map() };

export function seenUpTo(vector: Vector, origin8: Origin8): Stamp {
  return vector.seen.get(origin8) ?? ZERO_STAMP;
}

/** What both have seen between them. */
export function mergeVectors(one: Vector, other: Vector): Vector {
  const seen = new Map(one.seen);
  for (const [origin8, stamp] of other.seen) {
    if (stamp > seenUpTo(one, origin8)) seen.set(origin8, stamp);
  }
  return { seen };
}

/** Per origin the newest stamp among these. */
export function newestOf(orders: Iterable<OrderKey>): Vector {
  const seen = new Map<Origin8, Stamp>();
  for (const order of orders) {
    const { origin8, stamp } = orderParts(order);
    if (stamp > (seen.get(origin8) ?? ZERO_STAMP)) seen.set(origin8, stamp);
  }
  return { seen };
}

/** Whether the one has seen everything that the other has. */
export function hasSeen(one: Vector, other: Vector): boolean {
  return [...other.seen].every(([origin8, stamp]) => stamp <= seenUpTo(one, origin8));
}

/** What the one has seen beyond the other. */
export function beyondVector(one: Vector, other: Vector): Vector {
  return { seen: new Map([...one.seen].filter(([origin8, stamp]) => stamp > seenUpTo(other, origin8))) };
}

/** The vector with at most `limit` origins, those that wrote last: what is left out may be shown again, never lost. */
export function boundVector(vector: Vector, limit: number): Vector {
  if (vector.seen.size <= limit) return vector;
  const newestFirst = [...vector.seen].sort(([, one], [, other]) => (one < other ? 1 : -1));
  return { seen: new Map(newestFirst.slice(0, limit)) };
}
