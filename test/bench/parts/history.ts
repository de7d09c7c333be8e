import { setTimeout as pause } from "node:timers/promises";
import { quantiles } from "../../replay/stopwatch.ts";
import { until } from "../../process/until.ts";
import type { Part } from "../bench.ts";
import { inChat, type Contestant } from "../contestant.ts";
import { roomOf, writeHistory } from "../history.ts";
import { median } from "../median.ts";
import { residentBytes } from "../processes.ts";
import type { Row } from "../row.ts";

/** First pages that are asked for, each of another room as far as there are so many. */
const PAGES = 200;
const MEGABYTE = 1024 * 1024;

/** A region that begins on a store with a long history. */
export const history: Part = {
  runs: ({ rounds }) => rounds + 1,
  measure(bench) {
    const { stored, rooms } = bench.sizes;
    return inChat(bench, async (chat) => {
      await chat.region("first");
      await bench.run(`history: ${stored} messages are written`, () =>
        writeHistory(chat, { last: stored, rooms }),
      );
      const found: Found[] = [];
      for (let round = 1; round <= bench.sizes.rounds; round++)
        found.push(
          await bench.run(`history: region ${round} begins on it`, async () => {
            const startMs = performance.now();
            const region = await chat.region(`region-${round}`);
            await until(async () => (await fetch(`${region.url}/readyz`)).ok);
            const readyMs = performance.now() - startMs;
            const watchMs = round === bench.sizes.rounds ? bench.sizes.watchMs : 0;
            return { readyMs, ...(await readOn(region, bench.sizes.rooms, watchMs)) };
          }),
        );
      return rowsOf(`${stored} messages in ${rooms} rooms`, found, bench.sizes.watchMs);
    });
  },
};

interface Found {
  readonly readyMs: number;
  readonly pageMs: number;
  readonly memoryBytes: number;
  readonly growthBytes: number;
}

/** The first pages, and then what memory does as they are read over and over. */
async function readOn(
  { url, pid }: Contestant,
  rooms: number,
  watchMs: number,
): Promise<Omit<Found, "readyMs">> {
  const samplesMs: number[] = [];
  const readPages = async (): Promise<void> => {
    for (let page = 0; page < PAGES; page++) {
      const startMs = performance.now();
      const answer = await fetch(`${url}/api/v1/rooms/${roomOf(page % rooms)}/messages?limit=50`);
      await answer.arrayBuffer();
      samplesMs.push(performance.now() - startMs);
    }
  };
  await readPages();
  const { p99Ms: pageMs } = quantiles(samplesMs);
  const memoryBytes = residentBytes(pid);
  for (const endMs = performance.now() + watchMs; performance.now() < endMs; await pause(500))
    await readPages();
  return { pageMs, memoryBytes, growthBytes: residentBytes(pid) - memoryBytes };
}

function rowsOf(name: string, found: readonly Found[], watchMs: number): Row[] {
  const row = (what: string, unit: string, ours: number, limit: number): Row => ({
    part: "history",
    name: `${name}: ${what}`,
    unit,
    ours,
    goal: { of: "value", is: "at most", limit },
  });
  return [
    row("a new region is ready", "ms", median(found.map(({ readyMs }) => readyMs)), 3_000),
    row("first page of a room, p99", "ms", median(found.map(({ pageMs }) => pageMs)), 50),
    row("resident memory", "MB", median(found.map(({ memoryBytes }) => memoryBytes)) / MEGABYTE, 300),
    row(`it grows by in ${watchMs / 1000} s`, "MB", (found.at(-1)?.growthBytes ?? 0) / MEGABYTE, 20),
  ];
}
