import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { cpuSeconds, residentBytes } from "../processes.ts";
import type { Dialect } from "./dialect.ts";
import { dialectOf } from "./dialects.ts";
import type { Job, Outcome } from "./job.ts";
import { Ledger } from "./ledger.ts";
import { Posters, type Author } from "./posters.ts";
import { Homecoming } from "./homecoming.ts";
import { pollReader, streamReader, type Reader } from "./readers.ts";

/** As the measurements had it. */
const TEXT_BYTES = 200;
/** A listening socket keeps 511 newcomers waiting; who comes beyond that is let in a second later. */
const WAVE = 250;
/** After the last reader came, and between looks at what has come. */
const SETTLE_MS = 300;
const LOOK_MS = 50;
/** Nothing more comes when nothing came for so long. */
const PATIENCE_MS = 3_000;
/** A collection of a large heap, and what it gives back to the system. */
const COLLECT_MS = 500;

/** Carries out a job: readers come, posts begin, a window is measured, and then everything must have arrived. */
export async function run(job: Job): Promise<Outcome> {
  const dialect = dialectOf(job.dialect);
  const ledger = new Ledger(randomBytes(3).toString("hex"), TEXT_BYTES);
  const authors = await Promise.all(job.postTo.map((url) => join(url, job.dialect)));
  const posters = new Posters(dialect, ledger, authors);
  const memoryBefore = await memory(job);
  const homecoming = new Homecoming(() => posters.beginMeanwhile());
  const readers = await openReaders(job, dialect, ledger, homecoming);
  await pause(SETTLE_MS);
  posters.start(job.pace);
  await pause(job.warmMs);
  process.stdout.write("measuring\n");
  const measured = await measure(job, ledger, posters);
  const memoryAfter = await memory(job);
  posters.stop();
  await allArrived(ledger, posters, readers);
  const had = readers.reduce((sum, { page }) => sum + page.had, 0);
  const repeated = readers.reduce((sum, { page }) => sum + page.repeated, 0);
  // Nobody has to receive what was refused.
  const sent = ledger.sent - posters.refused;
  for (const each of [...readers, posters]) each.close();
  return {
    ...measured,
    sent,
    lost: sent * readers.length - had,
    repeated,
    refused: posters.refused,
    delivery: ledger.deliveries.spread(),
    answer: posters.answers.spread(),
    answerMeanwhile: posters.meanwhile.spread(),
    backMs: homecoming.lastedMs,
    cut: homecoming.count,
    memoryBefore,
    memoryAfter,
  };
}

async function measure(job: Job, ledger: Ledger, posters: Posters) {
  const before = { ...marks(job, ledger, posters), ownCpu: process.cpuUsage() };
  ledger.beginTiming();
  await pause(job.windowMs);
  ledger.endTiming();
  const after = marks(job, ledger, posters);
  const { user, system } = process.cpuUsage(before.ownCpu);
  const windowMs = after.nowMs - before.nowMs;
  return {
    windowMs,
    posted: after.posted - before.posted,
    delivered: after.delivered - before.delivered,
    cpuSeconds: after.cpuSeconds.map((seconds, place) => seconds - (before.cpuSeconds[place] ?? 0)),
    loadCores: (user + system) / 1000 / windowMs,
  };
}

function marks({ pids }: Job, ledger: Ledger, posters: Posters) {
  return {
    nowMs: performance.now(),
    posted: posters.acknowledged,
    delivered: ledger.delivered,
    cpuSeconds: pids.map(cpuSeconds),
  };
}

async function openReaders(
  job: Job,
  dialect: Dialect,
  ledger: Ledger,
  homecoming: Homecoming,
): Promise<Reader[]> {
  const readers: Reader[] = [];
  const open = job.via === "poll" ? pollReader : streamReader;
  const servers = job.readFrom.map((url) => new URL(url));
  while (readers.length < job.readers) {
    const wave = Array.from({ length: Math.min(WAVE, job.readers - readers.length) }, (_, n) => {
      const server = servers[(readers.length + n) % servers.length];
      if (server === undefined) throw new Error("nowhere to read");
      const refuge = job.refuge === undefined ? server : new URL(job.refuge);
      return new Promise<Reader>((resolve) => {
        let isNew = true;
        const ready = (): void => {
          if (!isNew) return homecoming.returned();
          isNew = false;
          setImmediate(() => resolve(reader));
          return undefined;
        };
        const reader = open({ server, refuge, dialect, ledger, ready });
      });
    });
    readers.push(...(await Promise.all(wave)));
  }
  return readers;
}

/** Waits until every reader has had every message, or nothing comes any more. */
async function allArrived(ledger: Ledger, posters: Posters, readers: readonly Reader[]): Promise<void> {
  let lastCount = -1;
  for (let quietMs = 0; quietMs < PATIENCE_MS; quietMs += LOOK_MS) {
    if (posters.isQuiet && ledger.delivered >= (ledger.sent - posters.refused) * readers.length) return;
    await pause(LOOK_MS);
    if (ledger.delivered !== lastCount) quietMs = 0;
    lastCount = ledger.delivered;
  }
}

async function memory({ pids, collect }: Job): Promise<number[]> {
  if (collect !== true) return pids.map(residentBytes);
  for (const pid of pids) process.kill(pid, "SIGUSR2");
  await pause(COLLECT_MS);
  return pids.map(residentBytes);
}

async function join(url: string, dialect: Job["dialect"]): Promise<Author> {
  const server = new URL(url);
  if (dialect !== "settee") return { server, token: "" };
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ name: "Bench" });
  const response = await fetch(new URL("/api/v1/sessions", server), { method: "POST", headers, body });
  const answer: { token: string } = await response.json();
  return { server, token: answer.token };
}
