import { atMoment, lastsMs, type Deed } from "./deed.ts";
import type { World } from "./world.ts";
import { forgiveDeletions, mayLoseInStore } from "./holders.ts";

/** Our documents are of 300 to 900 bytes: below this the long ones are refused. */
const SMALL_BYTES = 450;
const USUAL_BYTES = 8_000_000;
/** A cluster takes a paused node for dead after about a minute. */
const NOTICED_MS = 60_000;

/** A message that was just said reaches all regions within a second or so, when they are not cut off. */
const LOOKS = { lookMs: 250, looks: 20 };

function whenAllHold(world: World, run: () => void): void {
  atMoment(world, LOOKS, () => mayLoseInStore(world), run);
}

/** What happens to the store itself, and what its operators do. */
export const STORE_DEEDS = {
  lockouts: ({ couch, until, surroundings }, chance) => {
    surroundings.tally.count("S11");
    couch.lockOut();
    until(lastsMs(chance, 500, 20_000), () => couch.letIn());
  },
  "missing-database": ({ couch, until, surroundings }, chance) => {
    surroundings.tally.count("S12");
    couch.takeAway();
    until(lastsMs(chance, 500, 20_000), () => couch.giveBack());
  },
  "node-kills": ({ couch, until, surroundings }, chance) => {
    const node = chance.below(couch.nodes);
    surroundings.tally.count("S1");
    couch.kill(node);
    until(lastsMs(chance, 200, 30_000), () => couch.start(node));
  },
  "node-pauses": ({ couch, until, schedule, surroundings }, chance) => {
    const node = chance.below(couch.nodes);
    surroundings.tally.count("S3");
    couch.pause(node);
    schedule.after(NOTICED_MS, () => couch.notice());
    until(lastsMs(chance, 500, 70_000), () => couch.resume(node));
  },
  splits: ({ couch, until, surroundings }, chance) => {
    if (couch.nodes === 1) return;
    surroundings.tally.count("S26");
    couch.split([chance.below(couch.nodes)]);
    until(lastsMs(chance, 500, 30_000), () => couch.heal());
  },
  /** An operator puts a backup back. */
  restores: (world, chance) => {
    const backup = world.couch.snapshot();
    world.schedule.after(lastsMs(chance, 1_000, 40_000), () => {
      if (backup === undefined) return;
      whenAllHold(world, () => {
        const before = world.storedIds().length;
        if (!world.couch.restore(backup)) return;
        world.surroundings.tally.count("S17");
        if (world.storedIds().length < before) world.surroundings.tally.count("S25");
        forgiveDeletions(world);
        world.surroundings.stir();
      });
    });
  },
  /** One node of a cluster comes back with the files of a while ago. */
  "node-restores": (world, chance) => {
    const backup = world.couch.snapshot();
    const node = chance.below(world.couch.nodes);
    world.schedule.after(lastsMs(chance, 1_000, 40_000), () => {
      if (backup === undefined) return;
      whenAllHold(world, () => {
        if (!world.couch.restore(backup, { node })) return;
        world.surroundings.tally.count("S17", "S18");
        forgiveDeletions(world);
        world.surroundings.stir();
      });
    });
  },
  /** Deleted; a region creates it again, or an operator does. */
  recreations: (world, chance) => {
    const isCreatedAtOnce = chance.happens(0.5);
    whenAllHold(world, () => {
      world.surroundings.tally.count("S16");
      world.couch.deleteDatabase();
      if (isCreatedAtOnce) world.couch.createDatabase();
      forgiveDeletions(world);
      world.surroundings.stir();
    });
  },
  /** A document that was acknowledged is gone, and no row says so. */
  "lost-documents": (world, chance) => {
    const times = 1 + chance.below(4);
    whenAllHold(world, () => {
      for (let time = 0; time < times; time++) {
        const id = chance.pick(world.storedIds());
        if (id !== undefined && world.couch.purge(id)) world.surroundings.tally.count("S25");
      }
    });
  },
  /** Old bodies are gone, or a node is replaced by an empty one. */
  compactions: (world, chance) => {
    world.surroundings.tally.count("S19");
    const isReplaced = world.couch.nodes > 1 && chance.happens(0.5);
    if (!isReplaced) return world.couch.compact();
    if (mayLoseInStore(world)) world.couch.wipe(chance.below(world.couch.nodes));
    return undefined;
  },
  "small-documents": ({ couch, until }, chance) => {
    couch.maxDocumentBytes = SMALL_BYTES;
    until(lastsMs(chance, 500, 20_000), () => {
      couch.maxDocumentBytes = USUAL_BYTES;
    });
  },
  /** A validation throws at one document, each time it is written. Not where two processes may hold it as their own. */
  "lasting-failures": (world) => {
    const isHeldTwice = world.swarm.deeds.some(({ name }) => name === "clones" || name === "old-copies");
    if (!isHeldTwice) world.cursesToCome++;
  },
} satisfies Readonly<Record<string, Deed>>;
