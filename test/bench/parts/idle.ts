import type { Bench, Part } from "../bench.ts";
import { at, inChat, startBare, type Contestant } from "../contestant.ts";
import type { Job } from "../load/job.ts";
import { median } from "../median.ts";
import type { Row } from "../row.ts";

type Via = Job["via"];

/** Readers that came before those that are counted, so that code and pools are there already. */
const FIRST_READERS = 300;
const LIMIT_KB: Record<Via, number> = { poll: 10, stream: 12 };

/** What a reader costs who only waits. */
export const idle: Part = {
  runs: ({ rounds }) => 2 * 2 * 2 * rounds,
  async measure(bench) {
    return [await waiting("poll", bench), await waiting("stream", bench)];
  },
};

async function waiting(via: Via, bench: Bench): Promise<Row> {
  const { idle: readers } = bench.sizes;
  const name = `${readers} readers wait by ${via === "poll" ? "long poll" : "SSE"}: resident memory each`;
  const kilobytes = async (who: string, server: Contestant): Promise<number> => {
    await bench.load(`idle: first readers, ${who}`, silent(server, via, FIRST_READERS));
    const outcome = await bench.load(`idle: ${readers} by ${via}, ${who}`, silent(server, via, readers));
    const [before = Number.NaN, after = Number.NaN] = [outcome.memoryBefore[0], outcome.memoryAfter[0]];
    return (after - before) / readers / 1024;
  };
  const found: (readonly [number, number])[] = [];
  // Processes of their own for each round: one that had readers before has room for more.
  for (let round = 0; round < bench.sizes.rounds; round++)
    await inChat(bench, async (chat) => {
      const region = await chat.region("idle");
      const bare = await startBare([via === "poll" ? "long-poll" : "stream"]);
      // Side by side: memory does not depend on what else the machine does.
      found.push(await Promise.all([kilobytes("Settee", region), kilobytes("bare", bare)]));
      await bare.stop();
    });
  return {
    part: "idle",
    name,
    unit: "kB",
    ours: median(found.map(([ours]) => ours)),
    bare: { name: "bare node:http", value: median(found.map(([, theirs]) => theirs)) },
    goal: { of: "value", is: "at most", limit: LIMIT_KB[via] },
  };
}

function silent(server: Contestant, via: Via, readers: number): Job {
  const pace = { type: "silent" } as const;
  return { ...at(server), via, readers, pace, warmMs: 0, windowMs: 100, collect: true };
}
