import type { ExecutionContext } from "ava";
import { parseConfig, type Config, type Environment } from "../../server/config.ts";
import { openLog } from "../../server/log.ts";
import { startRegion, type RunningRegion } from "../../server/start-region.ts";
import { BEACONS } from "../../sync/beacon.ts";
import { MemoryCouch } from "../couchdb/memory-couch.ts";
import { MemoryStore } from "../couchdb/memory-store.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { TestClock } from "./test-clock.ts";

export interface TestRegion<OneStore = MemoryStore> {
  readonly region: RunningRegion;
  readonly url: string;
  readonly couch: MemoryCouch;
  readonly store: OneStore;
  readonly clock: TestClock;
  /** Every line logged. */
  readonly lines: readonly string[];
}

/** A whole region in this process, on a store in memory and a directory of its own, once it follows the store. */
export async function openTestRegion(
  t: ExecutionContext,
  environment: Environment = {},
  couch = new MemoryCouch("chat"),
): Promise<TestRegion> {
  return openRegionOn(t, new MemoryStore(couch), environment, couch);
}

/** The same on a store that does more than remember. */
export async function openRegionOn<OneStore extends MemoryStore>(
  t: ExecutionContext,
  store: OneStore,
  environment: Environment,
  couch: MemoryCouch,
): Promise<TestRegion<OneStore>> {
  const config = await configOf(t, environment);
  const clock = new TestClock();
  const lines: string[] = [];
  const log = openLog({ format: "json", clock, out: { write: (line: string) => lines.push(line) } });
  const region = await startRegion({ config, store, clock, log, version: "0.0.0", pageDirectories: [] });
  if (region.type !== "running") throw new Error(region.remedy);
  t.teardown(() => region.close(0));
  await until(async () => {
    clock.pass(1);
    const beacons = await store.range({ ...BEACONS, limit: 1 });
    const isAnnounced = beacons.type === "range" && beacons.rows.length === 1;
    return isAnnounced && (await regionsOf(region.url)).store.state === "live";
  });
  return { region, url: region.url, couch, store, clock, lines };
}

async function configOf(t: ExecutionContext, environment: Environment): Promise<Config> {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const config = parseConfig({ PORT: "0", DATA_DIR: directory.path, ...environment });
  if (config.type !== "config") throw new Error(config.mistakes.join());
  return config;
}
