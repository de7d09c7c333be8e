import { Database } from "./engine.ts";
import { type Ground } from "./ground.ts";
import type { Md5 } from "./revision.ts";

/** A database and when it was made, in seconds since 1970. */
export interface Entry {
  readonly database: Database;
  readonly createdAt: number;
}

interface Record {
  readonly prefix: string;
  readonly life: string;
  readonly createdAt: number;
}

// Prefixes of databases are letters and digits, so the catalog's keys meet none of them.
const NAMES = "/databases/";
const DROPPED = "/dropped/";
const NEXT = "/next";
const PAGE = 1000;

/** The databases of one ground, by name. What a dropped one held is cleared away afterwards or at the next start. */
export class Catalog {
  readonly #ground: Ground;
  readonly #md5: Md5;
  readonly #entries = new Map<string, Entry & { readonly prefix: string }>();
  #next: number;
  /** Creations and deletions, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  static async open(ground: Ground, md5: Md5): Promise<Catalog> {
    const [next] = await ground.get([NEXT]);
    const catalog = new Catalog(ground, md5, Number(next ?? 1));
    for (const { key, value } of await ground.range({ from: NAMES, to: "/databases0", limit: PAGE })) {
      const record: Record = JSON.parse(value);
      await catalog.#enter(key.slice(NAMES.length), record);
    }
    for (const { key } of await ground.range({ from: DROPPED, to: "/dropped0", limit: PAGE })) {
      void catalog.#clear(key.slice(DROPPED.length));
    }
    return catalog;
  }

  private constructor(ground: Ground, md5: Md5, next: number) {
    this.#ground = ground;
    this.#md5 = md5;
    this.#next = next;
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  /** In the order of their bytes. */
  names(): string[] {
    return [...this.#entries.keys()].sort();
  }

  /** About how many bytes a database takes on disk. */
  async size(name: string): Promise<number> {
    const entry = this.#entries.get(name);
    return entry ? this.#ground.size(entry.prefix, `${entry.prefix}~`) : 0;
  }

  /** `life`: 32 hex digits that no other creation has. At most 1,000 databases. */
  create(name: string, life: string, createdAt: number): Promise<"created" | "exists" | "full"> {
    return this.#inTurn(async () => {
      if (this.#entries.has(name)) return "exists";
      if (this.#entries.size >= PAGE) return "full";
      const prefix = this.#next.toString(36).padStart(6, "0");
      this.#next += 1;
      const record: Record = { prefix, life, createdAt };
      await this.#ground.write([
        { key: NEXT, value: String(this.#next) },
        { key: NAMES + name, value: JSON.stringify(record) },
      ]);
      await this.#enter(name, record);
      return "created";
    });
  }

  drop(name: string): Promise<"dropped" | "missing"> {
    return this.#inTurn(async () => {
      const entry = this.#entries.get(name);
      if (!entry) return "missing";
      await this.#ground.write([{ key: NAMES + name }, { key: DROPPED + entry.prefix, value: "" }]);
      this.#entries.delete(name);
      void entry.database.drop().then(() => this.#clear(entry.prefix));
      return "dropped";
    });
  }

  async #enter(name: string, record: Record): Promise<void> {
    const { prefix, life, createdAt } = record;
    const database = await Database.open(this.#ground, { name, prefix, life, md5: this.#md5 });
    this.#entries.set(name, { database, createdAt, prefix });
  }

  async #clear(prefix: string): Promise<void> {
    try {
      for (;;) {
        const entries = await this.#ground.range({ from: prefix, to: `${prefix}~`, limit: PAGE });
        if (entries.length === 0) break;
        await this.#ground.write(entries.map(({ key }) => ({ key })));
      }
      await this.#ground.write([{ key: DROPPED + prefix }]);
    } catch {
      // The ground was closed or is failing: the mark stays, and the next start goes on.
    }
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(job);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
