/**
 * What was used lately, at most twice `size` entries. Two generations instead of a list in the order of use: when the
 * younger is full, the elder is forgotten whole. Looking for a Map's oldest entry walks over all it has deleted
 * before: measured, 26 µs for one in and one out at 50,000 entries, which a flood of new keys would make us pay.
 */
export class Recent<Key, Value> {
  readonly #generationSize: number;
  #young = new Map<Key, Value>();
  #elder = new Map<Key, Value>();

  constructor(size: number) {
    this.#generationSize = size;
  }

  get size(): number {
    return this.#young.size + this.#elder.size;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const elder = this.#elder.get(key);
    if (elder !== undefined) this.set(key, elder);
    return elder;
  }

  set(key: Key, value: Value): void {
    this.#elder.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#generationSize) return;
    this.#elder = this.#young;
    this.#young = new Map();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#elder.delete(key);
  }
}
