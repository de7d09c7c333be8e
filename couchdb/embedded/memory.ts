import { compareUtf8, type Change, type Entry, type Ground, type Span } from "./ground.ts";

/** Keys are kept in pieces of at most this many, so that an insertion moves little. */
const PIECE = 512;

/** A ground that forgets everything with its process. Uses no timer: promises are fulfilled at once. */
export class MemoryGround implements Ground {
  readonly #values = new Map<string, string>();
  readonly #pieces: string[][] = [[]];

  async get(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map((key) => this.#values.get(key));
  }

  async range(span: Span): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const key of span.descending ? this.#down(span) : this.#up(span)) {
      if (entries.length >= span.limit) break;
      entries.push({ key, value: this.#values.get(key) ?? "" });
    }
    return entries;
  }

  async write(changes: readonly Change[]): Promise<void> {
    for (const { key, value } of changes) {
      const known = this.#values.has(key);
      if (value === undefined) {
        if (known) this.#remove(key);
        this.#values.delete(key);
      } else {
        if (!known) this.#insert(key);
        this.#values.set(key, value);
      }
    }
  }

  async size(): Promise<number> {
    return 0;
  }

  *#up(span: Span): Generator<string> {
    const first = this.#pieceOf(span.from);
    for (const piece of this.#pieces.slice(first)) {
      for (let i = place(piece, span.from); i < piece.length; i++) {
        const key = piece[i];
        if (key === undefined || compareUtf8(key, span.to) >= 0) return;
        yield key;
      }
    }
  }

  *#down(span: Span): Generator<string> {
    for (let p = this.#pieceOf(span.to); p >= 0; p--) {
      const piece = this.#pieces[p] ?? [];
      for (let i = place(piece, span.to) - 1; i >= 0; i--) {
        const key = piece[i];
        if (key === undefined || compareUtf8(key, span.from) < 0) return;
        yield key;
      }
    }
  }

  #insert(key: string): void {
    const at = this.#pieceOf(key);
    const piece = this.#pieces[at] ?? [];
    piece.splice(place(piece, key), 0, key);
    if (piece.length > PIECE) this.#pieces.splice(at + 1, 0, piece.splice(PIECE / 2));
  }

  #remove(key: string): void {
    const at = this.#pieceOf(key);
    const piece = this.#pieces[at] ?? [];
    piece.splice(place(piece, key), 1);
    if (piece.length === 0 && this.#pieces.length > 1) this.#pieces.splice(at, 1);
  }

  /** The last piece that begins at or before the key. */
  #pieceOf(key: string): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (compareUtf8(this.#pieces[middle]?.[0] ?? "", key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where the key is, or would be. */
function place(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(sorted[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
