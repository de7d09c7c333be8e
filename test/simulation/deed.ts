import type { Chance } from "../sync/chance.ts";
import type { World } from "./world.ts";

/** Does it to somebody drawn by chance; nothing when there is nobody it could be done to. */
export type Deed = (world: World, chance: Chance) => void;

/** Most misfortunes are short, some are long: between these bounds, the shorter the likelier. */
export function lastsMs(chance: Chance, leastMs: number, mostMs: number): number {
  return leastMs + Math.floor((mostMs - leastMs) * chance.fraction() ** 2);
}

/** Waits for a moment at which `isMoment`, and does it then; when none comes in a while, or all heals first, never. */
export function atMoment(
  world: World,
  { lookMs, looks }: { lookMs: number; looks: number },
  isMoment: () => boolean,
  run: () => void,
): void {
  if (!world.surroundings.isStormy) return;
  if (isMoment()) run();
  else if (looks > 0)
    world.schedule.after(lookMs, () => atMoment(world, { lookMs, looks: looks - 1 }, isMoment, run));
}
