import type { Bench, Part } from "../bench.ts";
import { startBare, startChat, type Contestant } from "../contestant.ts";
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
  const settee = { name: "Settee", start: startRegion };
  const bare = { name: "bare", start: () => startBare([via === "poll" ? "long-poll" : "stream"]) };
  const { idle: readers } = bench.sizes;
  const name = `${readers} readers wait by ${via === "poll" ? "long poll" : "SSE"}: resident memory each`;
  const kilobytes = async (contestant: typeof settee): Promise<number> => {
    const server = await contestant.start();
    await bench.load(`idle: first readers, ${contestant.name}`, silent(server, via, FIRST_READERS));
    const outcome = await bench.load(
      `idle: ${readers} by ${via}, ${contestant.name}`,
      silent(server, via, readers),
    );
    await server.stop();
    const [before = Number.NaN, after = Number.NaN] = [outcome.memoryBefore[0], outcome.memoryAfter[0]];
    return (after - before) / readers / 1024;
  };
  const found: (readonly [number, number])[] = [];
  // Side by side: memory does not depend on what else the machine does.
  for (let round = 0; round < bench.sizes.rounds; round++)
    found.push(await Promise.all([kilobytes(settee), kilobytes(bare)]));
  return {
    part: "idle",
    name,
    unit: "kB",
    ours: median(found.map(([ours]) => ours)),
    bare: { name: "bare node:http", value: median(found.map(([, theirs]) => theirs)) },
    goal: { of: "value", is: "at most", limit: LIMIT_KB[via] },
  };
}

/** A process of its own for each run: one that had readers before has room for more. */
async function startRegion(): Promise<Contestant> {
  const chat = await startChat();
  const region = await chat.region("idle");
  return { ...region, stop: () => chat.stop() };
}

function silent({ dialect, url, pid }: Contestant, via: Via, readers: number): Job {
  return {
    dialect,
    postTo: [url],
    readFrom: [url],
    via,
    readers,
    pace: { type: "silent" },
    warmMs: 0,
    windowMs: 100,
    pids: [pid],
    collect: true,
  };
}
