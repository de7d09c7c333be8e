import { ClassicLevel } from "classic-level";
import type { Change, Entry, Ground, Span } from "./ground.ts";

export type LevelOpened =
  | { readonly type: "opened"; readonly ground: LevelGround }
  /** Another process has this directory. */
  | { readonly type: "locked" }
  | { readonly type: "failed"; readonly reason: string };

/**
 * A ground on disk (LevelDB). Every write is one batch, synced before it is answered: a crash keeps all of it or
 * nothing. LevelDB's own lock file keeps a second process out.
 */
export class LevelGround implements Ground {
  readonly #level: ClassicLevel;

  static async open(directory: string): Promise<LevelOpened> {
    const level = new ClassicLevel(directory, { cacheSize: 16 << 20, writeBufferSize: 8 << 20 });
    try {
      await level.open();
      return { type: "opened", ground: new LevelGround(level) };
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED")
        return { type: "locked" };
      return { type: "failed", reason: String(cause ?? error) };
    }
  }

  private constructor(level: ClassicLevel) {
    this.#level = level;
  }

  async get(keys: readonly string[]): Promise<(string | undefined)[]> {
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) return [await this.#level.get(only)];
    return keys.length === 0 ? [] : this.#level.getMany([...keys]);
  }

  async range(span: Span): Promise<Entry[]> {
    const { from, to, limit, descending = false } = span;
    const entries = await this.#level.iterator({ gte: from, lt: to, limit, reverse: descending }).all();
    return entries.map(([key, value]) => ({ key, value }));
  }

  async write(changes: readonly Change[]): Promise<void> {
    // Measured: a chained batch takes a quarter of the time of one made from a list.
    const batch = this.#level.batch();
    for (const { key, value } of changes) {
      if (value === undefined) batch.del(key);
      else batch.put(key, value);
    }
    await batch.write({ sync: true });
  }

  size(from: string, to: string): Promise<number> {
    return this.#level.approximateSize(from, to);
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}
