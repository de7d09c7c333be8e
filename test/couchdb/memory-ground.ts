import type { Change, Entry, Ground, Span } from "../../couchdb/embedded/ground.ts";

/** A ground that forgets everything with its process. Uses no timer: promises are fulfilled at once. */
export class MemoryGround implements Ground {
  readonly #values = new Map<string, string>();
  readonly #keys: string[] = [];

  async get(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map((key) => this.#values.get(key));
  }

  async range({ from, to, limit, descending = false }: Span): Promise<Entry[]> {
    const [first, end] = [this.#place(from), this.#place(to)];
    const span = descending ? [Math.max(first, end - limit), end] : [first, Math.min(end, first + limit)];
    const keys = this.#keys.slice(...span);
    if (descending) keys.reverse();
    return keys.map((key) => ({ key, value: this.#values.get(key) ?? "" }));
  }

  async write(changes: readonly Change[]): Promise<void> {
    for (const { key, value } of changes) {
      const isKnown = this.#values.has(key);
      if (value !== undefined) this.#values.set(key, value);
      else this.#values.delete(key);
      if (isKnown !== (value !== undefined)) {
        this.#keys.splice(this.#place(key), isKnown ? 1 : 0, ...(isKnown ? [] : [key]));
      }
    }
  }

  async clear(prefix: string): Promise<void> {
    const keys = this.#keys.filter((key) => key.startsWith(prefix));
    await this.write(keys.map((key) => ({ key })));
  }

  async size(): Promise<number> {
    return 0;
  }

  /** Where the key is, or would be. */
  #place(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(this.#keys[middle] ?? "", key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
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
