import test from "ava";
import { Journeys } from "../../../public/shown/journey.ts";
import { agreedOf, lagsOf } from "../../../public/shown/standing.ts";
import { regionsSeenBy } from "../client/client-under-test.ts";
import { messageAt } from "../messages.ts";

const EU = "e".repeat(26);
const eu = { name: "eu", origin: EU, state: "live", written: 10 } as const;
const usHaving = (n: number) => ({ name: "us", state: "here", seen: { eeeeeeee: n } }) as const;

test("[I8] a region is behind by what another one had written when it was asked before, and by no more", (t) => {
  const before = regionsSeenBy("us", [usHaving(5), eu]);
  t.deepEqual(lagsOf(undefined, before), [], "a beacon may come before its messages");
  const now = regionsSeenBy("us", [usHaving(8), { ...eu, written: 30 }]);
  t.deepEqual(lagsOf(before, now), [{ region: "eu", messages: 2 }]);
  t.deepEqual(lagsOf(before, regionsSeenBy("us", [usHaving(10), { ...eu, written: 30 }])), []);
  const silent = regionsSeenBy("us", [usHaving(5), { ...eu, state: "silent" }]);
  t.deepEqual(lagsOf(before, silent), []);
});

const agreement = (state: "same" | "different", at: number) => ({ agreement: { state, window: 0, at } });

test("[I4] which regions show the same is told with the time of the last comparison", (t) => {
  const regions = regionsSeenBy("us", [
    usHaving(0),
    { ...eu, ...agreement("same", 7) },
    { name: "ap", ...agreement("different", 9) },
    { name: "sa" },
    { name: "gone", state: "retired", ...agreement("different", 12) },
  ]);
  t.deepEqual(agreedOf(regions), { same: ["eu"], different: ["ap"], at: 9 });
  t.deepEqual(agreedOf(regionsSeenBy("us", [usHaving(0)])), { same: [], different: [], at: undefined });
});

test("[I8] a journey tells what was noticed, the first time of it, and which regions have the message", (t) => {
  const journeys = new Journeys();
  const message = messageAt(7);
  journeys.notice(message.mid, { typedAt: 10 });
  journeys.notice(message.mid, { acceptedAt: 14, typedAt: 99 });
  journeys.repeated(message.mid);
  const regions = regionsSeenBy("us", [
    { name: "us", state: "here", origin: "a".repeat(26), seen: {} },
    { name: "eu", origin: EU, seen: { aaaaaaaa: 7 } },
    { name: "ap", origin: "b".repeat(26), seen: { aaaaaaaa: 6 } },
    { name: "gone", origin: "c".repeat(26), state: "retired", seen: { aaaaaaaa: 9 } },
  ]);
  t.like(journeys.of(message, regions), {
    typedAt: 10,
    acceptedAt: 14,
    storedAt: undefined,
    repeats: 1,
    seenBy: ["eu"],
    notSeenBy: ["ap"],
    origin8: "aaaaaaaa",
    n: 7,
  });
  t.like(journeys.of(messageAt(8), undefined), { repeats: 0, seenBy: [], notSeenBy: [] });
});

test("[I6] of a thousand messages the way is remembered", (t) => {
  const journeys = new Journeys();
  for (let n = 1; n <= 1_001; n++) journeys.notice(messageAt(n).mid, { receivedAt: n });
  t.is(journeys.of(messageAt(1), undefined).receivedAt, undefined);
  t.is(journeys.of(messageAt(2), undefined).receivedAt, 2);
});
