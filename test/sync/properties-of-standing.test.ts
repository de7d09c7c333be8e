import test from "ava";
import * as fc from "fast-check";
import { Announcer } from "../../sync/announcer.ts";
import { Audit, type Held } from "../../sync/audit.ts";
import { backoffMs } from "../../sync/backoff.ts";
import { beaconDocument, beaconId } from "../../sync/beacon.ts";
import { Canary } from "../../sync/canary.ts";
import { Claim } from "../../sync/claim.ts";
import {
  AUDIT_EVERY_MS,
  AUDIT_RETRY_MS,
  BACKOFF_FIRST_MS,
  BACKOFF_LAST_MS,
  BEACON_LATEST_MS,
  BEACON_SOONEST_MS,
  CANARY_MS,
} from "../../sync/limits.ts";
import { messageId } from "../../sync/names.ts";
import type { Found, StoreDocument } from "../../sync/store.ts";
import { beaconOf } from "./beacons.ts";
import { HERE, LOBBY, NOON_MS, orderAt } from "./names.ts";

const ID = beaconId(HERE);

/** What befalls a region's beacon. A life that ends without a word is followed by the next one. */
const someFate = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("announced" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("unanswered" as const), isWritten: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("restarted" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("put back" as const), steps: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("emptied" as const) }) },
);

test("[OS1] [OS2] [R9] [S16] [S17] whatever becomes of our own beacons, nobody else is suspected; a stranger's nonce or slots are", (t) => {
  const stranger = fc.record({ nonce: fc.constantFrom("stranger", "life-1"), moreSlots: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(someFate, { maxLength: 25, size: "max" }), stranger, (fates, theirs) => {
      const written: StoreDocument[] = [];
      let stands: Found = { type: "missing" };
      let nonces: string[] = [];
      let life = 1;
      let at = NOON_MS;
      let n = 0;
      let announced: string | undefined;
      let claim = new Claim("life-1", nonces, announced);
      const write = () => {
        at++;
        n++;
        const document = beaconDocument(beaconOf({ origin: HERE, nonce: `life-${life}`, at, n: 0 }));
        claim.sent(at);
        return { at, document };
      };
      for (const fate of fates) {
        switch (fate.type) {
          case "announced": {
            const beacon = write();
            t.not(claim.written(ID, beacon.at, stands, n), "taken");
            announced = `life-${life}`;
            written.push(beacon.document);
            stands = { type: "found", document: beacon.document };
            break;
          }
          case "unanswered": {
            const { document } = write();
            if (!fate.isWritten) break;
            written.push(document);
            stands = { type: "found", document };
            break;
          }
          case "restarted":
            nonces = [...nonces, `life-${life}`];
            life++;
            claim = new Claim(`life-${life}`, nonces, announced);
            break;
          case "put back": {
            const older = written.at(-1 - fate.steps);
            stands = older === undefined ? { type: "missing" } : { type: "found", document: older };
            break;
          }
          case "emptied":
            stands = { type: "missing" };
        }
      }
      const taken = orderAt(n + theirs.moreSlots, 1, HERE);
      const slots = theirs.moreSlots === 0 ? { n: 0 } : { n: n + theirs.moreSlots, order: taken };
      const document = beaconDocument(beaconOf({ origin: HERE, nonce: theirs.nonce, at: NOON_MS, ...slots }));
      const standing = claim.written(ID, write().at, { type: "found", document }, n - 1);
      const isStranger = theirs.nonce === "stranger" || theirs.moreSlots > 0;
      t.is(standing === "taken", isStranger);
      t.is(claim.isStrange(theirs.nonce), theirs.nonce === "stranger");
    }),
    { numRuns: 150 },
  );
});

test("[CN2] [S2] a store that nobody put back is never said to be, however often answers are lost and processes begin", (t) => {
  const weather = someFate.filter(({ type }) => type !== "put back" && type !== "emptied");
  fc.assert(
    fc.property(fc.array(weather, { maxLength: 20, size: "max" }), (fates) => {
      let stands: Found = { type: "missing" };
      let nonces: string[] = [];
      let life = 1;
      let at = NOON_MS;
      let announced: string | undefined;
      let claim = new Claim("life-1", nonces, announced);
      for (const fate of fates) {
        if (fate.type === "restarted") {
          nonces = [...nonces, `life-${life}`];
          life++;
          claim = new Claim(`life-${life}`, nonces, announced);
          continue;
        }
        at++;
        claim.sent(at);
        const document = beaconDocument(beaconOf({ origin: HERE, nonce: `life-${life}`, at }));
        if (fate.type === "announced") {
          t.is(claim.written(ID, at, stands, 0), "ours");
          announced = `life-${life}`;
        }
        const isWritten = fate.type === "announced" || (fate.type === "unanswered" && fate.isWritten);
        if (isWritten) stands = { type: "found", document };
      }
    }),
  );
});

