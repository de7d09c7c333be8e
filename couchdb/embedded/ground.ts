/**
 * What a database stands on: texts under keys sorted by their UTF-8 bytes. Two of them: `memory.ts` for tests and
 * simulations, `level.ts` for a disk.
 */
export interface Ground {
  /** One value for each key, in the order asked; undefined where there is none. */
  get(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** At most `limit` entries of a span. */
  range(span: Span): Promise<Entry[]>;
  /** All of it or nothing. Fulfilled when it survives a crash; rejected when that is not known. */
  write(changes: readonly Change[]): Promise<void>;
  /** About how many bytes a span takes. */
  size(from: string, to: string): Promise<number>;
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

/** Orders as UTF-8 bytes do, which is not JavaScript's order: U+1F600 comes after U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for what lies beyond U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
