import test from "ava";
import * as fc from "fast-check";
import {
  HOLE_PATIENCE_MS,
  HOLE_RESCAN_MS,
  HOLE_SCANS,
  HOLE_SCANS_OF_LIVING,
  SLOTS_BEYOND,
} from "../../sync/limits.ts";
import { origin8 } from "../../sync/names.ts";
import { ZERO_STAMP } from "../../sync/stamp.ts";
import { Slots } from "../../sync/slots.ts";
import { beaconRow } from "./beacons.ts";
import { messageOf, orderAt, origin, rowOf, stampAt, THERE } from "./names.ts";
import { alarms, Conversation, delivered, only, UNREACHABLE } from "./region-under-test.ts";

const FROM = origin8(THERE);

test("[SL1] [SL2] whatever the order and repetition, the prefix and the hole are those of the set", (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (fills) => {
      const slots = new Slots(FROM);
      for (const n of fills) slots.fill(n, stampAt(n));
      const seen = new Set(fills);
      let prefix = 0;
      while (seen.has(prefix + 1)) prefix++;
      const next = Math.min(...fills.filter((n) => n > prefix));
      t.is(slots.n, prefix);
      if (prefix > 0) t.is(slots.stamp, stampAt(prefix));
      const hole = { first: prefix + 1, last: next - 1, from: slots.stamp, to: stampAt(next) };
      t.deepEqual(slots.hole(), next === Infinity ? undefined : { origin8: FROM, ...hole });
      t.deepEqual(new Slots(slots.record()).hole(), slots.hole());
    }),
  );
});

test("[SL3] with too much beyond it a hole is given up, with an alarm", (t) => {
  const us = new Conversation().live();
  for (let n = 2; n <= SLOTS_BEYOND + 1; n++) us.changed(rowOf(messageOf(n)));
  t.deepEqual(alarms(us.changed(rowOf(messageOf(SLOTS_BEYOND + 2)))), ["slot-given-up"]);
  t.is(us.disk.snapshot()?.slots.find((slots) => slots.origin8 === FROM)?.n, SLOTS_BEYOND + 2);
});

test("[RE1] [RE4] [S17] a hole is read after 5 s, and what is found is delivered as news", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), rowOf(messageOf(4)));
  us.tick();
  t.deepEqual(only(us.tick(HOLE_PATIENCE_MS - 1), "scan"), []);
  t.like(only(us.tick(1), "scan"), [{ from: stampAt(1), to: stampAt(4) }]);
  t.deepEqual(only(us.tick(HOLE_RESCAN_MS), "scan"), [], "one scan at a time");
  const rows = [rowOf(messageOf(2)), rowOf(messageOf(3))];
  t.is(delivered(us.tell({ type: "scanned", rows, isOver: false, nowMs: us.nowMs })).length, 2);
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  t.deepEqual(only(us.tick(HOLE_RESCAN_MS), "scan"), []);
});

test("[RE2] a hole is given up after five complete scans, not after scans that broke off", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  us.tick();
  const fault = { fault: UNREACHABLE };
  for (let scan = 0; scan < 2 * HOLE_SCANS; scan++) {
    t.is(only(us.tick(HOLE_RESCAN_MS), "scan").length, 1);
    const broken = scan % 2 === 0 ? fault : {};
    us.tell({ type: "scanned", rows: [], isOver: true, ...broken, nowMs: us.nowMs });
  }
  t.deepEqual(alarms(us.tick()), ["slot-given-up"]);
  t.is(us.disk.snapshot()?.slots.find((slots) => slots.origin8 === FROM)?.n, 2);
});

test("[RE2] [S25] while its origin lives a hole is given up after sixty scans only", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  us.tick();
  const given = () => alarms(us.tick()).includes("slot-given-up");
  for (let scan = 0; scan < HOLE_SCANS_OF_LIVING; scan++) {
    t.false(given(), `after ${scan} scans`);
    us.changed(beaconRow({ at: us.nowMs }));
    us.tick(HOLE_RESCAN_MS);
    us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  }
  t.true(given());
});

test("[RE1] [RE2] a scan counts only for the holes it was begun for", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  us.tick();
  t.is(only(us.tick(HOLE_PATIENCE_MS), "scan").length, 1);
  us.changed(rowOf(messageOf(2, { origin: origin("d") }, 9)));
  us.tick();
  us.tick(HOLE_PATIENCE_MS);
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  t.is(only(us.tick(), "scan").length, 1, "the younger hole's turn");
});

test("[RE3] a beacon ahead of what was seen is a hole", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), beaconRow({ n: 3, order: orderAt(3) }));
  us.tick();
  t.like(only(us.tick(HOLE_PATIENCE_MS), "scan"), [{ from: stampAt(1), to: stampAt(3) }]);
});

test("[SL2] [R8] where two lives took the same slots a hole may lie anywhere", (t) => {
  const slots = new Slots(FROM);
  slots.fill(1, stampAt(50));
  slots.fill(3, stampAt(20));
  t.deepEqual(slots.hole(), { origin8: FROM, first: 2, last: 2, from: ZERO_STAMP, to: stampAt(50) });
  slots.fill(2, stampAt(10));
  t.is(slots.hole(), undefined);
});
