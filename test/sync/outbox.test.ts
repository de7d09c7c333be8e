import test from "ava";
import { messageDocument } from "../../sync/document.ts";
import { BATCH_DOCUMENTS, BATCH_UNITS, DENIED_MS, LONE_FAILURES } from "../../sync/limits.ts";
import { messageId, orderParts } from "../../sync/names.ts";
import type { StoreFaultCode, WriteResult } from "../../sync/store.ts";
import { HOUR_MS, LOBBY, messageOf, mid } from "./names.ts";
import { alarms, Conversation, delivered, only, since, UNREACHABLE, written } from "./region-under-test.ts";

const STORED: WriteResult = { type: "rows", outcomes: [{ type: "stored" }] };
const CONFLICT: WriteResult = { type: "rows", outcomes: [{ type: "conflict" }] };

function fault(code: StoreFaultCode, retryAfterMs?: number): WriteResult {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { type: "fault", fault: { code, text: code, ...wait } };
}

/** A region that said these, the first of which is on its way to the store. */
function saying(...numbers: number[]): Conversation {
  const us = new Conversation().live();
  for (const n of numbers) us.say(n);
  return us;
}

function idOfFirst(us: Conversation): string {
  return `${LOBBY}:${us.shown()[0]}`;
}

test("[OB1] [S7] stored", (t) => {
  const us = saying(1);
  const effects = us.wrote(STORED);
  t.deepEqual(delivered(effects), [{ type: "stored", room: LOBBY, mids: [mid(1)] }]);
  t.like(only(effects, "settle"), [{ outcome: { type: "taken", message: { state: "stored" } } }]);
  t.is(us.disk.waiting.size, 0);
  t.is(us.region.storeView().waiting, 0);
});

test("[OB2] [S8] without a quorum it stays accepted and is looked up until the store has it", (t) => {
  const us = saying(1);
  t.deepEqual(delivered(us.wrote({ type: "rows", outcomes: [{ type: "unconfirmed" }] })), []);
  t.is(only(us.tick(), "look").length, 1);
  t.is(written(us.looked({ type: "found", found: [{ type: "missing" }] })).length, 1);
  us.wrote({ type: "rows", outcomes: [{ type: "unconfirmed" }] });
  us.tick();
  const found = us.looked({ type: "found", found: [{ type: "found", document: storedBy(us) }] });
  t.like(delivered(found), [{ type: "stored" }]);
});

test("[OB3] [S9] [R3] a conflict with our own document means that it is stored", (t) => {
  const us = saying(1);
  t.is(only(us.wrote(CONFLICT), "look").length, 1);
  const effects = us.looked({ type: "found", found: [{ type: "found", document: storedBy(us) }] });
  t.like(delivered(effects), [{ type: "stored" }]);
});

test("[OB4] [S9] a conflict with something else moves the message to a new order key", (t) => {
  const us = saying(1);
  const [order] = us.shown();
  us.wrote(CONFLICT);
  const other = { ...messageDocument(messageOf(1)), ...storedBy(us), mid: mid(77), text: "else" };
  const effects = us.looked({ type: "found", found: [{ type: "found", document: other }] });
  t.true(alarms(effects).includes("quarantined"));
  us.journaled();
  t.deepEqual(us.texts(), ["else", "Ann's 1"]);
  t.true((us.shown()[1] ?? "") > (order ?? ""));
});

test("[OB5] [S10] a refused batch is halved until the culprit stands alone", (t) => {
  const us = saying(1, 2, 3, 4, 5);
  let effects = us.wrote(STORED);
  const rejected: string[] = [];
  for (let requests = 0; requests < 20; requests++) {
    const [write] = only(effects, "write");
    if (write === undefined) break;
    const isBad = write.documents.some(({ mid: said }) => said === mid(4));
    effects = isBad
      ? [...us.wrote({ type: "refused", reason: "too large" }), ...us.journaled()]
      : us.wrote({ type: "rows", outcomes: write.documents.map(() => ({ type: "stored" })) });
    rejected.push(...delivered(effects).flatMap((event) => (event.type === "rejected" ? [event.mid] : [])));
  }
  t.deepEqual(rejected, [mid(4)]);
  t.is(us.shown().length, 4);
  t.is(us.region.storeView().waiting, 0);
  t.is(us.disk.snapshot()?.told?.n, 5);
});

test("[OB17] [S10] [R6] [I8] nobody is told that a message is rejected before the disk knows, lest it come back", (t) => {
  const us = saying(1);
  const effects = us.wrote({ type: "refused", reason: "too large" });
  t.deepEqual(delivered(effects), []);
  t.is(us.texts().length, 1);
  t.like(delivered(us.journaled()), [{ type: "rejected", mid: mid(1) }]);
  t.deepEqual(us.texts(), []);
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(again.texts(), []);
  t.is(again.region.storeView().waiting, 1, "the void");
});

