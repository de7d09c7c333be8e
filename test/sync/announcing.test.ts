import test from "ava";
import { messageDocument } from "../../sync/document.ts";
import type { Effect } from "../../sync/events.ts";
import { CANARY_MS } from "../../sync/limits.ts";
import { orderParts, type OrderKey } from "../../sync/names.ts";
import { beaconRow } from "./beacons.ts";
import { HERE, messageOf, orderAt, origin, rowOf, stampAt } from "./names.ts";
import {
  alarms,
  answers,
  Conversation,
  delivered,
  only,
  since,
  UNREACHABLE,
  written,
} from "./region-under-test.ts";

const NEW = origin("n");

/** The edge draws a new origin when it is asked for one. */
function renewed(us: Conversation): Effect[] {
  if (only(us.tick(), "renew").length === 0) return [];
  return us.tell({ type: "renewed", origin: NEW, nowMs: us.nowMs });
}

/** Somebody else's beacon under our id, n slots on. */
function strangers(n: number): ReturnType<typeof beaconRow> {
  const order = n === 0 ? {} : { order: orderAt(n, n, HERE) };
  return beaconRow({ origin: HERE, nonce: "stranger", n, born: stampAt(0), ...order });
}

test("[CN1] [S4] a beacon that does not come back makes the feed deaf: opened anew, polled, audited", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  t.deepEqual(alarms(us.tick(CANARY_MS)), []);
  const effects = us.tick(1);
  t.deepEqual(alarms(effects), ["feed-deaf"]);
  t.like(only(effects, "openFeed"), [{ since: "1" }]);
  t.is(only(effects, "poll").length, 1);
  t.is(only(effects, "check").length, 1);
});

test("[CN1] [S4] what was deaf twice is read from the beginning", (t) => {
  const us = new Conversation().live();
  us.tick(CANARY_MS + 1);
  us.tell({ type: "feedOpened" });
  us.announced();
  us.tick(60_000);
  us.announced();
  const effects = us.tick(60_000);
  t.like(only(effects, "openFeed"), [{ since: "0" }]);
});

test("[CN1] [S5] a newer beacon stands for those before it, and one that came back is not missed", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  us.tick(5_000);
  us.announced();
  us.changed(us.ownBeacon());
  t.deepEqual(alarms(us.tick(CANARY_MS + 1)), []);
});

test("[CN3] [S17] [I7] when the store is back our beacon looks at once whether it is still there", (t) => {
  const us = new Conversation().live();
  us.changed(us.ownBeacon());
  t.is(only(us.tick(), "announce").length, 0);
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  t.is(only(us.tick(), "announce").length, 0, "not while it is away");
  us.tell({ type: "polled", rows: [], since: since(1), pending: 0, nowMs: us.nowMs });
  t.is(only(us.tick(), "announce").length, 1);
});

test("[OS1] [R9] a slot of ours that we did not take leads to a new origin, and nothing is taken twice", (t) => {
  const us = new Conversation().live();
  t.true(alarms(us.changed(rowOf(messageOf(5, { origin: HERE }, 10)))).includes("origin-shared"));
  us.say(1);
  t.deepEqual(written(us.journaled()), [], "nothing is written while it is not known as whom");
  const effects = renewed(us);
  t.true(alarms(effects).includes("origin-renewed"));
  us.journaled();
  t.like(only(us.tick(), "announce"), [{ beacon: { origin: NEW, n: 0 } }]);
  t.is(written(us.announced({ type: "missing" })).length, 1);
  us.say(2);
  t.deepEqual(us.texts().sort(), ["Ann's 1", "Ann's 2", "message 5"]);
  t.regex(us.shown().join(), /-nnnnnnnn-1/);

  const again = new Conversation({ epoch: "00000002", origin: us.disk.origin ?? HERE }, us.disk);
  t.like(only(again.tick(), "announce"), [{ beacon: { origin: NEW } }]);
  t.deepEqual(again.texts().sort(), ["Ann's 1", "Ann's 2", "message 5"]);
});

test("[OS1] [R9] what was taken under a stranger's origin is remembered over a restart", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(5, { origin: HERE }, 10)));
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.is(only(again.tick(), "renew").length, 1);
});

test("[OS2] [R8] an old copy of a directory finds a stranger's nonce at its first beacon", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined();
  us.post(1);
  t.is(answers(us.journaled()).length, 1, "local chat waits for nobody");
  const { document } = strangers(0);
  us.announced({ type: "found", document });
  t.deepEqual(written(us.tick()), []);
  renewed(us);
  us.journaled();
  t.is(only(us.tick(), "announce")[0]?.beacon.origin, NEW);
  t.deepEqual(
    written(us.announced({ type: "missing" })),
    us.shown().map((order) => `lobby:${order}`),
  );
});

test("[JO2] [OS2] [R9] what waits for the store survives that the region takes a new origin before it joins", (t) => {
  const us = new Conversation();
  us.say(1);
  us.tick();
  us.announced({ type: "found", document: strangers(0).document });
  renewed(us);
  us.joined();
  t.deepEqual(us.texts(), ["Ann's 1"]);
  const next = new Conversation({ origin: NEW, epoch: "00000002" }, us.disk);
  t.deepEqual(next.texts(), ["Ann's 1"]);
  t.is(next.region.storeView().waiting, 1);
});

