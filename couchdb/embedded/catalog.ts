import { Database } from "./engine.ts";
import type { Ground } from "./ground.ts";

// Lives of databases are hex digits, so the catalog's keys meet none of them.
const NAMES = "/databases/";
const DROPPED = "/dropped/";
/** As many databases as one reading of the catalog takes. */
const MAX_DATABASES = 1000;

/** The databases of one ground, by name. What a dropped one held is cleared away afterwards or at the next start. */
export class Catalog {
  readonly #ground: Ground;
  readonly #databases = new Map<string, Database>();
  /** Creations and deletions, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  static async open(ground: Ground): Promise<Catalog> {
    const catalog = new Catalog(ground);
    const limit = MAX_DATABASES;
    for (const { key, value: life } of await ground.range({ from: NAMES, to: "/databases0", limit })) {
      await catalog.#enter(key.slice(NAMES.length), life);
    }
    for (const { key } of await ground.range({ from: DROPPED, to: "/dropped0", limit })) {
      void catalog.#clear(key.slice(DROPPED.length));
    }
    return catalog;
  }

  private constructor(ground: Ground) {
    this.#ground = ground;
  }

  get(name: string): Database | undefined {
    return this.#databases.get(name);
  }

  /** In the order of their bytes. */
  names(): string[] {
    return [...this.#databases.keys()].sort();
  }

  /** About how many bytes a database takes on disk. */
  size({ life }: Database): Promise<number> {
    return this.#ground.size(life);
  }

  /** `life`: 32 hex digits that no other creation has. */
  create(name: string, life: string): Promise<"created" | "exists" | "full"> {
    return this.#inTurn(async () => {
      if (this.#databases.has(name)) return "exists";
      if (this.#databases.size >= MAX_DATABASES) return "full";
      await this.#ground.write([{ key: NAMES + name, value: life }]);
      await this.#enter(name, life);
      return "created";
    });
  }

  drop(name: string): Promise<"dropped" | "missing"> {
    return this.#inTurn(async () => {
      const database = this.#databases.get(name);
      if (!database) return "missing";
      const { life } = database;
      await this.#ground.write([{ key: NAMES + name }, { key: DROPPED + life, value: "" }]);
      this.#databases.delete(name);
      void database.drop().then(() => this.#clear(life));
      return "dropped";
    });
  }

  async #enter(name: string, life: string): Promise<void> {
    this.#databases.set(name, await Database.open(this.#ground, { name, life }));
  }

  async #clear(life: string): Promise<void> {
    try {
      await this.#ground.clear(life);
      await this.#ground.write([{ key: DROPPED + life }]);
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
