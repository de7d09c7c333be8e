import test from "ava";
import * as fc from "fast-check";
import { Wheel } from "../../server/wheel.ts";

test("a wait is due on its beat, once", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 63 }), fc.integer({ min: 0, max: 200 }), (seconds, already) => {
      const wheel = new Wheel();
      for (let beat = 0; beat < already; beat++) wheel.beat();
      let due = 0;
      wheel.park(seconds, { due: () => due++ });
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
  const cancelled = { due: () => due.push("cancelled") };
  const slot = wheel.park(2, cancelled);
  wheel.park(2, { due: () => due.push("kept") });
  slot.delete(cancelled);
  for (let beat = 0; beat < 70; beat++) wheel.beat();
  t.deepEqual(due, ["kept"]);
});

test("what is due may wait again without being called twice in one beat", (t) => {
  const wheel = new Wheel();
  let beats = 0;
  const again = {
    due() {
      beats++;
      wheel.park(1, again);
    },
  };
  again.due();
  for (let beat = 0; beat < 100; beat++) wheel.beat();
  t.is(beats, 101);
});
