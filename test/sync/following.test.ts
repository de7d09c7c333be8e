import test from "ava";
import { BEACON_SILENT_MS, DIGEST_CLOSED_MS, HOLE_RESCAN_MS, REREAD_MS } from "../../sync/limits.ts";
import { branded } from "../../sync/brand.ts";
import { messageDocument } from "../../sync/document.ts";
import type { Room } from "../../sync/names.ts";
import type { Effect } from "../../sync/events.ts";
import { beaconOf, beaconRow } from "./beacons.ts";
import { LAST_STAMP } from "../../sync/stamp.ts";
import { LOBBY, messageOf, orderAt, rowOf, stampAt } from "./names.ts";
import { alarms, Conversation, delivered, only, since, UNREACHABLE } from "./region-under-test.ts";

/** What follows the store. */
function followed(effects: readonly Effect[]): string[] {
  return effects.map(({ type }) => type).filter((type) => ["join", "openFeed", "poll"].includes(type));
}

test("[FE1] [FE2] a region joins, opens the feed and polls until bytes come", (t) => {
  const us = new Conversation();
  t.deepEqual(followed(us.tick()), ["join"]);
  t.deepEqual(followed(us.tick()), []);
  t.deepEqual(followed(us.joined()), ["openFeed", "poll"]);
  t.deepEqual(followed(us.tick()), []);
  us.tell({ type: "pollFailed", fault: UNREACHABLE, nowMs: us.nowMs });
  t.deepEqual(followed(us.tick()), ["poll"]);
  us.tell({ type: "feedOpened" });
  us.tell({ type: "polled", rows: [], since: since(0), pending: 0, nowMs: us.nowMs });
  t.is(us.region.storeView().state, "live");
  t.deepEqual(followed(us.tick()), []);
});

test("[FE1] [S1] a join that fails is tried again with the next beat", (t) => {
  const us = new Conversation();
  us.tick();
  us.tell({ type: "joinFailed", fault: UNREACHABLE, nowMs: us.nowMs });
  t.is(us.region.storeView().state, "away");
  t.deepEqual(followed(us.tick()), ["join"]);
});

test("[FE3] [S5] the end of the feed polls at once and opens it again after a back-off", (t) => {
  const us = new Conversation().live();
  t.deepEqual(followed(us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs })), ["poll"]);
  t.deepEqual(followed(us.tick(100)), []);
  t.deepEqual(followed(us.tick(1_000)), ["openFeed"]);
});

test("[FE4] a region that may only poll never opens a feed", (t) => {
  const us = new Conversation({ follow: "poll" });
  us.tick();
  t.deepEqual(followed(us.joined()), ["poll"]);
  for (let beat = 0; beat < 3; beat++) {
    us.tell({ type: "polled", rows: [], since: since(0), pending: 0, nowMs: us.nowMs });
    t.deepEqual(followed(us.tick()), ["poll"]);
  }
});

test("[FE5] [R4] the bookmark is journaled in one piece with its rows", (t) => {
  const us = new Conversation().live();
  const [journal] = only(us.changed(rowOf(messageOf(1))), "journal");
  t.deepEqual(journal?.records.map(({ type }) => type).sort(), ["message", "since", "slots"]);
});

test("[FE6] [S28] a refused bookmark is an alarm, and the next one is the beginning", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  const fault = { code: "since-refused", text: "no" } as const;
  const effects = us.tell({ type: "feedEnded", fault, nowMs: us.nowMs });
  t.deepEqual(alarms(effects), ["since-refused"]);
  t.like(only(effects, "poll"), [{ since: since(0) }]);
});

test("[FE8] a poll goes on while it brings rows, and not when it brings none", (t) => {
  const us = new Conversation({ follow: "poll" });
  us.tick();
  us.joined();
  const polled = { type: "polled", since: since(1), pending: 7, nowMs: us.nowMs } as const;
  t.deepEqual(followed(us.tell({ ...polled, rows: [rowOf(messageOf(1))] })), ["poll"]);
  t.deepEqual(followed(us.tell({ ...polled, rows: [] })), []);
});

test("[JO1] what the beacons count at joining is history", (t) => {
  const us = new Conversation().live(beaconRow({ n: 2, order: orderAt(2) }));
  t.deepEqual(delivered(us.changed(rowOf(messageOf(1)), rowOf(messageOf(2)))), []);
  t.like(delivered(us.changed(rowOf(messageOf(3)))), [{ type: "message" }]);
});

