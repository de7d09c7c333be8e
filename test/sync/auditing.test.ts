import test from "ava";
import type { Effect } from "../../sync/events.ts";
import { messageDocument } from "../../sync/document.ts";
import { AUDIT_EVERY_MS, AUDIT_IDS, AUDIT_RETRY_MS, REREAD_MS } from "../../sync/limits.ts";
import { orderKey, origin8 } from "../../sync/names.ts";
import { beaconRow } from "./beacons.ts";
import { HERE, LOBBY, messageOf, mid, orderAt, rowOf, stampAt, THERE } from "./names.ts";
import { alarms, Conversation, delivered, only, since, UNREACHABLE, written } from "./region-under-test.ts";

const THEIRS = messageOf(1, {}, 20_000);
const STORED = { type: "rows", outcomes: [{ type: "stored" }] } as const;

/** What the audit asks the store about. */
function asked(effects: readonly Effect[]): readonly string[] {
  return only(effects, "check").flatMap(({ ids }) => ids);
}

/** A region that holds one message of its own and one of another, both in the store. */
function holding(): Conversation {
  const us = new Conversation().live();
  us.say(1);
  us.wrote(STORED);
  us.changed(rowOf(THEIRS));
  return us;
}

/** Time passes until the next audit is due. */
function auditing(us: Conversation): Effect[] {
  us.announced();
  us.changed(us.ownBeacon());
  return us.tick(AUDIT_EVERY_MS);
}

test("[AU1] every ten minutes everything held is compared with the store, our own first", (t) => {
  const us = holding();
  const ids = us.shown().map((order) => `${LOBBY}:${order}`);
  t.deepEqual(asked(us.tick()), []);
  t.deepEqual(asked(auditing(us)), ids);
  us.checked("present", "present");
  t.false(us.region.auditView().isRunning && asked(us.tick()).length > 0);
  us.tick();
  t.like(us.region.auditView(), { isRunning: false, checkedAt: us.nowMs - 1_000, restored: 0 });
});

test("[AU1] an audit asks for 500 ids a second, and when there is doubt without a pause", (t) => {
  const many = Array.from({ length: 2 * AUDIT_IDS }, (_, n) => rowOf(messageOf(n + 1)));
  const us = new Conversation().live();
  us.changed(...many);
  t.is(asked(auditing(us)).length, AUDIT_IDS);
  const present = Array.from({ length: AUDIT_IDS }, () => "present" as const);
  t.is(asked(us.checked(...present)).length, 0);
  t.is(asked(us.tick()).length, AUDIT_IDS);
  us.checked(...present);
  us.tick();
  t.false(us.region.auditView().isRunning);
  t.is(asked(us.announced({ type: "missing" })).length, AUDIT_IDS);
  t.is(asked(us.checked(...present)).length, AUDIT_IDS);
});

test("[AU1] [S1] a question the store does not answer is asked again", (t) => {
  const us = holding();
  const ids = asked(auditing(us));
  us.tell({ type: "checked", result: { type: "fault", fault: UNREACHABLE }, nowMs: us.nowMs });
  t.deepEqual(asked(us.tick(AUDIT_RETRY_MS - 1)), []);
  t.deepEqual(asked(us.tick(1)), ids);
});

test("[AU2] [S17] [S25] what the store lost is accepted again and written again, whoever wrote it first", (t) => {
  const us = holding();
  const ids = asked(auditing(us));
  const effects = us.checked("missing", "missing");
  t.deepEqual(written(effects), ids);
  t.deepEqual(alarms(effects), ["store-lost-documents", "store-lost-documents"]);
  const states = () =>
    us.region.pages.local({ room: LOBBY, limit: 10 }).page.messages.map(({ state }) => state);
  t.deepEqual(states(), ["accepted", "accepted"]);
  t.is(us.region.storeView().waiting, 2);

  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.is(again.region.storeView().waiting, 2, "it waits after a restart, too");

  const stored = us.wrote({ type: "rows", outcomes: [{ type: "stored" }, { type: "stored" }] });
  t.like(delivered(stored), [{ type: "stored" }]);
  t.deepEqual(states(), ["stored", "stored"]);
  t.is(us.region.auditView().restored, 2);
});

test("[AU2] [I8] a pass that found something missing is followed by another", (t) => {
  const us = holding();
  const ids = asked(auditing(us));
  us.checked("missing", "present");
  us.wrote(STORED);
  us.tick();
  t.deepEqual(asked(us.tick()), []);
  us.checked("present", "present");
  us.tick();
  t.false(us.region.auditView().isRunning);
  t.is(ids.length, 2);
});

/** The store is away for a moment; then our beacon stands there as it was written last. */
function awayAndBack(us: Conversation): Effect[] {
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tell({ type: "polled", rows: [], since: since(1), pending: 0, nowMs: us.nowMs });
  us.tick();
  return us.announced();
}

