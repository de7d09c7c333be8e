import type { Bench } from "../bench.ts";
import { regionsOf } from "../../process/client.ts";
import { inChat, type Chat, type Contestant } from "../contestant.ts";
import { median } from "../median.ts";
import type { Row } from "../row.ts";

const REGIONS = ["one", "two", "three"];
/** What the store takes at once without hurry: as much as a region sends. */
const BATCH = 100;
/** Between looks at what waits for the store. */
const LOOK_MS = 250;

interface Found {
  readonly storedPerSecond: number;
  /** How many more messages waited in the last third of the time, at most, than in the second. */
  readonly growth: number;
}

/** Posts that the store has, of three regions that are kept busy, beside what it takes in batches from one client. */
export function sustained(bench: Bench): Promise<Row[]> {
  const { rounds, windowMs, sustainedMs } = bench.sizes;
  return inChat(bench, async (chat) => {
    const regions: Contestant[] = [];
    for (const name of REGIONS) regions.push(await chat.region(name));
    const batches = await chat.store.scratch("batches");
    const ours: Found[] = [];
    const perSecond: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await keepBusy(chat, regions, bench));
      perSecond.push(await bench.run("ingest: _bulk_docs", () => writeBatches(chat, batches, windowMs)));
    }
    return rowsOf(`${REGIONS.length} regions for ${sustainedMs / 1000} s`, ours, perSecond);
  });
}

async function keepBusy(chat: Chat, regions: readonly Contestant[], bench: Bench): Promise<Found> {
  const { posters, warmMs, sustainedMs } = bench.sizes;
  const urls = regions.map(({ url }) => url);
  const job = {
    ...({ dialect: "settee", postTo: urls, readFrom: urls, via: "stream", readers: regions.length } as const),
    ...({ pace: { type: "full", inFlight: posters }, warmMs, windowMs: sustainedMs, pids: [] } as const),
  };
  let found: Found = { storedPerSecond: Number.NaN, growth: Number.NaN };
  await bench.load(`ingest: ${regions.length} regions are kept busy`, job, async () => {
    found = await watch(chat, urls, sustainedMs);
  });
  return found;
}

async function watch(chat: Chat, urls: readonly string[], windowMs: number): Promise<Found> {
  const startMs = performance.now();
  const before = await documents(chat);
  const waited: { ms: number; count: number }[] = [];
  while (performance.now() - startMs < windowMs) {
    const counts = await Promise.all(urls.map(async (url) => (await regionsOf(url)).store.waiting));
    waited.push({ ms: performance.now() - startMs, count: counts.reduce((sum, count) => sum + count, 0) });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const stored = (await documents(chat)) - before;
  const most = (third: number): number =>
    Math.max(
      0,
      ...waited.filter(({ ms }) => Math.floor((ms * 3) / windowMs) === third).map(({ count }) => count),
    );
  return { storedPerSecond: (stored / (performance.now() - startMs)) * 1000, growth: most(2) - most(1) };
}

async function documents({ store }: Chat): Promise<number> {
  const answer: { doc_count: number } = await (await store.ask("GET", store.database)).json();
  return answer.doc_count;
}

async function writeBatches({ store }: Chat, database: string, windowMs: number): Promise<number> {
  const docs = Array.from({ length: BATCH }, () => ({ text: "x".repeat(400) }));
  const body = JSON.stringify({ docs });
  const startMs = performance.now();
  let written = 0;
  for (; performance.now() - startMs < windowMs; written += BATCH)
    await (await store.ask("POST", `${database}/_bulk_docs`, body)).arrayBuffer();
  return (written / (performance.now() - startMs)) * 1000;
}

function rowsOf(name: string, ours: readonly Found[], batchesPerSecond: readonly number[]): Row[] {
  return [
    {
      part: "ingest",
      name: `posts stored, ${name}`,
      unit: "/s",
      ours: median(ours.map(({ storedPerSecond }) => storedPerSecond)),
      bare: { name: `_bulk_docs of ${BATCH}`, value: median(batchesPerSecond) },
      goal: { of: "ratio", is: "at least", limit: 0.5 },
    },
    {
      part: "ingest",
      name: `posts stored, ${name}: what waits grows by`,
      unit: "messages",
      ours: median(ours.map(({ growth }) => growth)),
      goal: { of: "value", is: "at most", limit: BATCH },
    },
  ];
}