test("[CN1] [S4] the feed is deaf exactly when a written beacon stayed away for 10 s, whatever comes back in which order", (t) => {
  const step = fc.record({
    type: fc.constantFrom("sent", "written", "lost", "back", "asked"),
    which: fc.nat(3),
    afterMs: fc.constantFrom(0, 1_000, CANARY_MS),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      const canary = new Canary();
      let awaited: { at: number; writtenMs: number | undefined }[] = [];
      let nowMs = NOON_MS;
      let at = 0;
      for (const { type, which, afterMs } of steps) {
        nowMs += afterMs;
        const older = at - which;
        switch (type) {
          case "sent":
            canary.sent(++at);
            awaited.push({ at, writtenMs: undefined });
            break;
          case "written":
            canary.written(older, nowMs);
            for (const beacon of awaited) if (beacon.at === older) beacon.writtenMs ??= nowMs;
            break;
          case "lost":
            canary.lost(older);
            awaited = awaited.filter((beacon) => beacon.at !== older);
            break;
          case "back": {
            const isAwaited = awaited.some((beacon) => beacon.at === older);
            t.is(canary.cameBack(older), isAwaited);
            if (isAwaited) awaited = awaited.filter((beacon) => beacon.at > older);
            break;
          }
          case "asked": {
            const limitMs = nowMs - CANARY_MS;
            const isDeaf = awaited.some(({ writtenMs }) => writtenMs !== undefined && writtenMs < limitMs);
            t.is(canary.takeDeaf(nowMs), isDeaf);
            if (isDeaf) awaited = [];
          }
        }
      }
    }),
    { numRuns: 120 },
  );
});

test("[BE1] whatever the store answers and whatever changes, beacons are 5 s apart, and 60 s after the last one the next is due", (t) => {
  const beat = fc.record({
    connections: fc.nat(1),
    afterMs: fc.constantFrom(1_000, 4_000, 30_000),
    answer: fc.constantFrom("written", "written", "failed", "none"),
  });
  fc.assert(
    fc.property(fc.array(beat, { maxLength: 40, size: "max" }), (beats) => {
      const announcer = new Announcer();
      let nowMs = NOON_MS;
      let writtenMs = 0;
      let told: number | undefined;
      let isUnderWay = false;
      let hasFailed = false;
      for (const { connections, afterMs, answer } of beats) {
        nowMs += afterMs;
        const isDue = announcer.isDue(beaconOf({ connections, at: nowMs }), nowMs);
        if (isDue) t.true(nowMs - writtenMs >= BEACON_SOONEST_MS);
        t.false(isDue && isUnderWay);
        const isStale = nowMs - writtenMs >= BEACON_LATEST_MS;
        const isNews = connections !== told && nowMs - writtenMs >= BEACON_SOONEST_MS;
        if (!isUnderWay && !hasFailed) t.is(isDue, isStale || isNews);
        isUnderWay = isUnderWay || isDue;
        if (isDue) told = connections;
        if (!isUnderWay || answer === "none") continue;
        isUnderWay = false;
        hasFailed = answer === "failed";
        if (hasFailed) announcer.failed(nowMs, 0.5);
        else announcer.announced(nowMs);
        if (!hasFailed) writtenMs = nowMs;
      }
    }),
  );
});

test("[OB7] a pause lies between 0.25 and 15 s, and grows with each failure", (t) => {
  const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), jitter, (failures, chance) => {
      const waitMs = backoffMs(failures, chance);
      t.true(waitMs >= BACKOFF_FIRST_MS && waitMs < BACKOFF_LAST_MS);
      t.true(backoffMs(failures + 1, chance) >= waitMs);
    }),
  );
});

test("[AU1] [S25] however answers fail and doubts come, one question at a time asks for every held id before a pass is over", (t) => {
  const deed = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("beat" as const, "checked" as const) },
    { weight: 2, arbitrary: fc.constantFrom("turn" as const, "failed" as const) },
    { weight: 1, arbitrary: fc.constant("doubt" as const) },
  );
  const step = fc.record({
    type: deed,
    afterMs: fc.constantFrom(1_000, AUDIT_RETRY_MS, AUDIT_EVERY_MS),
    holds: fc.constantFrom(0, 1, 499, 501, 1_300),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), (steps) => {
      let nowMs = NOON_MS;
      const audit = new Audit(nowMs);
      let held: readonly Held[] = [];
      let asked: readonly string[] | undefined;
      let compared = new Set<string>();
      for (const { type, afterMs, holds } of steps) {
        nowMs += afterMs;
        if (type === "doubt") audit.request();
        else if (type === "failed" || type === "checked") {
          if (asked === undefined) continue;
          if (type === "failed") audit.failed(nowMs);
          else
            for (const { order } of audit.checked(asked.map(() => "present")))
              compared.add(messageId(LOBBY, order));
          asked = undefined;
        } else {
          const list = () => {
            held = listOf(holds);
            compared = new Set();
            return [...held];
          };
          const next = audit.next(list, type === "beat", 0, nowMs);
          if (asked !== undefined) t.is(next, undefined);
          if (next?.type === "over") t.is(compared.size, held.length);
          if (next?.type !== "ids") continue;
          asked = next.ids;
          t.true(asked.length > 0 && asked.length <= 500);
          t.false(asked.some((id) => compared.has(id)));
        }
      }
    }),
    { numRuns: 40 },
  );
});

const HELD: readonly Held[] = Array.from({ length: 1_300 }, (_, place) => ({
  room: LOBBY,
  order: orderAt(place + 1),
  isDeleted: false,
}));

function listOf(count: number): readonly Held[] {
  return HELD.slice(0, count);
}
