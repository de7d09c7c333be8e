import { behind, type Change, type Ground } from "./ground.ts";
import type { Keys } from "./records.ts";

/** Numbers of the feed in a block. */
export const BLOCK = 1024;
const PAGE = 1000;

/**
 * How many rows of the feed stand in each block of numbers, so that `pending` need not read them: rows leave
 * their number when their document changes. Blocks without a row are forgotten; a million documents make 1,000.
 */
export class Blocks {
  readonly #counts: Map<number, number>;
  readonly #keys: Keys;

  static async load(ground: Ground, keys: Keys): Promise<Blocks> {
    const counts = new Map<number, number>();
    let from = keys.block(0);
    for (;;) {
      const entries = await ground.range({ from, to: keys.blocksEnd, limit: PAGE });
      for (const { key, value } of entries) counts.set(Number.parseInt(key.slice(-9), 36), Number(value));
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) return new Blocks(keys, counts);
      from = behind(last.key);
    }
  }

  private constructor(keys: Keys, counts: Map<number, number>) {
    this.#keys = keys;
    this.#counts = counts;
  }

  /** Rows in all blocks behind this one. */
  behind(block: number): number {
    let count = 0;
    for (const [number, rows] of this.#counts) if (number > block) count += rows;
    return count;
  }

  /** The new counts of the blocks that rows enter and leave. */
  moved(entered: readonly number[], left: readonly number[]): Map<number, number> {
    const counts = new Map<number, number>();
    const add = (seq: number, by: number) => {
      const block = Math.floor(seq / BLOCK);
      counts.set(block, (counts.get(block) ?? this.#counts.get(block) ?? 0) + by);
    };
    for (const seq of entered) add(seq, 1);
    for (const seq of left) add(seq, -1);
    return counts;
  }

  changes(moved: ReadonlyMap<number, number>): Change[] {
    return [...moved].map(([block, count]) => {
      const key = this.#keys.block(block);
      return count > 0 ? { key, value: String(count) } : { key };
    });
  }

  apply(moved: ReadonlyMap<number, number>): void {
    for (const [block, count] of moved) {
      if (count > 0) this.#counts.set(block, count);
      else this.#counts.delete(block);
    }
  }
}
