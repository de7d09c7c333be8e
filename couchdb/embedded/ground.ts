/** What databases stand on: texts under keys sorted by their UTF-8 bytes. On a disk, or in a test's memory. */
export interface Ground {
  /** One value for each key, in the order asked; undefined where there is none. */
  get(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** The first `limit` entries of a span, or the last ones. */
  range(span: Span): Promise<Entry[]>;
  /** All of it or nothing. Fulfilled when it survives a crash; rejected when that is not known. */
  write(changes: readonly Change[]): Promise<void>;
  /** Removes all keys that begin so. A crash may leave some of them. */
  clear(prefix: string): Promise<void>;
  /** About how many bytes all keys that begin so take, with their values. */
  size(prefix: string): Promise<number>;
}

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Keys with `from` ≤ key < `to`. */
export interface Span {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  /** From the last one on. */
  readonly descending?: boolean;
}

/** Without a value the key is removed. */
export interface Change {
  readonly key: string;
  readonly value?: string;
}

/** The key right behind `key`: turns "up to and with" into "before", and "after" into "from". */
export function behind(key: string): string {
  return `${key}\0`;
}