test("[JO2] who reads before the region has joined starts over afterwards", (t) => {
  const us = new Conversation();
  us.tick();
  us.store.write([messageDocument(messageOf(1))]);
  us.tell({
    type: "pageRead",
    read: { room: LOBBY, below: undefined, limit: 50, trims: 0 },
    rows: us.store.range({ from: "lobby:", to: "lobby:~", limit: 50 }),
    nowMs: us.nowMs,
  });
  const early = us.region.reading.resumeWithoutStore([LOBBY], undefined);
  t.deepEqual(early.incomplete, [LOBBY]);
  us.store.write([messageDocument(messageOf(2))]);
  us.joined(beaconRow({ n: 2, order: orderAt(2) }));
  const resumed = us.resume(early.cursor);
  t.deepEqual(resumed.reset, { reason: "store-away" });
  t.deepEqual(us.shown(), [orderAt(1), orderAt(2)]);
  t.deepEqual(us.resume(resumed.cursor).entries, []);
});

test("[JO2] [S22] what the store had of ours before the region joined may be gone: it is asked for", (t) => {
  const us = new Conversation();
  us.say(1);
  us.say(2);
  us.tick();
  us.announced();
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }, { type: "unconfirmed" }] });
  const [check] = only(us.joined(), "check");
  t.deepEqual(check?.ids, [`lobby:${us.shown()[0]}`]);
  us.tell({ type: "checked", result: { type: "checked", presences: ["deleted"] }, nowMs: us.nowMs });
  t.deepEqual(us.texts(), ["Ann's 2"]);
  t.deepEqual(new Conversation({ epoch: "00000002" }, us.disk).texts(), ["Ann's 2"]);
});

test("[JO3] [S18] what a lagging copy kept from the first page is read again a minute after joining", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined(beaconRow({ n: 2, order: orderAt(2) }));
  us.store.write([messageDocument(messageOf(1))]);
  us.resume();
  t.deepEqual(us.shown(), [orderAt(1)]);
  t.is(only(us.tick(REREAD_MS - 1), "scan").length, 0);
  const [scan] = only(us.tick(1), "scan");
  t.true(scan !== undefined && scan.from < stampAt(1) && scan.to > stampAt(2));
  const rows = [rowOf(messageOf(1)), rowOf(messageOf(2))];
  const late = us.tell({ type: "scanned", rows, isOver: true, nowMs: us.nowMs });
  t.like(delivered(late), [{ type: "message", message: { order: orderAt(2) } }]);
});

test("[JO4] [R12] what another region stored just before we joined is read at once, although its beacon does not tell", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined(beaconRow({ n: 0 }));
  const [scan] = only(us.tick(), "scan");
  t.true(scan !== undefined && scan.to >= stampAt(0));
  const late = us.tell({ type: "scanned", rows: [rowOf(messageOf(1))], isOver: true, nowMs: us.nowMs });
  t.like(delivered(late), [{ type: "message", message: { order: orderAt(1) } }]);
  const alone = new Conversation({ epoch: "00000002" });
  alone.tick();
  alone.joined();
  t.deepEqual(only(alone.tick(), "scan"), []);
});

test("[RE6] [S6] what rows that could not be read told of is read among the newest, and the bookmark waits", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  const before = us.disk.snapshot()?.since;
  t.deepEqual(alarms(us.tell({ type: "skipped", count: 1, nowMs: us.nowMs })), ["rows-skipped"]);
  us.changed(rowOf(messageOf(2)));
  t.is(us.disk.snapshot()?.since, before);
  t.is(only(us.tick(REREAD_MS - 1), "scan").length, 0);
  const [scan] = only(us.tick(1), "scan");
  t.true(scan !== undefined && scan.from < stampAt(1) && scan.to === LAST_STAMP);
  const late = us.tell({ type: "scanned", rows: [rowOf(messageOf(3))], isOver: true, nowMs: us.nowMs });
  t.like(delivered(late), [{ type: "message", message: { order: orderAt(3) } }]);
  t.not(us.disk.snapshot()?.since, before);
});

test("[RE6] [S6] [S22] what a row that could not be read told of may be a deletion, so what is held is asked for", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  us.tick(REREAD_MS);
  us.checked("present");
  us.tick();
  us.tell({ type: "skipped", count: 1, nowMs: us.nowMs });
  t.deepEqual(only(us.tick(REREAD_MS - 1), "check"), [], "the first audit of this life is over");
  t.like(only(us.tick(1), "check"), [{ ids: [rowOf(messageOf(1)).id] }]);
  t.like(delivered(us.checked("deleted")), [{ type: "deleted" }]);
});