test("[OB4] [S9] [R8] what another message displaced goes on under the new origin, and the other one may stand", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const [order] = us.shown();
  us.wrote({ type: "fault", fault: UNREACHABLE });
  us.changed(rowOf(messageOf(5, { origin: HERE }, 10)));
  renewed(us);
  us.journaled();
  us.tick(15_000);
  const [look] = only(us.announced({ type: "missing" }), "look");
  t.deepEqual(look?.ids, [`lobby:${order}`]);
  const document = { ...messageDocument(messageOf(6)), _id: `lobby:${order}`, ...orderFields(order) };
  const effects = us.looked({ type: "found", found: [{ type: "found", document }] });
  t.like(delivered(effects)[0], { type: "deleted", id: `lobby:${order}`, mayReturn: true });
  us.journaled();
  t.deepEqual(us.texts().sort(), ["Ann's 1", "message 5", "message 6"]);
  t.regex(us.shown().join(), /-nnnnnnnn-/);
});

/** What a body says of its own id. */
function orderFields(order: OrderKey | undefined): object {
  return order === undefined ? {} : { n: orderParts(order).n, origin: HERE };
}

test("[OS2] [R8] more slots than we took, by our own nonce, are another life's", (t) => {
  const us = new Conversation().live();
  us.tick(60_000);
  const ahead = us.ownBeacon({ n: 7, order: orderAt(7, 7, HERE) });
  us.announced({ type: "found", document: ahead.document });
  t.is(only(us.tick(), "renew").length, 1);
});

test("[OS2] [R9] a stranger's beacon under our id is looked at at once", (t) => {
  const us = new Conversation().live();
  t.is(only(us.tick(), "announce").length, 0);
  us.changed(strangers(0));
  t.is(only(us.tick(), "announce").length, 1);
  const { document } = strangers(0);
  t.true(alarms(us.announced({ type: "found", document })).includes("origin-shared"));
  t.is(only(us.tick(), "renew").length, 1);
});

test("[OS2] [R2] a restart finds the beacon of the life before, and goes on", (t) => {
  const us = new Conversation().live();
  const { document } = us.ownBeacon();
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  again.tick();
  t.deepEqual(alarms(again.announced({ type: "found", document })), []);
  t.is(only(again.tick(), "renew").length, 0);
});

test("[OS2] [CN2] [S17] the beacon of a life before the last one is no stranger's, but an older store's", (t) => {
  const us = new Conversation().live();
  const { document } = us.ownBeacon();
  const second = new Conversation({ epoch: "00000002" }, us.disk);
  second.tick();
  second.announced({ type: "found", document });
  const third = new Conversation({ epoch: "00000003" }, us.disk);
  third.tick();
  t.deepEqual(alarms(third.announced({ type: "found", document })), ["store-rewound"]);
  t.is(only(third.tick(), "renew").length, 0);
});

test("[CN2] [S1] lives that began and ended while the store was away are no reason to doubt it", (t) => {
  const first = new Conversation();
  const second = new Conversation({ epoch: "00000002" }, first.disk);
  second.tick();
  t.deepEqual(alarms(second.announced({ type: "missing" })), [], "nothing was ever there");
  const { document } = second.ownBeacon();
  const third = new Conversation({ epoch: "00000003" }, first.disk);
  t.truthy(third);
  const fourth = new Conversation({ epoch: "00000004" }, first.disk);
  fourth.tick();
  t.deepEqual(alarms(fourth.announced({ type: "found", document })), []);
});

test("[OS2] what an admin typed over our beacon is nobody's claim", (t) => {
  const us = new Conversation().live();
  us.tick(60_000);
  t.deepEqual(alarms(us.announced({ type: "found", document: { kind: "region" } })), []);
});

test("[OS3] [R8] a copy of a directory begins under a new origin", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const copy = new Conversation({ epoch: "00000002", isCopy: true }, us.disk);
  renewed(copy);
  copy.journaled();
  t.like(only(copy.tick(), "announce"), [{ beacon: { origin: NEW } }]);
  t.deepEqual(copy.texts(), ["Ann's 1"]);
});

test("[OS3] tokens of the former origin are still known", (t) => {
  const us = new Conversation({ isCopy: true }).live();
  renewed(us);
  t.truthy(us.region.signingKey(HERE));
  t.truthy(us.region.signingKey(NEW));
});

test("[OS4] [R1] the beacon waits until the disk knows whose life it tells of", (t) => {
  const us = new Conversation({ isCopy: true });
  renewed(us);
  t.is(only(us.tick(), "announce").length, 0);
  us.journaled();
  t.is(only(us.tick(), "announce").length, 1);
  t.deepEqual(us.disk.snapshot()?.own.nonces, ["00000001"]);
});

test("[OS4] [R6] without a disk that takes it, the beacon does not wait", (t) => {
  const us = new Conversation({ isCopy: true });
  renewed(us);
  us.journalFailed();
  t.is(only(us.tick(), "announce").length, 1);
});
