import { temporaryDirectory } from "../chat-processes.ts";
import type { Chronicle } from "./chronicle.ts";
import { TorturedRegion } from "./region.ts";
import { fetchStore, type TorturedStore } from "./store.ts";

export interface StageSettings {
  readonly regions: number;
  readonly database: string;
  readonly chronicle: Chronicle;
  /** The store in this directory, or wherever it is. */
  readonly store: (directory: string) => TorturedStore;
}

/** A store and regions, each a process of its own behind cables of its own, sharing nothing else. */
export class Stage {
  readonly store: TorturedStore;
  readonly database: string;
  readonly directory: string;
  readonly #settings: StageSettings;
  readonly #removeDirectory: () => Promise<void>;
  readonly #regions: TorturedRegion[] = [];
  readonly #held = new Map<TorturedRegion, Promise<void>>();
  #guests: TorturedRegion[] = [];

  private constructor(settings: StageSettings, directory: { path: string; remove(): Promise<void> }) {
    this.#settings = settings;
    this.directory = directory.path;
    this.database = settings.database;
    this.store = settings.store(`${directory.path}/couchdb`);
    this.#removeDirectory = () => directory.remove();
  }

  /** Rejected, and nothing left behind, if one of them does not start. */
  static async open(settings: StageSettings): Promise<Stage> {
    const stage = new Stage(settings, await temporaryDirectory());
    try {
      await stage.store.open();
      for (let n = 1; n <= settings.regions; n++) stage.#regions.push(await stage.#start(`r${n}`));
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Those that are there from the beginning to the end, though not always alive. */
  get regions(): readonly TorturedRegion[] {
    return this.#regions;
  }

  /** Those that stay for a while, too. */
  get everybody(): readonly TorturedRegion[] {
    return [...this.#regions, ...this.#guests];
  }

  isHeld(region: TorturedRegion): boolean {
    return this.#held.has(region);
  }

  /** One deed at a time for each region. */
  async hold(region: TorturedRegion, act: () => Promise<void>): Promise<void> {
    while (this.#held.has(region)) await this.#held.get(region)?.catch(() => undefined);
    const held = act();
    this.#held.set(region, held);
    await held.finally(() => this.#held.delete(region));
  }

  /** A region that stays for a while, on files that lie in `<directory>/<name>` already if it is to have any. */
  async invite(name: string): Promise<TorturedRegion> {
    const guest = await this.#start(name);
    this.#guests.push(guest);
    return guest;
  }

  async dismiss(guest: TorturedRegion): Promise<void> {
    this.#guests = this.#guests.filter((one) => one !== guest);
    await this.hold(guest, async () => {
      await guest.stop();
      await guest.close();
    });
  }

  /** The store has another address or account, and every cable leads there from now on. */
  rewire(): void {
    for (const region of this.everybody) region.learnStoreUrl(this.store.url);
  }

  /** The database's own address, with the account. */
  get databaseUrl(): string {
    return `${this.store.url}/${this.database}`;
  }

  /** Ends every process, and removes every file. */
  async close(): Promise<void> {
    for (const region of this.everybody) await region.close();
    // One that cannot be deleted now is left to its owner; its name says what it was.
    await fetchStore(this.databaseUrl, "DELETE").catch(() => undefined);
    await this.store.close();
    await this.#removeDirectory();
  }

  #start(name: string): Promise<TorturedRegion> {
    const { chronicle, database } = this.#settings;
    const directory = `${this.directory}/${name}`;
    return TorturedRegion.start({ name, directory, database, chronicle }, this.store.url);
  }
}
