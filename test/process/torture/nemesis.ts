import { pause } from "../../replay/pause.ts";
import { clone, restore } from "./deeds/copies.ts";
import { kill, killAfterDelivery, killAt, killBeforeMarking, restart } from "./deeds/deaths.ts";
import {
  deleteMessage,
  dropDatabase,
  killStore,
  pauseStore,
  rotatePassword,
  swapStore,
} from "./deeds/store-deeds.ts";
import { fill, misdate, suspend } from "./deeds/troubles.ts";
import { spoil } from "./deeds/weathers.ts";
import type { Plan, RegionDeedName, StoreDeedName } from "./plan.ts";
import type { TorturedRegion } from "./region.ts";
import type { Scene } from "./scene.ts";

const REGION_DEEDS: Readonly<
  Record<RegionDeedName, (victim: TorturedRegion, scene: Scene) => Promise<void>>
> = {
  kill,
  "kill before sync": killAt("before-sync"),
  "kill during sync": killAt("during-sync"),
  "kill after sync": killAt("after-sync"),
  "kill before marking": killBeforeMarking,
  "kill after delivery": killAfterDelivery,
  restart,
  suspend,
  misdate,
  fill,
  clone,
  restore,
};

const STORE_DEEDS: Readonly<Record<StoreDeedName, () => (scene: Scene) => Promise<void>>> = {
  kill: () => killStore,
  pause: () => pauseStore,
  swap: swapStore,
  drop: () => dropDatabase,
  rotate: () => rotatePassword,
  delete: () => deleteMessage,
};

/** A page is loaded anew less often than other readers move: it is to be looked at for a while. */
const TAB_MOVES = 0.25;
/** Pauses between two looks for a region that nobody else is at. */
const LOOK_MS = 50;

type Act = () => Promise<void>;

/**
 * Everything that is done to the chat, drawn from the seed: two deeds on regions at a time, one on the store, one on
 * a cable, one reader that moves. Fulfilled when all of it is done and mended.
 */
export async function rage(plan: Plan, scene: Scene): Promise<void> {
  const { chance, stage } = scene;
  const regionDeeds = chance.shuffled(
    entriesOf(plan.regionDeeds).flatMap(([name, times]) => repeat(times, name)),
  );
  const storeDeeds = chance.shuffled(
    entriesOf(plan.storeDeeds).flatMap(([name, times]) => {
      const deed = STORE_DEEDS[name]();
      return repeat(times, deed);
    }),
  );
  const half = Math.ceil(regionDeeds.length / 2);
  const onRegion = (name: RegionDeedName): Act => {
    const draw = chance.fraction();
    return async () => {
      const victim = await freeRegion(scene, draw);
      if (victim !== undefined) await stage.hold(victim, () => REGION_DEEDS[name](victim, scene));
    };
  };
  const lanes: readonly (readonly Act[])[] = [
    regionDeeds.slice(0, half).map(onRegion),
    regionDeeds.slice(half).map(onRegion),
    storeDeeds.map((deed) => () => deed(scene)),
    repeat(plan.weathers, () => spoil(scene)),
    repeat(plan.moves, () => move(scene)),
  ];
  const ends = await Promise.allSettled(
    lanes.map((acts) => lane(acts, plan, scene).catch((error: unknown) => breakOff(error))),
  );
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;

  /** What cannot be mended ends the other lanes too, and nothing is started after them. */
  function breakOff(error: unknown): never {
    scene.breakOff();
    throw error;
  }
}

/** One act after the other, spread over the plan's time. */
async function lane(acts: readonly Act[], { seconds }: Plan, { chronicle, signal }: Scene): Promise<void> {
  const startMs = chronicle.nowMs();
  for (const [place, act] of acts.entries()) {
    const dueMs = startMs + (place / acts.length) * seconds * 1000;
    await pause(Math.max(dueMs - chronicle.nowMs(), 0), signal);
    if (signal.aborted) return;
    await act();
  }
}

/** Undefined: the torture was broken off before one was free. */
async function freeRegion({ stage, signal }: Scene, draw: number): Promise<TorturedRegion | undefined> {
  while (!signal.aborted) {
    const free = stage.regions.filter((region) => !stage.isHeld(region));
    const victim = free[Math.floor(draw * free.length)];
    if (victim !== undefined) return victim;
    await pause(LOOK_MS, signal);
  }
  return undefined;
}

/** A reader goes on in another region with the bookmark it has (C6); a page is loaded from another one. */
async function move({ listeners, tab, stage, chance, count }: Scene): Promise<void> {
  const isTabs = chance.happens(TAB_MOVES);
  const mover = chance.pick(listeners.filter(({ settings }) => settings.isMoving));
  const region = chance.pick(stage.regions.filter((one) => one !== mover?.region));
  if (mover === undefined || region === undefined) return;
  if (isTabs && tab !== undefined) await tab.goTo(region);
  else mover.goTo(region);
  count("moves of readers");
}

function repeat<T>(times: number, what: T): T[] {
  return Array.from({ length: times }, () => what);
}

function entriesOf<Key extends string>(record: Readonly<Record<Key, number>>): [Key, number][] {
  const keys: Key[] = [];
  for (const key in record) keys.push(key);
  return keys.map((key) => [key, record[key]]);
}
