import test from "ava";
import { WAITING_DOCUMENTS } from "../../sync/limits.ts";
import { orderParts } from "../../sync/names.ts";
import { decodeStamp } from "../../sync/stamp.ts";
import { branded } from "../../sync/brand.ts";
import type { OrderKey } from "../../sync/names.ts";
import { GARDEN, HOUR_MS, LOBBY, messageOf, NOON_MS, orderAt, rowOf } from "./names.ts";
import { answers, Conversation, delivered, only, written } from "./region-under-test.ts";

test("[PO1] [S7] a post is on disk before it is shown, answered and sent", (t) => {
  const us = new Conversation().live();
  const posted = us.post(1);
  t.deepEqual(
    posted.map(({ type }) => type),
    ["journal"],
  );
  t.deepEqual(us.texts(), []);
  t.deepEqual(
    us.journaled().map(({ type }) => type),
    ["deliver", "answer", "write", "journal"],
  );
  t.deepEqual(us.texts(), ["Ann's 1"]);
});

test("[PO2] [C1] a repeated mid gets the first one's answer, on its way to disk and afterwards", (t) => {
  const us = new Conversation().live();
  us.post(1);
  us.post(1, { request: 2 });
  t.like(answers(us.journaled()), [{ isReplay: false }, { isReplay: true }]);
  t.like(answers(us.post(1, { request: 3 })), [
    { type: "taken", isReplay: true, message: { state: "accepted" } },
  ]);
  t.is(us.shown().length, 1);
});

test("[PO2] [R2] a mid repeated after a restart gets the first one's answer", (t) => {
  const us = new Conversation().live();
  us.post(1);
  const again = new Conversation({}, us.disk);
  t.like(answers(again.post(1)), [{ type: "taken", isReplay: true }]);
  t.is(again.shown().length, 1);
});

test("[PO3] [C3] a repeated mid with another text or room is refused, and the first text stays", (t) => {
  const us = new Conversation().live();
  us.post(1);
  t.deepEqual(answers(us.post(1, { text: "else" })), [{ type: "mid-reused" }]);
  us.journaled();
  t.deepEqual(answers(us.post(1, { text: "else" })), [{ type: "mid-reused" }]);
  t.deepEqual(answers(us.post(1, { room: GARDEN })), [{ type: "mid-reused" }]);
  t.deepEqual(us.texts(), ["Ann's 1"]);
});

test("[PO4] [R6] while the disk is broken nothing is acknowledged, and the lost slot goes out as void", (t) => {
  const us = new Conversation().live();
  us.post(1);
  t.deepEqual(answers(us.journalFailed()), [{ type: "cannot-store" }]);
  t.deepEqual(answers(us.post(2)), [{ type: "cannot-store" }]);
  t.deepEqual(us.shown(), []);
  us.tell({ type: "journalOpened" });
  const [write] = only(us.journaled(), "write");
  t.like(write?.documents, [{ kind: "void", n: 1 }]);
  t.like(answers(us.say(3)), [{ type: "taken" }]);
});

test("[PO4] [R6] an acknowledged message that moves to another slot is not lost when that write fails", (t) => {
  const us = new Conversation().live();
  us.say(1);
  us.wrote({ type: "rows", outcomes: [{ type: "conflict" }] });
  us.looked({ type: "found", found: [{ type: "found", document: { typed: "by an admin" } }] });
  us.journalFailed();
  us.tell({ type: "journalOpened" });
  us.journaled();
  t.deepEqual(us.texts(), ["Ann's 1"]);
});

test("[JR2] [R6] what a failed write left on the disk does not come back", (t) => {
  const us = new Conversation().live();
  us.post(1); // The disk has it, although it said that it failed.
  us.journalFailed();
  us.tell({ type: "journalOpened" });
  t.deepEqual(new Conversation({}, us.disk).shown(), []);
});

test("[PO5] a post beyond what may wait is refused", (t) => {
  const us = new Conversation();
  for (let n = 1; n <= WAITING_DOCUMENTS; n++) us.post(n);
  t.deepEqual(answers(us.post(WAITING_DOCUMENTS + 1)), [{ type: "overloaded" }]);
});

test("[PO6] without a disk the store comes first", (t) => {
  const us = new Conversation({ hasDisk: false }).live();
  const posted = us.post(1);
  t.is(written(posted).length, 1);
  t.deepEqual([...answers(posted), ...delivered(posted)], []);
  const stored = us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  t.like(answers(stored), [{ type: "taken", message: { state: "stored" } }]);
  t.like(delivered(stored), [{ type: "message" }]);
  us.post(2);
  t.like(answers(us.wrote({ type: "refused", reason: "no" })), [{ type: "rejected" }]);
});

test("[PO7] [C9] a message's order comes from the region's clock alone", (t) => {
  const us = new Conversation().live();
  us.say(1, { mid: branded(`ffffffff-ffff-7fff-8fff-ffffffffffff`) });
  const [order] = us.shown();
  t.is(order === undefined ? 0 : decodeStamp(orderParts(order).stamp).ms, us.nowMs);
});

test("[HC3] [C8] an answer sorts after what its author had seen, even if that came from a fast clock", (t) => {
  const us = new Conversation().live();
  const seen = orderAt(1, HOUR_MS);
  us.say(1, { after: seen });
  const [order] = us.shown();
  t.true(order !== undefined && order > seen);
});

test("[JR1] [R4] a region comes back from its records as it was, and takes the next slot", (t) => {
  const us = new Conversation().live();
  us.say(1);
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  us.say(2);
  us.changed(rowOf(messageOf(1)), rowOf(messageOf(2, { room: GARDEN })));
  us.changed({ id: `garden:${orderAt(2)}` });
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(again.shown(), us.shown());
  t.deepEqual(again.shown(GARDEN), []);
  const states = again.region.pages.local({ room: LOBBY, limit: 9 }).page.messages.map(({ state }) => state);
  t.deepEqual(states, ["stored", "stored", "accepted"]);
  t.deepEqual(delivered(again.changed(rowOf(messageOf(1)), rowOf(messageOf(2, { room: GARDEN })))), []);
  again.say(3);
  t.deepEqual(
    again.shown().map((order: OrderKey) => orderParts(order).n),
    [1, 1, 2, 3],
  );
});

test("[JR3] [R11] no stamp is older than the birth, not after a restart with the clock put back", (t) => {
  const us = new Conversation();
  us.tick();
  const again = new Conversation({ nowMs: NOON_MS - HOUR_MS }, us.disk);
  again.nowMs = NOON_MS - HOUR_MS;
  again.say(1);
  const born = us.disk.snapshot()?.own.born ?? "";
  const [order] = again.shown();
  t.true(order !== undefined && order > born);
});