test("[RE7] [S6] [S18] a scan that broke off is made again", (t) => {
  const us = new Conversation().live();
  us.tell({ type: "skipped", count: 1, nowMs: us.nowMs });
  const [scan] = only(us.tick(REREAD_MS), "scan");
  us.tell({ type: "scanned", rows: [], isOver: true, fault: UNREACHABLE, nowMs: us.nowMs });
  t.deepEqual(only(us.tick(HOLE_RESCAN_MS - 1), "scan"), []);
  t.deepEqual(only(us.tick(1), "scan"), [scan]);
});

test("[BE1] the beacon waits 5 s for a change, 60 s without one, and not for a goodbye", (t) => {
  const us = new Conversation();
  t.is(only(us.tick(), "announce").length, 1);
  t.is(only(us.tick(), "announce").length, 0);
  us.announced();
  us.joined();
  us.changed(rowOf(messageOf(1)));
  t.is(only(us.tick(3_000), "announce").length, 0);
  t.is(only(us.tick(2_000), "announce").length, 1);
  us.announced();
  us.changed(us.ownBeacon());
  // Past the minute after which a window of time counts as closed: its digest is a change.
  us.nowMs += DIGEST_CLOSED_MS;
  us.tick();
  us.announced();
  us.changed(us.ownBeacon());
  t.is(only(us.tick(59_999), "announce").length, 0);
  t.is(only(us.tick(1), "announce").length, 1);
  t.like(only(us.tell({ type: "stopped", nowMs: us.nowMs }), "announce"), [{ beacon: { retired: true } }]);
});

test("[BE2] [S23] a beacon that is not as strict as ours is none", (t) => {
  const us = new Conversation().live();
  const { id, document } = beaconRow();
  const wrong = [
    { name: " eu" },
    { n: -1 },
    { n: 3 },
    { n: 2, order: orderAt(1) },
    { key: { kty: "RSA" } },
    { here: ["Ana"] },
    { here: [{ room: "lobby", names: ["a\nb"] }] },
    { here: [{ room: "region", names: ["Ana"] }] },
    { here: [{ room: "lobby", names: Array.from({ length: 201 }, (_, n) => `${n}`) }] },
    { born: "then" },
    { url: `http://${"x".repeat(300)}` },
    { url: "javascript:alert(1)" },
  ];
  for (const change of wrong) us.changed({ id, document: Object.assign({}, document, change) });
  us.changed({ id });
  t.is(us.region.regionViews().length, 1);
  us.changed({ id, document });
  t.is(us.region.regionViews().length, 2);
});

test("[BE3] the beacon counts what is in the store without a hole", (t) => {
  const us = new Conversation().live();
  us.say(1);
  us.say(2);
  us.say(3);
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  const rows = [{ type: "unconfirmed" }, { type: "stored" }] as const;
  us.wrote({ type: "rows", outcomes: rows });
  t.like(only(us.tick(60_000), "announce"), [{ beacon: { n: 1, order: us.shown()[0] } }]);
});

test("[BE5] [I6] who reads here is told to other regions, 200 names at most, and to readers who ask", (t) => {
  const us = new Conversation();
  const names = Array.from({ length: 150 }, (_, n) => `name ${n}`);
  const here = ["lobby", "kitchen", "garden"].map((room) => ({ room: branded<Room>(room), names }));
  const tick = { type: "ticked", url: "", nowMs: us.nowMs, jitter: 0.5, here, connections: 450 } as const;
  const [announced] = only(us.tell(tick), "announce");
  t.deepEqual(
    announced?.beacon.here.map((one) => [one.room, one.names.length]),
    [
      ["lobby", 150],
      ["kitchen", 50],
    ],
  );
  us.live();
  const theirs = [{ room: LOBBY, names: ["Ana"] }];
  us.changed(beaconRow({ at: us.nowMs }));
  t.deepEqual(delivered(us.changed(beaconRow({ at: us.nowMs + 1, here: theirs }))), []);
  t.deepEqual(us.region.regionViews()[1]?.here, theirs);
});

test("[BE4] [R12] a region appears, changes, falls silent, retires", (t) => {
  const us = new Conversation().live();
  const row = (changed: Parameters<typeof beaconOf>[0]) => beaconRow({ at: us.nowMs, ...changed });
  const state = () => us.region.regionViews()[1]?.state;
  t.deepEqual(delivered(us.changed(row({}))), [{ type: "regions" }]);
  t.deepEqual(delivered(us.changed(row({ connections: 5 }))), []);
  t.is(state(), "live");
  us.tick(BEACON_SILENT_MS + 1);
  t.is(state(), "silent");
  t.deepEqual(delivered(us.changed(row({ url: "http://elsewhere" }))), [{ type: "regions" }]);
  t.is(state(), "live");
  us.changed(row({ url: "http://elsewhere", retired: true }));
  t.is(state(), "retired");
});