test("[AU6] [S17] [S18] [I7] a store put back to just before our last messages is found out at once", (t) => {
  const us = holding();
  const ids = us.shown().map((order) => `${LOBBY}:${order}`);
  t.deepEqual(asked(awayAndBack(us)), ids, "none of them was there when the beacon was written");
  t.deepEqual(written(us.checked("missing", "missing")), ids);
  const all = us.wrote({ type: "rows", outcomes: [{ type: "stored" }, { type: "stored" }] });
  t.deepEqual(asked(all), ids, "and now there is reason to look at everything");
});

test("[AU6] [S1] what our beacon knew of is not looked at again whenever the store was away", (t) => {
  const us = holding();
  const { checkedAt } = us.region.auditView();
  us.tick(5_000);
  us.announced();
  us.say(2);
  us.wrote(STORED);
  t.deepEqual(asked(awayAndBack(us)), [`${LOBBY}:${us.shown().at(-1)}`]);
  us.checked("present");
  us.tick();
  t.like(us.region.auditView(), { isRunning: false, restored: 0 });
  t.is(us.region.auditView().checkedAt, checkedAt, "that was not everything");
});

test("[AU6] [S18] [S22] deletions are looked at then: a copy that came late may have undone one", (t) => {
  const us = holding();
  const deleted = rowOf(messageOf(1, {}, 20_000));
  us.changed({ id: deleted.id });
  us.tick(5_000);
  us.announced();
  t.deepEqual(asked(awayAndBack(us)), [deleted.id]);
  t.like(only(us.checked("present"), "erase"), [{ ids: [deleted.id] }]);
});

test("[AU6] [S17] [R7] a life begins with a look at what came after the beacon of the last", (t) => {
  const us = holding();
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  again.tick();
  t.is(asked(again.announced({ type: "found", document: us.ownBeacon().document })).length, 2);
});

test("[AU3] [S22] what an audit finds deleted disappears and is not written again", (t) => {
  const us = holding();
  auditing(us);
  const effects = us.checked("deleted", "present");
  t.deepEqual(us.texts(), ["message 1"]);
  t.like(delivered(effects), [{ type: "deleted" }]);
  t.deepEqual(written(effects), []);
});

test("[AU4] [S17] [S22] what was deleted here and is there again is deleted there once more", (t) => {
  const us = holding();
  const deleted = rowOf(messageOf(1, {}, 20_000));
  us.changed({ id: deleted.id });
  t.deepEqual(only(us.changed(deleted), "erase"), [{ type: "erase", ids: [deleted.id] }]);
  t.deepEqual(us.texts(), ["Ann's 1"]);
  t.deepEqual(only(us.changed(deleted), "erase"), [], "one request at a time");
  const refused = { type: "erased", refused: 1 } as const;
  const effects = us.tell({ type: "erased", result: refused, nowMs: us.nowMs });
  t.true(alarms(effects).includes("deletion-undone"));
});

test("[AU4] [S18] [S22] it is deleted there again a minute later: two copies may have agreed that nothing was left", (t) => {
  const us = holding();
  const deleted = rowOf(messageOf(1, {}, 20_000));
  const erased = { type: "erased", result: { type: "erased", refused: 0 }, nowMs: us.nowMs } as const;
  us.changed({ id: deleted.id }, deleted);
  t.deepEqual(only(us.tick(REREAD_MS), "erase"), [], "one request at a time");
  t.deepEqual(only(us.tell({ ...erased, nowMs: us.nowMs }), "erase"), [{ type: "erase", ids: [deleted.id] }]);
  us.tell({ ...erased, nowMs: us.nowMs });
  t.deepEqual(only(us.tick(REREAD_MS), "erase"), [], "and that is all");
});

for (const [presence, erased] of [
  ["present", 1],
  ["missing", 1],
  ["deleted", 0],
] as const)
  test(`[AU4] [S17] an audit makes a deletion again if what was deleted is ${presence}`, (t) => {
    const us = holding();
    const deleted = rowOf(messageOf(1, {}, 20_000));
    us.changed({ id: deleted.id });
    t.is(asked(auditing(us)).at(-1), deleted.id);
    const again = only(us.checked("present", presence), "erase");
    t.deepEqual(
      again.flatMap(({ ids }) => ids),
      Array.from({ length: erased }, () => deleted.id),
    );
  });

test("[AU5] [S25] a lost message of another origin that the store refuses stays as it is", (t) => {
  const us = holding();
  auditing(us);
  us.checked("present", "missing");
  const effects = us.wrote({ type: "rows", outcomes: [{ type: "refused", reason: "not yours" }] });
  t.true(alarms(effects).includes("rejected"));
  t.deepEqual(delivered(effects), []);
  t.deepEqual(us.texts(), ["Ann's 1", "message 1"]);
  t.deepEqual(written(us.tick()), []);
});