test("[OB17] [R6] a disk that fails then is told again what it missed", (t) => {
  const us = saying(1);
  us.wrote({ type: "refused", reason: "too large" });
  us.journalFailed();
  t.is(us.texts().length, 1);
  us.tell({ type: "journalOpened" });
  t.like(delivered(us.journaled()), [{ type: "rejected", mid: mid(1) }]);
});

test("[OB6] [S2] an unknown outcome is looked up before anything is written again", (t) => {
  for (const code of ["unreachable", "unavailable", "failing"] as const) {
    const us = saying(1);
    us.wrote(fault(code));
    const next = us.tick(15_000);
    t.is(only(next, "look").length, 1, code);
    t.deepEqual(written(next), [], code);
    t.is(written(us.looked({ type: "found", found: [{ type: "missing" }] })).length, 1, code);
  }
});

test("[DL2] [OB6] a waiting document that was deleted in the store is never written again", (t) => {
  const us = saying(1);
  us.wrote(fault("unreachable"));
  us.tick(15_000);
  const effects = us.looked({ type: "found", found: [{ type: "deleted" }] });
  t.true(delivered(effects).some(({ type }) => type === "deleted"));
  t.deepEqual(written(us.tick(15_000)), []);
  t.deepEqual(us.shown(), []);
  const other = saying(1);
  other.changed({ id: idOfFirst(other) });
  t.is(other.region.storeView().waiting, 0);
});

test("[OB7] [S1] [S13] the next attempt waits longer with each failure, and as long as the store asks", (t) => {
  const us = saying(1);
  us.wrote(fault("unavailable"));
  t.deepEqual(only(us.tick(249, 0), "look"), []);
  t.is(only(us.tick(500, 0), "look").length, 1);
  for (let failures = 0; failures < 10; failures++) {
    us.tick(15_000, 0.999);
    us.looked({ type: "fault", fault: UNREACHABLE });
  }
  t.deepEqual(only(us.tick(14_000), "look"), []);
  t.is(only(us.tick(1_000), "look").length, 1);
  us.looked({ type: "fault", fault: { ...UNREACHABLE, retryAfterMs: 60_000 } });
  t.deepEqual(only(us.tick(59_000), "look"), []);
  t.is(only(us.tick(1_000), "look").length, 1);
});

/** The store fails ten times, then answers a poll. */
function awayAndBack(us: Conversation, retryAfterMs = 0): void {
  us.wrote({ type: "fault", fault: { ...UNREACHABLE, retryAfterMs } });
  for (let failures = 0; failures < 10; failures++) {
    us.tick(15_000, 0.999);
    us.looked({ type: "fault", fault: { ...UNREACHABLE, retryAfterMs } });
  }
  us.tell({ type: "polled", rows: [], since: since(1), pending: 0, nowMs: us.nowMs });
}

test("[OB16] [S1] [I7] when the store answers again what waits goes out at once, however long it was away", (t) => {
  const us = saying(1);
  awayAndBack(us);
  t.is(only(us.tick(500, 0.999), "look").length, 1);
});

test("[OB16] [OB7] who fails again after that waits as long as before, and nobody less than the store asks", (t) => {
  const us = saying(1);
  awayAndBack(us);
  us.tick(500, 0.999);
  us.looked({ type: "fault", fault: UNREACHABLE });
  us.tell({ type: "polled", rows: [], since: since(1), pending: 0, nowMs: us.nowMs });
  t.deepEqual(only(us.tick(14_000), "look"), []);

  const patient = saying(1);
  awayAndBack(patient, 10_000);
  t.deepEqual(only(patient.tick(9_999), "look"), []);
  t.is(only(patient.tick(1), "look").length, 1);
});

test("[FE7] [R11] [I7] a wall clock put back by an hour does not make the store wait an hour", (t) => {
  const us = saying(1);
  us.wrote(fault("unavailable"));
  us.tick(-HOUR_MS);
  t.is(only(us.tick(15_000), "look").length, 1);
});

test("[OB8] [S11] after a refusal one request every 90 s, then everything goes on", (t) => {
  const us = saying(1);
  us.wrote(fault("denied"));
  us.tell({ type: "feedEnded", fault: { code: "denied", text: "" }, nowMs: us.nowMs });
  t.is(us.region.storeView().state, "refused");
  t.false(us.region.mayAskStore);
  for (let beat = 0; beat < DENIED_MS / 1_000 - 1; beat++) t.deepEqual(asked(us.tick()), []);
  t.deepEqual(asked(us.tick()), ["poll"]);
  us.tell({ type: "pollFailed", fault: { code: "denied", text: "" }, nowMs: us.nowMs });
  t.deepEqual(asked(us.tick(DENIED_MS - 1)), []);
  t.deepEqual(asked(us.tick(1)), ["poll"]);
  us.tell({ type: "polled", rows: [], since: us.store.head(), pending: 0, nowMs: us.nowMs });
  t.true(us.region.mayAskStore);
  t.true(asked(us.tick()).includes("openFeed"));
});

