import test from "ava";
import { historyOf, World } from "./world.ts";

const SEEDS = 200;

/** Seeds that once failed, and what they found. */
const KEPT_SEEDS: Readonly<Record<number, string>> = {};

/** What is wrong with the world when it is quiet, in words; nothing if all is well. */
function faultsOf(world: World): string[] {
  return [...lost(world), ...disordered(world), ...disagreeing(world), ...misled(world)];
}

function lost(world: World): string[] {
  const stored = new Set(world.rooms.flatMap((room) => world.expected(room)).map(({ mid }) => mid));
  return world.authors
    .flatMap(({ acknowledged }) => [...acknowledged.keys()])
    .filter((mid) => !stored.has(mid) && !world.deleted.has(mid))
    .map((mid) => `I1: ${mid} was acknowledged and is lost`);
}

function disordered(world: World): string[] {
  return world.authors.flatMap(({ session }) => {
    const said = world.rooms
      .flatMap((room) => world.expected(room))
      // A deletion may bring a later repetition to light.
      .filter((one) => one.session === session && !world.deleted.has(one.mid));
    const texts = said.map(({ text }) => Number(text.split("/")[1]));
    const isAscending = texts.every((number, place) => place === 0 || number > (texts[place - 1] ?? 0));
    return isAscending ? [] : [`I3: ${session} said ${texts.join()}`];
  });
}

function disagreeing(world: World): string[] {
  return world.rooms.flatMap((room) => {
    const expected = world.expected(room).map(({ order }) => order);
    return world.machines.flatMap((machine) => {
      const shown = historyOf(machine, room);
      return shown.join() === expected.join()
        ? []
        : [`I4: ${machine.origin} shows ${shown.length} of ${expected.length} in ${room}`];
    });
  });
}

function misled(world: World): string[] {
  return world.readers.flatMap((reader, place) =>
    reader.rooms.flatMap((room) => {
      const expected = world.expected(room).map(({ order }) => order);
      const shown = reader.shown(room);
      return shown.join() === expected.join()
        ? []
        : [`I2: reader ${place} was shown ${shown.length} of ${expected.length} in ${room}`];
    }),
  );
}

function faultsOfSeed(seed: number): string[] {
  const world = new World(seed);
  world.storm(600);
  world.calm(120);
  if (world.authors.some((author) => !author.isDone)) return [`seed ${seed}: an author is not done`];
  return faultsOf(world).map((fault) => `seed ${seed}: ${fault}`);
}

test(`[I1] [I2] [I3] [I4] whatever happens in ${SEEDS} worlds, when it is quiet all regions and readers show the same, once and in order`, (t) => {
  const faults: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) faults.push(...faultsOfSeed(seed));
  t.deepEqual(faults, []);
});

for (const [seed, found] of Object.entries(KEPT_SEEDS)) {
  test(`seed ${seed}, which found that ${found}`, (t) => {
    t.deepEqual(faultsOfSeed(Number(seed)), []);
  });
}