/** The store lost a message of another region, and does not take it back from us. */
function refusedToTakeBack(): Conversation {
  const us = holding();
  auditing(us);
  us.checked("present", "missing");
  us.wrote({ type: "rows", outcomes: [{ type: "refused", reason: "not yours" }] });
  return us;
}

test("[AU5] [I8] when its own region wrote such a message again, its row says that it is stored", (t) => {
  const us = refusedToTakeBack();
  t.deepEqual(delivered(us.changed(rowOf(THEIRS))), [{ type: "stored", room: LOBBY, mids: [mid(1)] }]);
});

test("[AU5] [S25] the next audit looks for such a message, and writes it again", (t) => {
  const us = refusedToTakeBack();
  us.nowMs += AUDIT_EVERY_MS;
  t.is(asked(us.tick()).length, 2);
  const [look] = only(us.checked("present", "missing"), "look");
  t.deepEqual(look?.ids, [messageDocument(THEIRS)._id]);
  t.is(written(us.looked({ type: "found", found: [{ type: "missing" }] })).length, 1);
});

test("[CN2] [S16] our beacon gone: an alarm, the feed from the beginning, and an audit", (t) => {
  const us = holding();
  auditing(us);
  us.checked("present", "present");
  us.tick();
  const effects = us.announced({ type: "missing" });
  t.deepEqual(alarms(effects), ["store-reset"]);
  t.like(only(effects, "openFeed"), [{ since: "0" }]);
  t.is(asked(effects).length, 2);
  t.like(us.region.auditView(), { setback: { what: "emptied" } });
  us.checked("present", "present");
  us.tick();
  t.is(us.region.auditView().setback, undefined);
});

test("[CN2] [S17] [S18] our beacon older than we left it: the same", (t) => {
  const us = holding();
  const old = us.ownBeacon();
  for (let beat = 0; beat < 2; beat++) {
    us.announced();
    us.changed(us.ownBeacon());
    us.tick(60_000);
  }
  const effects = us.announced({ type: "found", document: old.document });
  t.true(alarms(effects).includes("store-rewound"));
  t.true(asked(effects).length > 0);
});

test("[CN2] [S1] our beacon stored without an answer is no sign of anything", (t) => {
  const us = holding();
  us.tick(5_000);
  us.tell({ type: "announceFailed", fault: UNREACHABLE, nowMs: us.nowMs });
  const unanswered = us.ownBeacon();
  us.tick(60_000);
  t.deepEqual(alarms(us.announced({ type: "found", document: unanswered.document })), []);
});

test("[RE5] [S17] a hole that a scan could not fill is told, and whoever hears of it audits", (t) => {
  const us = holding();
  us.changed(rowOf(messageOf(3, {}, 30_000)));
  us.tick(6_000);
  us.tick(6_000);
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  us.announced();
  t.like(only(us.tick(60_000), "announce"), [{ beacon: { missing: { [origin8(THERE)]: 2 } } }]);

  const them = holding();
  const beacon = beaconRow({ missing: { [origin8(HERE)]: 1 } });
  t.is(asked(them.changed(beacon)).length, 2);
  them.checked("present", "present");
  them.tick();
  t.deepEqual(asked(them.changed(beacon)), [], "heard once is enough");
});

test("[AP9] [S15] a message placed above newer ones says by how much it came late", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2, {}, 30_000)));
  const [late] = delivered(us.changed(rowOf(messageOf(1, {}, 16_000))));
  t.like(late, { type: "message", lateMs: 14_000 });
  const [onTime] = delivered(us.changed(rowOf(messageOf(3, {}, 29_000))));
  t.false(onTime !== undefined && "lateMs" in onTime);
});

test("[AP10] [S20] a contested document is shown as the store shows it, with an alarm", (t) => {
  const us = new Conversation().live();
  const effects = us.changed({ ...rowOf(messageOf(1)), isContested: true });
  t.deepEqual(alarms(effects), ["contested"]);
  t.deepEqual(us.texts(), ["message 1"]);
});

test("[AP8] [R9] two messages in one slot are both shown, whichever comes first", (t) => {
  const one = messageOf(1, {}, 10);
  const order = orderKey({ stamp: stampAt(20), origin8: origin8(THERE), n: 1 });
  const other = messageOf(1, { order, mid: messageOf(9).mid }, 20);
  for (const rows of [
    [one, other],
    [other, one],
  ]) {
    const us = new Conversation().live();
    for (const message of rows) us.changed(rowOf(message));
    t.deepEqual(us.shown(), [one.order, order]);
  }
  t.not(one.order, orderAt(1));
});
