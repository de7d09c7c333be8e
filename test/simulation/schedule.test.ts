import test from "ava";
import { Schedule } from "./schedule.ts";
import { chanceFor } from "./swarm.ts";

test("what is due first happens first, and of two things due together the one planned first", (t) => {
  const schedule = new Schedule(0);
  const chance = chanceFor(1, "schedule");
  const happened: { dueMs: number; number: number }[] = [];
  for (let number = 0; number < 1_000; number++) {
    const dueMs = chance.below(100);
    schedule.after(dueMs, () => happened.push({ dueMs, number }));
  }
  schedule.runUntil(100);
  const sorted = happened.toSorted((one, other) => one.dueMs - other.dueMs || one.number - other.number);
  t.is(happened.length, 1_000);
  t.deepEqual(happened, sorted);
});

test("what is planned while others happen takes its place among them, and nothing happens before its time", (t) => {
  const schedule = new Schedule(1_000);
  const happened: string[] = [];
  schedule.after(10, () => {
    happened.push(`first at ${schedule.nowMs}`);
    schedule.after(5, () => happened.push(`second at ${schedule.nowMs}`));
    schedule.after(-5, () => happened.push(`at once at ${schedule.nowMs}`));
  });
  schedule.after(20.7, () => happened.push(`third at ${schedule.nowMs}`));
  schedule.runUntil(1_019);
  t.deepEqual(happened, ["first at 1010", "at once at 1010", "second at 1015"]);
  schedule.runUntil(1_020);
  t.is(happened.at(-1), "third at 1020");
});
