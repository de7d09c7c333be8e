import { Cable } from "../../process/cable.ts";
import type { Bench, Part } from "../bench.ts";
import { inChat, type Chat } from "../contestant.ts";
import { syncMs } from "../disk.ts";
import type { Job, Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import { startPeer, type Peer } from "../peers/contestants.ts";
import { PAIR, peersDirectory, presentPeers } from "../peers/present.ts";
import type { Row } from "../row.ts";

/** How much further away the store is than this machine, to see what of it a region's own people notice. */
const FAR_MS = 100;
/** A POST that is shown in its own region: this and one sync of the disk. */
const HERE_MS = 3;

const REDIS = "Socket.IO with Redis";

/** How long a message is on its way, at a chat's pace. */
export const latency: Part = {
  runs: ({ rounds }) => (peersDirectory() === undefined ? 4 : 5) * rounds,
  measure: (bench) =>
    inChat(bench, async (chat) => {
      const present = await presentPeers();
      const pair = present.includes(PAIR) ? await startPeer(PAIR) : undefined;
      try {
        return [...(await across(chat, pair, bench)), ...(await here(chat, bench))];
      } finally {
        await pair?.stop();
      }
    }),
};

/**
 * From a region to another one, beside the store's own way from a PUT to its row, fed and polled each second, and beside
 * two servers with a Redis between them, which keeps nothing.
 */
async function across(chat: Chat, pair: Peer | undefined, bench: Bench): Promise<Row[]> {
  const from = await chat.region("from");
  const to = await chat.region("to");
  const scratch = `${chat.store.url}/${await chat.store.scratch("rows")}`;
  const store = { postTo: [scratch], readFrom: [scratch], dialect: "store" } as const;
  const runs = [
    { name: "Settee", postTo: [from.url], readFrom: [to.url], via: "stream", dialect: "settee" },
    { ...store, name: "the store", via: "stream" },
    { ...store, name: "each second", via: "poll" },
    ...(pair === undefined ? [] : [{ ...pair.target, name: REDIS, via: "stream" } as const]),
  ] as const;
  const [ours = [], rows = [], polled = [], paired] = await bench.alternate(runs, ({ name, ...run }) =>
    bench.load(`latency: to another region, ${name}`, { ...run, ...pace(bench) }),
  );
  await Promise.all([from.stop(), to.stop()]);
  const row = (what: string, quantile: Quantile, bare: string, theirs: readonly Outcome[]): Row => ({
    part: "latency",
    name: `POST in one region → reader in another: ${what}`,
    unit: "ms",
    ours: middle(ours, quantile),
    bare: { name: bare, value: middle(theirs, quantile) },
  });
  return [
    { ...row("p50", "p50Ms", "PUT → row", rows), goal: { of: "ratio", is: "at most", limit: 1.3 } },
    { ...row("p99", "p99Ms", "PUT → row", rows), goal: { of: "ratio", is: "at most", limit: 1.5 } },
    row("p50 again", "p50Ms", "every region polls each second", polled),
    ...(paired === undefined
      ? []
      : [row("p50 again", "p50Ms", REDIS, paired), row("p99 again", "p99Ms", REDIS, paired)]),
  ];
}

type Quantile = "p50Ms" | "p99Ms";

/** Within one region, whose store is far away. */
async function here(chat: Chat, bench: Bench): Promise<Row[]> {
  const cable = await Cable.to(new URL(chat.store.url));
  cable.become({ type: "late", delayMs: FAR_MS });
  const region = await chat.region("here", { COUCHDB_URL: cable.urlFor(chat.store.url) });
  const outcomes = [];
  const syncsMs = [];
  for (let round = 0; round < bench.sizes.rounds; round++) {
    syncsMs.push(await syncMs(chat.directory));
    const run = { postTo: [region.url], readFrom: [region.url], via: "stream", dialect: "settee" } as const;
    const name = `latency: in the same region, the store ${FAR_MS} ms away`;
    outcomes.push(await bench.load(name, { ...run, ...pace(bench) }));
  }
  await region.stop();
  await cable.close();
  const limit = Number((HERE_MS + median(syncsMs)).toFixed(1));
  const name = `POST → reader in the same region, store ${FAR_MS} ms away: p50`;
  return [
    {
      part: "latency",
      name,
      unit: "ms",
      ours: middle(outcomes, "p50Ms"),
      bare: { name: "one sync of the disk", value: median(syncsMs) },
      goal: { of: "value", is: "at most", limit },
    },
  ];
}

function pace({ sizes }: Bench): Pick<Job, "readers" | "pace" | "warmMs" | "windowMs" | "pids"> {
  const { warmMs, latencyMs: windowMs, latencyPerSecond: perSecond } = sizes;
  return { readers: 1, pace: { type: "steady", perSecond }, warmMs, windowMs, pids: [] };
}

function middle(outcomes: readonly Outcome[], quantile: Quantile): number {
  return median(outcomes.map(({ delivery }) => delivery[quantile]));
}
