import test from "ava";
import { KEPT_SEEDS } from "./kept-seeds.ts";
import { runSeed } from "./run.ts";
import { chanceFor, drawSwarm, misfortunesOf, MISFORTUNES } from "./swarm.ts";
import { Trace } from "./trace.ts";
import { FAULT_IDS, neverMet, SHOWN_ELSEWHERE } from "./tally.ts";

const ALL = { without: [] };
/** Whole worlds up to here are run with all others, in `worlds.test.ts` and `more-worlds.test.ts`. */
const RUN_ANYWAY = 1_000;

for (const { name, seed, reduction } of KEPT_SEEDS) {
  if (seed <= RUN_ANYWAY && JSON.stringify(reduction) === JSON.stringify(ALL)) continue;
  test(`seed ${seed}, which found that ${name}`, (t) => {
    const { violations } = runSeed(seed, reduction);
    t.deepEqual(violations, []);
  });
}

test("the same seed gives the same trace, to the last line", (t) => {
  for (const seed of [11, 12, 13]) {
    const [first, second] = [new Trace(), new Trace()];
    t.deepEqual(runSeed(seed, ALL, first).history, runSeed(seed, ALL, second).history);
    t.is(first.hash, second.hash);
  }
  t.not(hashOf(11), hashOf(12));
});

test("what is traced is what is hashed", (t) => {
  const lines: string[] = [];
  const trace = new Trace((line) => lines.push(line));
  runSeed(14, ALL, trace);
  t.is(trace.hash.split("-")[1], String(lines.length));
  t.is(hashOf(14), trace.hash);
});

test("taking one misfortune away leaves all others as they were drawn", (t) => {
  for (let seed = 1; seed <= 50; seed++) {
    const whole = drawSwarm(seed, ALL);
    const [name] = misfortunesOf(whole);
    if (name === undefined) continue;
    const rest = drawSwarm(seed, { without: [name] });
    t.deepEqual(
      rest.deeds,
      whole.deeds.filter((deed) => deed.name !== name),
    );
    t.deepEqual(
      misfortunesOf(rest),
      misfortunesOf(whole).filter((other) => other !== name),
    );
  }
});

test("every misfortune is drawn for some seed, and absent for others", (t) => {
  const drawn = Array.from({ length: 100 }, (_, seed) => new Set(misfortunesOf(drawSwarm(seed, ALL))));
  for (const name of MISFORTUNES) {
    t.true(
      drawn.some((one) => one.has(name)),
      `${name} is never drawn`,
    );
    t.true(
      drawn.some((one) => !one.has(name)),
      `${name} is always drawn`,
    );
  }
});

test("who is called otherwise has another chance", (t) => {
  t.not(chanceFor(1, "region-1").fraction(), chanceFor(1, "region-2").fraction());
  t.not(chanceFor(1, "region-1").fraction(), chanceFor(2, "region-1").fraction());
});

test("what was never met is told, and each fault is shown here or elsewhere", (t) => {
  t.false(neverMet({ C1: 3 }).includes("C1"));
  t.true(neverMet({ C1: 3 }).includes("C2"));
  const numbered = [...range("C", 13), ...range("R", 15), ...range("S", 28)];
  const shown = [...FAULT_IDS, ...Object.keys(SHOWN_ELSEWHERE)];
  t.deepEqual(shown.toSorted(), numbered.toSorted());
});

function hashOf(seed: number): string {
  const trace = new Trace();
  runSeed(seed, ALL, trace);
  return trace.hash;
}

function range(letter: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
}
