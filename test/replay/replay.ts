import { performance } from "node:perf_hooks";
import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import type { Api } from "../../public/client/api.ts";
import type { Options } from "./arguments.ts";
import { Connection } from "./connection.ts";
import type { Showing } from "./evidence.ts";
import type { Scripts } from "./files.ts";
import { readHistory } from "./history.ts";
import { judge } from "./judge.ts";
import { replayPlatform } from "./platform.ts";
import { play } from "./play.ts";
import { Probe } from "./probe.ts";
import type { Progress } from "./progress.ts";
import { Reader } from "./reader.ts";
import { countBy, report, type Counts, type Report } from "./report.ts";
import { settle } from "./settle.ts";
import { Stage } from "./stage.ts";
import { Stopwatch } from "./stopwatch.ts";

const WARNING = /^\{"at":"[^"]+","level":"(?:warn|error)","event":"([^"]+)"/gm;

export interface Replay {
  readonly options: Options;
  readonly scripts: Scripts;
  readonly couchdbUrl: string | undefined;
  readonly progress: Progress;
  /** Aborted: everything ends, and what is found until then is found. */
  readonly signal: AbortSignal;
}

export interface Replayed {
  readonly report: Report;
  /** What `--keep` left behind. */
  readonly remains: string;
}

/** Sets the stage, plays, waits until all is quiet, judges, and clears the stage. Rejected when it does not stand. */
export async function replay({ options, scripts, couchdbUrl, progress, signal }: Replay): Promise<Replayed> {
  const connection = new Connection();
  const platform = replayPlatform(connection);
  const { regions, follow } = options;
  progress.step(`starting ${regions} regions`);
  const stage = await Stage.open({ regions, follow, couchdbUrl, connection, platform, signal });
  const probe = new Probe(connection, stage.scratch);
  try {
    const found = await perform(stage, probe, { options, scripts, couchdbUrl, progress, signal });
    return { report: found, remains: stage.remains };
  } finally {
    progress.step("ending every process");
    await probe.stop();
    await stage.close(options.isKept);
    connection.close();
    progress.close();
  }
}

async function perform(stage: Stage, probe: Probe, given: Replay): Promise<Report> {
  const { options, scripts, progress, signal } = given;
  const rooms = scripts.scripts.map(({ room }) => room);
  const stopwatch = new Stopwatch();
  const seats = stage.regions.map(({ name, api }) => {
    const reader = new Reader(name, api, rooms, (message) => stopwatch.shown(name, message));
    return { region: name, api, reader, stopwatch, signal };
  });
  const readers = seats.map(({ reader }) => reader);
  signal.addEventListener("abort", () => readers.forEach((reader) => void reader.stop()), { once: true });
  await Promise.all(readers.map((reader) => reader.start()));
  try {
    const isMeasured = await probe.start();
    const startMs = performance.now();
    const seconds = (): number => (performance.now() - startMs) / 1000;
    const played = await play(scripts.scripts, seats, { ...options, signal }, (count) =>
      progress.posted(count),
    );
    const postingSeconds = seconds();
    const alone = await probe.stop();
    progress.step("waiting until every region has everything");
    await settle(played.posts, readers, signal);
    const settledSeconds = seconds();
    progress.step("reading every history");
    const showings = await Promise.all(seats.map((seat) => showingOf(seat, rooms, signal)));
    const measured = {
      played: {
        ...tally(scripts),
        sessions: played.sessions,
      },
      regions: options.regions,
      follow: options.follow,
      store: given.couchdbUrl !== undefined ? ("given" as const) : ("embedded" as const),
      repeatedRequests: played.repeats,
      resets: sum(readers.map(({ resets }) => resets)),
      unansweredPolls: sum(readers.map(({ unanswered }) => unanswered)),
      postingSeconds,
      settledSeconds,
      answer: stopwatch.answers(),
      crossing: stopwatch.crossings(),
      storeAlone: isMeasured ? alone : undefined,
      warnings: warningsIn(stage.regions.map(({ log }) => log())),
    };
    return report(measured, played.posts, judge(played.posts, showings));
  } finally {
    await Promise.all(readers.map((reader) => reader.stop()));
  }
}

async function showingOf(
  { region, api, reader }: { region: string; api: Api; reader: Reader },
  rooms: readonly Room[],
  signal: AbortSignal,
): Promise<Showing> {
  const history: WireMessage[] = [];
  // As a reader's messages lie: by id, which is the room, a colon and the order key.
  const byId = rooms.toSorted((one, other) => (`${one}:` < `${other}:` ? -1 : 1));
  for (const room of byId) history.push(...((await readHistory(api, room, signal)) ?? []));
  return { region, reader: reader.messages(), history, repeats: reader.repeats };
}

function tally({ scripts, otherFiles }: Scripts) {
  return {
    logs: scripts.length,
    otherFiles: otherFiles.length,
    messages: sum(scripts.map(({ lines }) => lines.length)),
    notices: sum(scripts.map(({ notices }) => notices)),
    unreadable: sum(scripts.map(({ unreadable }) => unreadable)),
    cleaned: sum(scripts.map(({ cleaned }) => cleaned)),
  };
}

/** Events of the log lines that are warnings or errors; every line begins with its time, level and event. */
function warningsIn(logs: readonly string[]): Counts {
  return countBy(logs.flatMap((log) => [...log.matchAll(WARNING)].map(([, event = ""]) => event)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
