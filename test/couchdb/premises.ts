import type { ExecutionContext } from "ava";
import type { Store, StoreDocument } from "../../sync/store.ts";

/** A database of its own for one test, and what only its operator can do. All of it ends with the test. */
export interface Premises {
  /** How one region sees the database. */
  readonly store: Store;
  /** Another region on the same database. */
  another(): Store;
  /** As an admin does it in Fauxton. */
  deleteDocument(id: string): Promise<void>;
  deleteDatabase(): Promise<void>;
  /**
   * As replication, and the other side of a healed split, write: each document brings its `_rev`, and what stood
   * there before stays beside it.
   */
  graft(documents: readonly StoreDocument[]): Promise<void>;
  /** Fulfilled when it is done; a store that has nothing to compact does nothing. */
  compact(): Promise<void>;
}

export interface Open {
  /** Without `prepared: false` the database is there, and empty. */
  (t: ExecutionContext, options?: { prepared: false }): Promise<Premises>;
}

/** Some documents, as short as they can be: `room:1`, `room:2` … with their number in `n`. */
export function numbered(room: string, count: number, first = 1): StoreDocument[] {
  return Array.from({ length: count }, (_, place) => ({ _id: `${room}:${first + place}`, n: first + place }));
}
