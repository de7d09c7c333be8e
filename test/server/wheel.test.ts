import test from "ava";
import * as fc from "fast-check";
import { Wheel } from "../../server/wheel.ts";

test("a wait is due on its beat, once", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 63 }), fc.integer({ min: 0, max: 200 }), (seconds, already) => {
      const wheel = new Wheel();
      for (let beat = 0; beat < already; beat++) wheel.beat();
      let due = 0;
      wheel.after(seconds, () => due++);
      for (let beat = 1; beat < seconds; beat++) wheel.beat();
      t.is(due, 0);
      for (let beat = 0; beat < 200; beat++) wheel.beat();
      return due === 1;
    }),
  );
});

test("a cancelled wait is never due, and others in its second are", (t) => {
  const wheel = new Wheel();
  const due: string[] = [];
  const cancel = wheel.after(2, () => due.push("cancelled"));
  wheel.after(2, () => due.push("kept"));
  cancel();
  for (let beat = 0; beat < 70; beat++) wheel.beat();
  t.deepEqual(due, ["kept"]);
});

test("what is due may wait again without being called twice in one beat", (t) => {
  const wheel = new Wheel();
  let beats = 0;
  const again = (): void => {
    beats++;
    wheel.after(1, again);
  };
  again();
  for (let beat = 0; beat < 100; beat++) wheel.beat();
  t.is(beats, 101);
});
