import { ClassicLevel } from "classic-level";
import type { Change, Entry, Ground, Span } from "./ground.ts";

/**
 * A ground on disk (LevelDB). Every write is one batch, synced before it is answered: a crash keeps all of it or
 * nothing. LevelDB's own lock file keeps a second process out.
 */
export class LevelGround implements Ground {
  readonly #level: ClassicLevel;

  /** "locked": another process has this directory. */
  static async open(directory: string): Promise<LevelGround | "locked"> {
    const level = new ClassicLevel(directory, { cacheSize: 16 << 20, writeBufferSize: 8 << 20 });
    try {
      await level.open();
      return new LevelGround(level);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED") return "locked";
      throw cause ?? error;
    }
  }

  private constructor(level: ClassicLevel) {
    this.#level = level;
  }

  async get(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.length === 0 ? [] : this.#level.getMany([...keys]);
  }

  async range({ from, to, limit, descending = false }: Span): Promise<Entry[]> {
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

  async clear(prefix: string): Promise<void> {
    await this.#level.clear({ gte: prefix, lt: endOf(prefix) });
  }

  size(prefix: string): Promise<number> {
    return this.#level.approximateSize(prefix, endOf(prefix));
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

/** Behind every key that begins so: none goes on with U+10FFFF. */
const endOf = (prefix: string) => `${prefix}\u{10ffff}`;
