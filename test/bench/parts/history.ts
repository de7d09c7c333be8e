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

/** The first pages, and then the most memory that it has as they are read over and over, and by how much that grows. */
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
  // Garbage lies about until it is collected: only that it becomes more and more would be growth.
  const most = [memoryBytes, memoryBytes];
  const startMs = performance.now();
  for (let gone = 0; gone < 1; gone = (performance.now() - startMs) / watchMs) {
    await pause(500);
    await readPages();
    const half = gone < 0.5 ? 0 : 1;
    most[half] = Math.max(most[half] ?? 0, residentBytes(pid));
  }
  const [first = 0, second = 0] = most;
  return { pageMs, memoryBytes: Math.max(first, second), growthBytes: Math.max(second - first, 0) };
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
    row(
      `resident memory in ${watchMs / 1000} s, at most`,
      "MB",
      (found.at(-1)?.memoryBytes ?? Number.NaN) / MEGABYTE,
      300,
    ),
    row(
      "the same, in the second half more than in the first",
      "MB",
      (found.at(-1)?.growthBytes ?? 0) / MEGABYTE,
      20,
    ),
  ];
}
