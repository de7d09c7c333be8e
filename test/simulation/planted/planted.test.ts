import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { BUGS } from "./bugs.ts";
import { parseFinding } from "./finding.ts";
import { PROJECT } from "../../project.ts";
import { withBug } from "./plant.ts";
import { hunt, huntAll, type Hunted } from "./run.ts";
import { foundOf, plantedTable } from "./table.ts";

test("there are at least 25 planted bugs, each with a name of its own", (t) => {
  t.true(BUGS.length >= 25);
  t.is(new Set(BUGS.map(({ name }) => name)).size, BUGS.length);
});

for (const bug of BUGS) {
  test(`the core still has the place where it could be that a region ${bug.name}`, async (t) => {
    const code = await readFile(join(PROJECT, bug.file), "utf8");
    t.not(withBug(bug, code), code);
  });
}

test("a bug whose place is gone, or is there twice, is stale and said so", (t) => {
  const bug = {
    name: "says b",
    promise: "I1" as const,
    file: "sync/region.ts",
    find: "say(a)",
    replace: "say(b)",
  };
  t.is(withBug(bug, "first(); say(a); last();"), "first(); say(b); last();");
  t.throws(() => withBug(bug, "first();"), { message: /stale.*0 times/ });
  t.throws(() => withBug(bug, "say(a); say(a);"), { message: /stale.*2 times/ });
});

test("the simulation finds a bug that is planted, and none where there is none", async (t) => {
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  const { signal } = abort;
  const hunted: Hunted[] = [];
  const [bug] = BUGS;
  if (bug === undefined) return t.fail();
  const options = { from: 1, seeds: 5, lanes: 1, signal };
  const all = await huntAll([bug], { ...options, onHunted: (one) => hunted.push(one) });
  t.is(foundOf(all), 1);
  t.deepEqual(hunted, all);
  t.regex(plantedTable(all), /1 of 1 planted bugs found/);
  t.deepEqual(await hunt(PROJECT, { from: 1, seeds: 2, weather: [], signal }), { type: "unfound", seeds: 2 });
});

test("a hunt that prints no finding has failed", (t) => {
  t.is(parseFinding("Segmentation fault").type, "failed");
  t.is(parseFinding('{"type":"found"}').type, "failed");
  t.deepEqual(parseFinding('{"type":"unfound","seeds":3}'), { type: "unfound", seeds: 3 });
});
