import { performance } from "node:perf_hooks";
import { parseRegions } from "../../../public/client/parse.ts";
import type { Mid } from "../../../sync/names.ts";
import type { StoreView } from "../../../sync/wire.ts";
import { pause } from "../../replay/pause.ts";
import { Author } from "./author.ts";
import type { Listener } from "./listener.ts";
import { askJson } from "./people.ts";
import type { Plan } from "./plan.ts";
import type { TorturedRegion } from "./region.ts";
import type { Scene } from "./scene.ts";

/** I7: 3 s without a byte are a dead feed. Whoever looks sees it at the next look, on a machine that has much to do. */
const LOOK_MS = 50;
const NOTICED_MS = 3_000 + 5 * LOOK_MS;
const IN_STEP_MS = 5_000;
/** While a feed is given up and opened again, at most every 15 s, polls bring everything. */
const LIVE_MS = 20_000;
const BACKLOG_PER_SECOND = 1_000;
/** Afterwards a wait counts as one that never ended. */
const PATIENCE_MS = 60_000;
/** Longer than a feed's silence: the region has given it up. */
const DEAD_MS = 5_000;
const WRITERS = 32;

/** What the drills took, in milliseconds, and how much a second. */
export interface Drilled {
  readonly noticedMs: number[];
  readonly inStepMs: number[];
  /** The first of a backlog, after the store is back. */
  readonly firstMs: number[];
  readonly drainedPerSecond: number[];
}

/** Faults one at a time, on a chat that is otherwise well: how long until they are noticed, and until all is well again. */
export async function drill(plan: Plan, scene: Scene): Promise<Drilled> {
  const drilled: Drilled = { noticedMs: [], inStepMs: [], firstMs: [], drainedPerSecond: [] };
  for (let turn = 0; turn < plan.drills && !scene.signal.aborted; turn++) {
    const [victim, other] = scene.chance.shuffled(scene.stage.regions);
    if (victim === undefined || other === undefined) break;
    await drillDeadLine(victim, other, scene, drilled);
  }
  const [victim, other] = scene.chance.shuffled(scene.stage.regions);
  if (victim !== undefined && other !== undefined) await drillBacklog(victim, other, plan, scene, drilled);
  return drilled;
}

/** The line to the store goes dead, and is mended: what was said meanwhile here and elsewhere is everywhere again. */
async function drillDeadLine(
  victim: TorturedRegion,
  other: TorturedRegion,
  scene: Scene,
  drilled: Drilled,
): Promise<void> {
  await waited("a feed live again", LIVE_MS, scene, () =>
    stateIs(victim, (state) => state === "live", scene),
  );
  const deadMs = performance.now();
  victim.storeCable.goDead();
  const noticedMs = await waited("a dead feed noticed", NOTICED_MS, scene, () =>
    stateIs(victim, (state) => state !== "live", scene),
  );
  drilled.noticedMs.push(noticedMs);
  await pause(DEAD_MS - (performance.now() - deadMs), scene.signal);
  const [here, there] = [await sayOne(victim, scene), await sayOne(other, scene)];
  victim.storeCable.mend();
  const inStepMs = await waited("back in step after a dead line", IN_STEP_MS, scene, async () => {
    const [atVictim, atOther] = [readerAt(victim, scene), readerAt(other, scene)];
    return atVictim?.knows(there) === true && atOther?.knows(here) === true;
  });
  drilled.inStepMs.push(inStepMs);
}

/** A region takes a thousand messages and more while the store is away, and hands them over when it is back. */
async function drillBacklog(
  victim: TorturedRegion,
  other: TorturedRegion,
  { backlog }: Plan,
  scene: Scene,
  drilled: Drilled,
): Promise<void> {
  victim.storeCable.cut();
  await waited("a store that is away noticed", NOTICED_MS, scene, () =>
    stateIs(victim, (state) => state === "away", scene),
  );
  const mids = await sayMany(backlog, victim, scene);
  victim.storeCable.mend();
  const mendedMs = performance.now();
  const reader = readerAt(other, scene);
  let first: number | undefined;
  const bound = IN_STEP_MS + (backlog / BACKLOG_PER_SECOND) * 1000;
  await waited(`a backlog of ${backlog} drained`, bound, scene, async () => {
    if (first === undefined && mids.some((mid) => reader?.knows(mid) === true)) first = performance.now();
    return mids.every((mid) => reader?.knows(mid) === true);
  });
  const drainMs = performance.now() - (first ?? mendedMs);
  drilled.firstMs.push((first ?? Infinity) - mendedMs);
  drilled.drainedPerSecond.push(Math.round((mids.length / drainMs) * 1000));
}

/** Waits until it is so, and puts the wait into the history. */
async function waited(
  what: string,
  boundMs: number,
  { chronicle, leeway, signal }: Scene,
  condition: () => Promise<boolean>,
): Promise<number> {
  const fromMs = chronicle.nowMs();
  let untilMs: number | undefined;
  while (untilMs === undefined && chronicle.nowMs() - fromMs < PATIENCE_MS && !signal.aborted) {
    if (await condition()) untilMs = chronicle.nowMs();
    else await pause(LOOK_MS, signal);
  }
  chronicle.wait({ what, fromMs, boundMs: boundMs * leeway, ...(untilMs === undefined ? {} : { untilMs }) });
  return (untilMs ?? Infinity) - fromMs;
}

async function stateIs(
  { url }: TorturedRegion,
  condition: (state: StoreView["state"]) => boolean,
  { connection }: Scene,
): Promise<boolean> {
  const answer = parseRegions((await askJson(connection, `${url}/api/v1/regions`))?.body);
  return answer !== undefined && condition(answer.store.state);
}

function readerAt(region: TorturedRegion, { listeners }: Scene): Listener | undefined {
  return listeners.find((listener) => listener.region === region);
}

async function sayOne(region: TorturedRegion, scene: Scene): Promise<Mid> {
  const [mid] = await sayMany(1, region, scene);
  if (mid === undefined) throw new Error("a message of a drill was not taken");
  return mid;
}

/** By several authors at once; each has its session. The mids of what was taken. */
async function sayMany(count: number, region: TorturedRegion, scene: Scene): Promise<Mid[]> {
  const mids: Mid[] = [];
  const room = scene.rooms[0];
  if (room === undefined) return mids;
  const writers = Array.from({ length: Math.min(WRITERS, count) }, async (_, place) => {
    const author = new Author({ ...scene, name: `driller ${place + 1}`, room, regions: [region] }, region);
    for (let n = place; n < count && !scene.signal.aborted; n += WRITERS) {
      const mid = await author.say(`drill ${n}`);
      if (mid !== undefined) mids.push(mid);
    }
  });
  await Promise.all(writers);
  return mids;
}
