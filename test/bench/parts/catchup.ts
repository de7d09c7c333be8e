import { setTimeout as pause } from "node:timers/promises";
import { BEACON_SOONEST_MS } from "../../../sync/limits.ts";
import { regionsOf } from "../../process/client.ts";
import { until } from "../../process/until.ts";
import type { Bench, Part } from "../bench.ts";
import { inChat, type Chat } from "../contestant.ts";
import { AUTHOR, writeHistory } from "../history.ts";
import type { Outcome } from "../load/job.ts";
import { median } from "../median.ts";
import type { Row } from "../row.ts";

/**
 * A bookmark is proved by the own beacon that comes back behind it. A region that is stopped before reads again what it
 * has read since, which none has to that was in step when it was stopped.
 */
const PROVED_MS = BEACON_SOONEST_MS + 2_000;

/** How quickly what was missed is there again. */
export const catchup: Part = {
  runs: ({ rounds }) => 5 * rounds,
  async measure(bench) {
    return [
      ...(await inChat(bench, (chat) => behind(chat, bench))),
      ...(await inChat(bench, (chat) => returning(chat, bench))),
    ];
  },
};

/** A region that has missed much, beside reading the store's feed and doing nothing with it. */
async function behind(chat: Chat, bench: Bench): Promise<Row[]> {
  const { behind: messages } = bench.sizes;
  const { process: region } = await chat.region("behind");
  await region.stop();
  let all = 0;
  const miss = async (): Promise<void> => {
    const first = all + 1;
    all += messages;
    await writeHistory(chat, { first, last: all, rooms: 1 });
  };
  const catchUp = async (): Promise<number> => {
    await region.start();
    const startMs = performance.now();
    await until(async () => (await seenBy(region.url)) === all);
    const rate = (messages / (performance.now() - startMs)) * 1000;
    await pause(PROVED_MS);
    await region.stop();
    return rate;
  };
  const contestants = [
    { name: "Settee", before: miss, run: catchUp },
    { name: "the feed alone", before: async () => undefined, run: () => readAll(chat, all) },
  ];
  const [ours = [], theirs = []] = await bench.alternate(contestants, async ({ name, before, run }) => {
    await before();
    return bench.run(`catchup: ${messages} messages, ${name}`, run);
  });
  return [
    {
      part: "catchup",
      name: `a region ${messages} messages behind`,
      unit: "/s",
      ours: median(ours),
      bare: { name: "_changes?include_docs", value: median(theirs) },
      goal: { of: "ratio", is: "at least", limit: 0.8 },
    },
  ];
}

/** How many slots of the history's author this region has seen. */
async function seenBy(url: string): Promise<number> {
  const { regions } = await regionsOf(url);
  return regions.find(({ state }) => state === "here")?.seen[AUTHOR] ?? 0;
}

async function readAll({ store }: Chat, messages: number): Promise<number> {
  const startMs = performance.now();
  const response = await store.ask("GET", `${store.database}/_changes?include_docs=true&since=0`);
  for await (const _ of response.body ?? []);
  return (messages / (performance.now() - startMs)) * 1000;
}

/** Everybody comes back at once: to the region that was restarted, and to another one when theirs is gone. */
async function returning(chat: Chat, bench: Bench): Promise<Row[]> {
  const { returning: readers, returnMs: windowMs } = bench.sizes;
  const region = await chat.region("restarted");
  const other = await chat.region("other");
  const restarted = { start: true, postTo: region.url, refuge: region.url };
  const killed = { start: false, postTo: other.url, refuge: other.url };
  const runs = [
    { name: "their region restarted", via: "stream", ...restarted },
    { name: "their region killed", via: "stream", ...killed },
    { name: "their region restarted, by long poll", via: "poll", ...restarted },
  ] as const;
  const outcomes = await bench.alternate(runs, async ({ name, via, start, postTo, refuge }) => {
    const job = {
      ...({ dialect: "settee", via, readers, refuge, pids: [] } as const),
      ...({ postTo: [postTo], readFrom: [region.url], pace: { type: "steady", perSecond: 10 } } as const),
      warmMs: 500,
      windowMs,
    };
    const outcome = await bench.load(`catchup: ${readers} readers return, ${name}`, job, async () => {
      await region.process.kill();
      if (start) await region.process.start();
    });
    if (!start) await region.process.start();
    return outcome;
  });
  return runs.flatMap(({ name }, place) =>
    rowsOf(`${readers} readers return, ${name}`, outcomes[place] ?? []),
  );
}

function rowsOf(name: string, outcomes: readonly Outcome[]): Row[] {
  return [
    {
      part: "catchup",
      name: `${name}: all are back`,
      unit: "ms",
      ours: median(outcomes.map(({ backMs }) => backMs)),
      goal: { of: "value", is: "at most", limit: 5_000 },
    },
    {
      part: "catchup",
      name: `${name}: a POST meanwhile, p99`,
      unit: "ms",
      // Of runs in which nobody was answered meanwhile nothing can be said.
      ours: median(outcomes.flatMap(({ answerMeanwhile: { count, p99Ms } }) => (count > 0 ? p99Ms : []))),
      goal: { of: "value", is: "at most", limit: 500 },
    },
  ];
}
