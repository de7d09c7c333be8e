import { lastsMs, type Deed } from "./deed.ts";
import type { World } from "./world.ts";
import type { Chance } from "../sync/chance.ts";
import type { Machine } from "./machine.ts";

function pick(world: World, chance: Chance): Machine | undefined {
  return chance.pick(world.living());
}

/** What happens between a region and the store. */
export const LINE_DEEDS = {
  /** Refused at once: down, or its name cannot be found. */
  outages: (world, chance) => {
    const machine = pick(world, chance);
    const line = machine?.line;
    if (line === undefined) return;
    line.isOut = true;
    machine?.process?.feed?.breakOff();
    world.until(lastsMs(chance, 500, 40_000), () => {
      line.isOut = false;
    });
  },
  /** Packets disappear both ways, and nothing says so. */
  "half-open": (world, chance) => {
    const machine = pick(world, chance);
    const line = machine?.line;
    if (line === undefined) return;
    line.isHalfOpen = true;
    machine?.process?.feed?.fallSilent();
    world.until(lastsMs(chance, 500, 30_000), () => {
      line.isHalfOpen = false;
    });
  },
  "deaf-feeds": (world, chance) => pick(world, chance)?.process?.feed?.deafen(),
  /** The proxy in between sends this region to another node from now on. */
  failovers: (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || world.couch.nodes === 1) return;
    world.surroundings.tally.count("S18");
    machine.line.connection.failOver();
    machine.process?.feed?.breakOff();
  },
} satisfies Readonly<Record<string, Deed>>;
