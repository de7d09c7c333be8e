import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { branded } from "../../../sync/brand.ts";
import type { OrderKey, Room } from "../../../sync/names.ts";
import type { History } from "../../checkers/history.ts";
import { Connection } from "../../replay/connection.ts";
import type { Progress } from "../../replay/progress.ts";
import { chanceOf } from "../../sync/chance.ts";
import { Chronicle } from "./chronicle.ts";
import { openCrowd } from "./crowd.ts";
import { drill } from "./drills.ts";
import { settle } from "./ending.ts";
import type { Listener, ListenerSettings } from "./listener.ts";
import { rage } from "./nemesis.ts";
import type { Plan } from "./plan.ts";
import { openPollReader } from "./poll-reader.ts";
import { reportOf, type DiaryEntry, type Report } from "./report.ts";
import type { Scene } from "./scene.ts";
import { openStreamReader } from "./stream-reader.ts";
import { Stage } from "./stage.ts";
import type { TorturedStore } from "./store.ts";
import { Tab } from "./tab.ts";

export interface Torture {
  readonly plan: Plan;
  readonly seed: number;
  /** The store, given a directory of its own. */
  readonly store: (directory: string) => TorturedStore;
  readonly progress: Progress;
  /** Aborted: everything ends, and what was found until then is found. */
  readonly signal: AbortSignal;
}

export interface Tortured {
  readonly report: Report;
  readonly history: History;
  /** What the regions logged, by name. */
  readonly logs: Readonly<Record<string, string>>;
}

type OpenReader = (settings: ListenerSettings) => { listener: Listener; stop(): Promise<void> };

const WEIGHING_MS = 2_000;
/**
 * Node alone takes 90 MiB. Measured with 55,000 messages: 250 to 290, and up to 412 just after a start, when all of a
 * journal was read. A region keeps 100,000 at most (sync/limits.ts).
 */
const MEMORY_BYTES = 512 * 1024 * 1024;

/** Sets the stage, lets people talk and the nemesis rage, heals, drills, waits, judges, and clears the stage. */
export async function torture(given: Torture): Promise<Tortured> {
  const { plan, seed, progress } = given;
  const chronicle = new Chronicle();
  const end = new AbortController();
  const signal = AbortSignal.any([given.signal, end.signal]);
  // Everybody who waits listens for the end, and there are as many of them as the plan has people.
  setMaxListeners(Infinity, signal);
  const connection = new Connection();
  progress.step(`starting ${plan.regions} regions`);
  const database = `settee-torture-${randomBytes(6).toString("hex")}`;
  const stage = await Stage.open({ regions: plan.regions, database, chronicle, store: given.store });
  const readers: { listener: Listener; stop(): Promise<void> }[] = [];
  let tab: Tab | undefined;
  try {
    const rooms = Array.from({ length: plan.rooms }, (_, place) => branded<Room>(`torture-${place + 1}`));
    const listeners: Listener[] = [];
    const diary: DiaryEntry[] = [];
    const omitted = new Map<string, string>();
    const [region] = stage.regions;
    const lastRoom = rooms.at(-1);
    if (plan.hasTab && region !== undefined && lastRoom !== undefined)
      tab = await Tab.open({ name: "a page in a browser", room: lastRoom, region, signal });
    const scene: Scene = {
      stage,
      chronicle,
      connection,
      listeners,
      tab,
      rooms,
      chance: chanceOf(seed),
      signal,
      breakOff: () => end.abort(),
      leeway: plan.leeway,
      newest: (room) => newestOf(listeners, room),
      count: (what) => void diary.push({ atMs: chronicle.nowMs(), what }),
      omit: (what, why) => void omitted.set(what, why),
    };
    for (const reader of openReaders(scene)) {
      readers.push(reader);
      listeners.push(reader.listener);
    }
    const ended = await perform(given, scene);
    const logs = Object.fromEntries(stage.regions.map(({ name, log }) => [name, log]));
    return {
      ...ended,
      logs,
      report: reportOf({ ...ended, diary, omitted, seed, plan, regions: stage.regions }),
    };
  } finally {
    progress.step("ending every process");
    end.abort();
    await Promise.all([tab?.close(), ...readers.map((reader) => reader.stop())]);
    await stage.close();
    connection.close();
    progress.close();
  }
}

async function perform({ plan, progress }: Torture, scene: Scene) {
  const { stage, chronicle } = scene;
  const scale = setInterval(() => {
    for (const region of stage.regions) {
      region.tell({ type: "weigh" });
      void region.lookAtOrigin();
    }
  }, WEIGHING_MS);
  try {
    const crowd = openCrowd(plan, scene, (said) => progress.posted(said));
    const startMs = chronicle.nowMs();
    const raged = rage(plan, scene).finally(() => crowd.hurry());
    const [outcome] = await Promise.allSettled([raged, crowd.done]);
    if (outcome.status === "rejected") throw outcome.reason;
    const ragedSeconds = (chronicle.nowMs() - startMs) / 1000;
    progress.step("waiting until all is in step");
    const healed = await settle(scene);
    progress.step("drills");
    const drilled = await drill(plan, scene);
    for (const { place, memory } of stage.regions)
      chronicle.load({
        region: place.region,
        what: "bytes of memory",
        most: memory.most,
        bound: MEMORY_BYTES,
      });
    progress.step("reading every history");
    const { ending, violations } = await settle(scene);
    return {
      history: chronicle.history(ending),
      violations,
      healedMs: healed.settledMs,
      drilled,
      ragedSeconds,
    };
  } finally {
    clearInterval(scale);
  }
}

/** In each region one who stays, by long poll and by stream in turn; and one of either kind who moves. */
function openReaders({ stage, rooms, connection, chronicle, signal }: Scene) {
  const shared = { rooms, connection, chronicle, signal };
  const ways: readonly OpenReader[] = [openPollReader, openStreamReader];
  const staying = stage.regions.map((region, place) => {
    const open = ways[place % ways.length] ?? openPollReader;
    return open({ ...shared, name: `reader at ${region.name}`, region, isMoving: false });
  });
  const [first] = stage.regions;
  if (first === undefined) return staying;
  const moving = ways.map((open, place) =>
    open({ ...shared, name: `mover ${place + 1}`, region: first, isMoving: true }),
  );
  return [...staying, ...moving];
}

function newestOf(listeners: readonly Listener[], room: Room): OrderKey | undefined {
  let newest: OrderKey | undefined;
  for (const listener of listeners) {
    const order = listener.newest(room);
    if (order !== undefined && order > (newest ?? "")) newest = order;
  }
  return newest;
}
