import type { Chance } from "../sync/chance.ts";
import { atMoment, lastsMs, type Deed } from "./deed.ts";
import { DiskImage } from "./disk.ts";
import { forgiveDeletions, isKeptWithout, isStoreWhole } from "./holders.ts";
import type { Machine } from "./machine.ts";
import type { RegionProcess } from "./region-process.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;
const MOST_MACHINES = 9;

/** The moments at which a kill is worst: a post on its way to the disk, an answer to its author, a write to the store. */
const MOMENTS: readonly ((process: RegionProcess) => boolean)[] = [
  () => true,
  ({ unsyncedPosts }) => unsyncedPosts > 0,
  ({ unansweredPosts, unsyncedPosts }) => unansweredPosts > 0 && unsyncedPosts === 0,
  ({ flights }) => flights > 0,
];
/** Such a moment is waited for this long, looking so often. */
const LOOKS = { lookMs: 2, looks: 2_000 };

function pick(world: World, chance: Chance): Machine | undefined {
  return chance.pick(world.living().filter(({ process }) => process !== undefined));
}

/** Where the process was when it was killed decides which fault that is. */
function countKill(world: World, machine: Machine): void {
  const { tally } = world.surroundings;
  const { process } = machine;
  if (process === undefined) return;
  if (process.unsyncedPosts > 0) tally.count("R1");
  if (process.unansweredPosts > 0) tally.count("R2");
  if (process.flights > 0) tally.count("R3");
  if (machine.disk.unsynced > 0) tally.count("R4");
}

/** Off now, on again after a while. */
function restart(world: World, machine: Machine, offMs: number): void {
  world.until(offMs, () => machine.boot());
}

/** What happens to the machines that regions live on. */
export const MACHINE_DEEDS = {
  kills: (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined) return;
    const isMoment = chance.pick(MOMENTS) ?? (() => true);
    const offMs = lastsMs(chance, 10, 20_000);
    const isWorst = (): boolean => machine.process !== undefined && isMoment(machine.process);
    atMoment(world, LOOKS, isWorst, () => {
      countKill(world, machine);
      machine.kill();
      restart(world, machine, offMs);
    });
  },
  "power-cuts": (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || !isKeptWithout(world, {})) return;
    countKill(world, machine);
    if (machine.losePower() > 0) world.surroundings.tally.count("R5");
    forgiveDeletions(world);
    restart(world, machine, lastsMs(chance, 100, 30_000));
  },
  pauses: (world, chance) => {
    const machine = pick(world, chance);
    const { process } = machine ?? {};
    if (process === undefined) return;
    world.surroundings.tally.count("R7");
    process.sleep();
    world.until(lastsMs(chance, 5_000, 120_000), () => process.wake());
  },
  "clock-steps": (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined) return;
    world.surroundings.tally.count("R11");
    machine.skewMs += (chance.below(9) - 4) * HOUR_MS * chance.fraction();
    machine.skewMs = Math.floor(machine.skewMs);
  },
  "full-disks": (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined) return;
    machine.isDiskFull = true;
    world.until(lastsMs(chance, 500, 20_000), () => {
      machine.isDiskFull = false;
    });
  },
  /** A snapshot of the whole machine is put back some time later: it does not know what it did since. */
  "old-copies": (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || machine.isDiskless) return;
    const copy = machine.disk.copy();
    world.schedule.after(lastsMs(chance, 2_000, 40_000), () => {
      if (machine.isGone || !world.surroundings.isStormy || !isKeptWithout(world, { disks: [machine] }))
        return;
      world.surroundings.tally.count("R8");
      machine.exchangeDisk(copy);
      forgiveDeletions(world);
      restart(world, machine, lastsMs(chance, 100, 5_000));
    });
  },
  /** The directory is copied, and a second process started from the copy while the first goes on. */
  clones: (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || machine.isDiskless || world.machines.length >= MOST_MACHINES) return;
    world.surroundings.tally.count("R9");
    world.addMachine(machine.disk.copy(), chance.happens(0.5));
  },
  "lost-directories": (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || machine.isDiskless || !isStoreWhole(world)) return;
    world.surroundings.tally.count("R10");
    for (const region of machine.origins)
      world.chronicle.lostDisks.push({ region, atMs: world.schedule.nowMs });
    machine.exchangeDisk(new DiskImage(machine.drawOrigin()));
    forgiveDeletions(world);
    restart(world, machine, lastsMs(chance, 100, 10_000));
  },
  "late-regions": (world) => {
    if (world.machines.length >= MOST_MACHINES || !isStoreWhole(world)) return;
    world.surroundings.tally.count("R12");
    world.addMachine();
  },
  /** Switched off for ever, without a word. */
  retirements: (world, chance) => {
    const machine = pick(world, chance);
    if (machine === undefined || world.living().length < 2) return;
    if (!isKeptWithout(world, { disks: [machine] })) return;
    world.surroundings.tally.count("R12");
    machine.kill();
    machine.isGone = true;
    forgiveDeletions(world);
    for (const { page, follower } of world.people)
      if (page.home === machine) world.moveElsewhere(page, follower);
  },
  /** Ctrl-C: it says goodbye, and comes back as after an update. */
  goodbyes: (world, chance) => {
    const machine = pick(world, chance);
    const { process } = machine ?? {};
    if (machine === undefined || process === undefined) return;
    world.surroundings.tally.count("R14");
    process.stop();
    world.schedule.after(lastsMs(chance, 50, 2_000), () => {
      if (machine.process === process) machine.kill();
      restart(world, machine, lastsMs(chance, 100, 10_000));
    });
  },
} satisfies Readonly<Record<string, Deed>>;
