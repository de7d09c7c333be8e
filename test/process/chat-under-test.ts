import type { ExecutionContext } from "ava";
import type { StoreView } from "../../sync/wire.ts";
import { Cable } from "./cable.ts";
import { RegionProcess, StoreProcess, temporaryDirectory } from "./chat-processes.ts";
import { LongPollReader, regionsOf } from "./client.ts";
import { until } from "./until.ts";

/** In a new store the first region finds no database, and makes one. */
const STARTING: ReadonlySet<StoreView["state"]> = new Set(["opening", "missing"] as const);

export interface ChatUnderTest {
  readonly store: StoreProcess;
  /** Between the regions and the store. */
  readonly cable: Cable;
  /**
   * Starts a region that reaches the store through the cable, and waits until it has joined, or knows why it cannot:
   * a reader that comes before the joining starts over after it.
   */
  region(name: string, environment?: Record<string, string>): Promise<RegionProcess>;
  /** A reader of the lobby that has had its first page. */
  reader(region: RegionProcess): Promise<LongPollReader>;
}

/** A store and as many regions as a test asks for, each a process; all ended with the test. */
export async function openChat(t: ExecutionContext): Promise<ChatUnderTest> {
  const directory = await temporaryDirectory();
  const store = await StoreProcess.start(`${directory.path}/couchdb`);
  const cable = await Cable.to(new URL(store.url));
  t.teardown(async () => {
    await cable.close();
    await store.stop();
    await directory.remove();
  });
  return {
    store,
    cable,
    async region(name, environment = {}) {
      const common = { DATA_DIR: directory.path, COUCHDB_URL: cable.urlFor(store.url) };
      const region = await RegionProcess.start(name, { ...common, ...environment });
      t.teardown(() => region.kill());
      await until(async () => !STARTING.has((await regionsOf(region.url)).store.state));
      return region;
    },
    async reader(region) {
      const reader = new LongPollReader(region.url, "lobby");
      t.teardown(() => reader.stop());
      await reader.start();
      return reader;
    },
  };
}