test("[OB9] [S13] a document that fails alone while others are stored is rejected", (t) => {
  const us = saying(1);
  us.wrote(fault("failing"));
  let isRejected = false;
  for (let attempt = 0; attempt < 3 * LONE_FAILURES && !isRejected; attempt++) {
    isRejected = answerAll(us, us.say(10 + attempt)) || answerAll(us, us.tick(15_000));
  }
  t.true(isRejected);
  us.journaled();
  t.false(us.texts().includes("Ann's 1"));
});

test("[OB10] [S12] while the database is missing everything is kept and the edge is asked to prepare it", (t) => {
  const us = saying(1);
  t.is(only(us.wrote(fault("missing")), "prepare").length, 1);
  t.is(us.region.storeView().waiting, 1);
  t.deepEqual(written(us.tick(15_000)), [idOfFirst(us)]);
});

test("[OB11] one flight at a time, and no more in it than a request may hold", (t) => {
  const us = saying(1);
  for (let n = 2; n <= 250; n++) t.deepEqual(written(us.say(n)), []);
  t.is(written(us.wrote(STORED)).length, BATCH_DOCUMENTS);
  const long = saying(1);
  for (let n = 2; n <= 100; n++) long.say(n, { text: "x".repeat(4_000) });
  for (let n = 101; n <= 200; n++) long.say(n, { text: "😀".repeat(4_000) });
  long.wrote(STORED);
  const [write] = only(
    long.wrote({ type: "rows", outcomes: Array.from({ length: 99 }, () => ({ type: "stored" })) }),
    "write",
  );
  t.true(JSON.stringify(write?.documents).length <= BATCH_UNITS + 1_000);
});

test("[OB12] [S2] a row of the feed is the receipt, before and after the answer", (t) => {
  const us = saying(1);
  const row = { id: idOfFirst(us), document: storedBy(us) };
  t.like(delivered(us.changed(row)), [{ type: "stored" }]);
  t.deepEqual(delivered(us.wrote(fault("unreachable"))), []);
  t.is(us.region.storeView().waiting, 0);
});

test("[OB13] a copy that says taken and then not there is not asked without a pause", (t) => {
  const us = saying(1);
  us.wrote(CONFLICT);
  t.deepEqual(written(us.looked({ type: "found", found: [{ type: "missing" }] })), []);
  t.deepEqual(written(us.tick(200)), []);
  t.is(written(us.tick(500)).length, 1);
});

test("[OB14] [R3] after a restart what waits is looked up first", (t) => {
  const again = new Conversation({ epoch: "00000002" }, saying(1, 2).disk);
  again.tick();
  const [look] = only(again.announced(), "look");
  t.is(look?.ids.length, 2);
  const [first] = again.shown();
  const effects = again.looked({
    type: "found",
    found: [{ type: "found", document: storedBy(again) }, { type: "missing" }],
  });
  t.is(first === undefined ? 0 : orderParts(first).n, 1);
  t.is(written(effects).length, 1);
});

test("[OB15] nothing is written before the own beacon", (t) => {
  const us = new Conversation();
  us.say(1);
  us.tick();
  us.joined();
  t.deepEqual(written(us.tick()), []);
  t.is(written(us.announced()).length, 1);
});

/** The document of the first message shown, as the store would hold it. */
function storedBy(us: Conversation): Record<string, unknown> {
  const [message] = us.disk.messages.values();
  if (message === undefined) throw new Error("nothing was said");
  return { ...messageDocument(message), _id: messageId(message.room, message.order), _rev: "1-0" };
}

/** What the store is asked for. */
function asked(effects: ReturnType<Conversation["tell"]>): string[] {
  const requests = new Set(["poll", "openFeed", "join", "write", "look", "announce", "scan"]);
  return effects.map(({ type }) => type).filter((type) => requests.has(type));
}

/** Answers every request: 500 to a write of the first message, all else as a sound store would. */
function answerAll(us: Conversation, effects: ReturnType<Conversation["tell"]>): boolean {
  const queue = [...effects];
  for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
    if (effect.type === "alarm" && effect.code === "rejected") return true;
    if (effect.type === "look")
      queue.push(...us.looked({ type: "found", found: effect.ids.map(() => ({ type: "missing" })) }));
    if (effect.type === "write") {
      const isCursed = effect.documents.some(({ text }) => text === "Ann's 1");
      const outcomes = effect.documents.map(() => ({ type: "stored" as const }));
      queue.push(...us.wrote(isCursed ? fault("failing") : { type: "rows", outcomes }));
    }
  }
  return false;
}

test("[OB8] [S11] a store that refuses us already when the database is prepared is asked for nothing else for 90 s", (t) => {
  const us = new Conversation();
  us.tell({ type: "prepareFailed", fault: { code: "denied", text: "" }, nowMs: us.nowMs });
  for (let beat = 0; beat < DENIED_MS / 1_000 - 1; beat++) t.deepEqual(asked(us.tick()), []);
  t.deepEqual(asked(us.tick()), ["join"]);
});
