import type { ExecutionContext } from "ava";
import { isRecord } from "../../sync/json.ts";
import type { WireMessage } from "../../sync/message.ts";
import { Author, LongPollReader, regionsOf } from "./client.ts";
import { Chronicle } from "./torture/chronicle.ts";
import type { TorturedRegion } from "./torture/region.ts";
import { Stage } from "./torture/stage.ts";
import { readStore } from "./torture/store-reading.ts";
import { embeddedStore, fetchStore } from "./torture/store.ts";
import { until } from "./until.ts";

export const ROOM = "lobby";

/** A store and two regions of the torture, where one named thing is done at a time, so that what breaks can be seen. */
export interface PairUnderTest {
  readonly stage: Stage;
  readonly us: TorturedRegion;
  readonly eu: TorturedRegion;
  readonly ann: Author;
  readonly reader: (region: TorturedRegion) => Promise<LongPollReader>;
}

export async function openPair(t: ExecutionContext): Promise<PairUnderTest> {
  const chronicle = new Chronicle();
  const stage = await Stage.open({ regions: 2, database: "settee", chronicle, store: embeddedStore });
  t.teardown(() => stage.close());
  const [us, eu] = stage.regions;
  if (us === undefined || eu === undefined) throw new Error("two regions were asked for");
  for (const region of [us, eu]) await becomes(region, "live");
  return {
    stage,
    us,
    eu,
    ann: await Author.join(us.url, "ann"),
    async reader(region) {
      const reader = new LongPollReader(region.url, ROOM);
      t.teardown(() => reader.stop());
      await reader.start();
      return reader;
    },
  };
}

export async function becomes(region: TorturedRegion, state: string): Promise<void> {
  await until(async () => (await regionsOf(region.url)).store.state === state);
}

export async function emptied(region: TorturedRegion): Promise<void> {
  await until(async () => (await regionsOf(region.url)).store.waiting === 0);
}

/** How many of its slots the region's beacon in the store tells of. */
export async function toldOf(stage: Stage, { place }: TorturedRegion): Promise<number> {
  const { body } = await fetchStore(`${stage.databaseUrl}/region:${place.region}`);
  return isRecord(body) && typeof body["n"] === "number" ? body["n"] : 0;
}

export async function stored(stage: Stage): Promise<WireMessage[]> {
  return readStore(stage, { limit: Infinity });
}
