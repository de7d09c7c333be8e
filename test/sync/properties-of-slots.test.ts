import test from "ava";
import * as fc from "fast-check";
import { HybridClock } from "../../sync/clock.ts";
import { CLOCK_AHEAD_MS, HOLE_PATIENCE_MS, HOLE_SCANS } from "../../sync/limits.ts";
import { origin8, type Origin8 } from "../../sync/names.ts";
import { Repair } from "../../sync/repair.ts";
import { Slots, type Hole } from "../../sync/slots.ts";
import { decodeStamp, encodeStamp, ZERO_STAMP } from "../../sync/stamp.ts";
import { HERE, NOON_MS, stampAt, THERE } from "./names.ts";

const someN = fc.integer({ min: 1, max: 14 });

const someDeed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("fill" as const), n: someN }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("baseline" as const), n: someN }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("tell" as const), n: someN }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("giveUp" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);

test("[SL1] [SL2] [RE3] whatever is filled, told, taken as history and given up, prefix and hole are those of a set", (t) => {
  fc.assert(
    fc.property(fc.array(someDeed, { maxLength: 30, size: "max" }), (deeds) => {
      let slots = new Slots(origin8(THERE));
      const seen = new Set<number>();
      let told = 0;
      const prefix = () => firstMissing(seen) - 1;
      for (const deed of deeds) {
        const before = prefix();
        switch (deed.type) {
          case "fill":
            slots.fill(deed.n, stampAt(deed.n));
            seen.add(deed.n);
            break;
          case "baseline":
            slots.takeBaseline(deed.n, stampAt(deed.n));
            fillUpTo(seen, deed.n);
            break;
          case "tell":
            slots.tell(deed.n, stampAt(deed.n));
            told = Math.max(told, deed.n);
            break;
          case "giveUp": {
            const given = slots.giveUp();
            t.is(given !== undefined, holeOf(seen, told) !== undefined);
            fillUpTo(seen, given?.last ?? 0);
            break;
          }
          case "restart":
            // What beacons told is told again by them.
            slots = new Slots(slots.record());
            told = 0;
        }
        t.is(slots.n, prefix());
        t.true(prefix() >= before);
        for (const n of seen) t.true(slots.has(n));
        const hole = slots.hole();
        t.deepEqual(hole && [hole.first, hole.last], holeOf(seen, told));
        if (hole !== undefined) t.true(hole.from < hole.to);
      }
    }),
    { numRuns: 150 },
  );
});

test("[HC1] [HC2] [R11] a clock that gives and merges grows, and what it gives is never 24 h ahead of every wall clock it saw", (t) => {
  const wallMs = fc.integer({ min: 0, max: 100 * CLOCK_AHEAD_MS }).map((ms) => NOON_MS + ms);
  const step = fc.record({
    wallMs,
    aheadMs: fc.option(fc.integer({ min: -1_000, max: 3 * CLOCK_AHEAD_MS })),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = new HybridClock(ZERO_STAMP);
      let last = ZERO_STAMP;
      let latestMs = 0;
      for (const { wallMs: nowMs, aheadMs } of steps) {
        latestMs = Math.max(latestMs, nowMs);
        if (aheadMs !== null) {
          const remote = encodeStamp(nowMs + aheadMs, 3);
          const isMerged = clock.merge(remote, nowMs);
          t.is(isMerged, aheadMs <= CLOCK_AHEAD_MS || remote <= last);
          if (isMerged && remote > last) last = remote;
          continue;
        }
        const stamp = clock.next(nowMs);
        t.true(stamp > last);
        t.true(decodeStamp(stamp).ms <= latestMs + CLOCK_AHEAD_MS);
        last = stamp;
      }
    }),
  );
});

/** A hole of one of two origins: what is missing begins at `first`. */
const someHoles = fc
  .record({ here: fc.option(fc.constantFrom(1, 5)), there: fc.option(fc.constantFrom(1, 5)) })
  .map(({ here, there }): Hole[] => [
    ...(here === null ? [] : [holeAt(origin8(HERE), here)]),
    ...(there === null ? [] : [holeAt(origin8(THERE), there)]),
  ]);

test("[RE1] [RE2] [I7] whatever holes come and go, one scan at a time reads every hole older than 5 s, and none is given up before five were complete", (t) => {
  const answer = fc.constantFrom("none", "broken", "complete", "complete", "complete");
  const beat = fc.record({ answer, passed: fc.integer({ min: 1, max: 20 }) });
  // The same holes stay for a while, else none would ever be hopeless.
  const phase = fc.record({ holes: someHoles, beats: fc.array(beat, { maxLength: 20, size: "max" }) });
  fc.assert(
    fc.property(fc.array(phase, { maxLength: 4 }), (phases) => {
      const repair = new Repair();
      const since = new Map<Origin8, { first: number; ms: number; complete: number; isRead: boolean }>();
      let isScanning = false;
      let nowMs = NOON_MS;
      const watch = (holes: readonly Hole[]) => {
        for (const [origin, { first }] of since)
          if (!holes.some((hole) => hole.origin8 === origin && hole.first === first)) since.delete(origin);
        for (const { origin8: origin, first } of holes)
          if (!since.has(origin)) since.set(origin, { first, ms: nowMs, complete: 0, isRead: false });
      };
      const beats = phases.flatMap((one) => one.beats.map((each) => ({ ...each, holes: one.holes })));
      for (const { holes, answer: said, passed } of beats) {
        nowMs += passed * 1_000;
        watch(holes);
        const { scan, hopeless } = repair.ticked(holes, () => true, nowMs);
        t.false(isScanning && scan !== undefined);
        for (const hole of holes) {
          const known = since.get(hole.origin8);
          if (known === undefined) continue;
          const isOld = nowMs - known.ms >= HOLE_PATIENCE_MS;
          if (scan === undefined) t.false(!isScanning && isOld && !known.isRead);
          else if (isOld && !known.isRead) t.true(scan.from <= hole.from && scan.to >= hole.to);
          known.isRead = known.isRead || (scan !== undefined && isOld);
        }
        for (const { origin8: origin } of hopeless) t.true((since.get(origin)?.complete ?? 0) >= HOLE_SCANS);
        isScanning = isScanning || scan !== undefined;
        if (!isScanning || said === "none") continue;
        isScanning = false;
        repair.scanned(holes, said === "complete", nowMs);
        if (said === "complete") for (const known of since.values()) known.complete += known.isRead ? 1 : 0;
      }
    }),
    { numRuns: 200 },
  );
});

function holeAt(from: Origin8, first: number): Hole {
  return { origin8: from, first, last: first + 2, from: stampAt(first - 1), to: stampAt(first + 3) };
}

function firstMissing(seen: ReadonlySet<number>): number {
  let n = 1;
  while (seen.has(n)) n++;
  return n;
}

function fillUpTo(seen: Set<number>, last: number): void {
  for (let n = 1; n <= last; n++) seen.add(n);
}

/** First and last missing slot before the next one seen, else before what was told of. */
function holeOf(seen: ReadonlySet<number>, told: number): [first: number, last: number] | undefined {
  const first = firstMissing(seen);
  const beyond = Math.min(...[...seen].filter((n) => n > first));
  if (beyond !== Infinity) return [first, beyond - 1];
  return told >= first ? [first, told] : undefined;
}
