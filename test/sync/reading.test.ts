import test from "ava";
import { branded } from "../../sync/brand.ts";
import { decodeCursor, encodeCursor } from "../../sync/cursor.ts";
import { messageDocument } from "../../sync/document.ts";
import { CATCH_UP_MESSAGES, REREAD_MS } from "../../sync/limits.ts";
import { orderKey, origin8 } from "../../sync/names.ts";
import { handTo, type Resumed } from "../../sync/reading.ts";
import { EMPTY_VECTOR, type Vector } from "../../sync/vector.ts";
import type { Cursor } from "../../sync/wire.ts";
import { beaconRow } from "./beacons.ts";
import { ANN, GARDEN, LOBBY, messageOf, mid, orderAt, origin, rowOf, stampAt, THERE } from "./names.ts";
import { Conversation, only, since } from "./region-under-test.ts";

/** The order keys a reader is handed. */
function handed({ entries }: Resumed): string[] {
  return entries.flatMap(({ event }) => (event.type === "message" ? [event.message.order] : []));
}

/** Another region, that has taken in the same store. */
function elsewhere(us: Conversation): Conversation {
  const other = new Conversation({ origin: origin("d"), epoch: "0000000d" }).live();
  other.changed(...us.store.changes(since(0), 10_000).rows);
  other.store.write(
    us.store
      .range({ from: "", to: "~", limit: 10_000 })
      .flatMap(({ document }) => (isDocument(document) ? [document] : [])),
  );
  return other;
}

function isDocument(value: unknown): value is { readonly _id: string } {
  return typeof value === "object" && value !== null && "_id" in value;
}

/** The store takes these, and the feed shows them. */
function write(us: Conversation, ...numbers: number[]): void {
  us.store.write(numbers.map((n) => messageDocument(messageOf(n))));
  us.changed(...numbers.map((n) => rowOf(messageOf(n))));
}

test("[CU3] [C4] in the same process a cursor is answered by what arrived since, late arrivals included", (t) => {
  const us = new Conversation().live();
  write(us, 5);
  const { cursor } = us.resume();
  write(us, 2);
  t.deepEqual(handed(us.resume(cursor)), [orderAt(2)]);
  t.deepEqual(handed(us.resume(cursor)), [orderAt(2)], "until it is asked with the next one");
  t.deepEqual(handed(us.resume(us.resume(cursor).cursor)), []);
});

test("[CU4] [C6] in another region a cursor is answered by exactly what is missing", (t) => {
  const us = new Conversation().live();
  write(us, 1, 2, 3);
  const { cursor } = us.resume();
  write(us, 4, 5);
  const resumed = elsewhere(us).resume(cursor);
  t.is(resumed.reset, undefined);
  t.deepEqual(handed(resumed), [orderAt(4), orderAt(5)]);
});

test("[CU5] [C7] no cursor, or one that is none, is answered by the newest page", (t) => {
  const us = new Conversation().live();
  for (let n = 1; n <= 60; n++) write(us, n);
  const start = us.resume();
  t.deepEqual(start.reset, { reason: "start" });
  t.deepEqual(handed(start)[0], orderAt(11));
  const garbage = us.resume(branded<Cursor>("x".repeat(1_000_000)));
  t.deepEqual(garbage.reset, { reason: "unknown-cursor" });
  t.is(handed(garbage).length, 50);
});

test("[CU5] [C7] a cursor from the future of this process is not answered by silence", (t) => {
  const us = new Conversation().live();
  write(us, 1);
  const future = encodeCursor({ epoch: "00000001", offset: 999, vector: EMPTY_VECTOR, ahead: EMPTY_VECTOR });
  t.deepEqual(handed(us.resume(future)), [orderAt(1)]);
});

test("[CU6] when the store gives nothing the answer says which rooms are incomplete", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  const resumed = us.region.reading.resumeWithoutStore([LOBBY, GARDEN], undefined);
  t.deepEqual(resumed.incomplete, [LOBBY, GARDEN]);
  t.deepEqual(handed(resumed), [orderAt(1)]);
});

test("[CU7] [C12] who missed more than a thousand messages starts over", (t) => {
  const us = new Conversation().live();
  const { cursor } = us.resume();
  for (let n = 1; n <= CATCH_UP_MESSAGES + 1; n += 100)
    write(us, ...Array.from({ length: 100 }, (_, place) => n + place));
  const resumed = elsewhere(us).resume(cursor);
  t.deepEqual(resumed.reset, { reason: "too-far-behind" });
  t.is(handed(resumed).length, 50);
});

test("[CU8] [C6] what was seen elsewhere is not shown again when it comes, but told to be stored", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const { cursor } = us.resume();
  const other = new Conversation({ origin: origin("d"), epoch: "0000000d" }).live();
  const resumed = other.resume(cursor);
  const [message] = us.disk.messages.values();
  const rows = message === undefined ? [] : [rowOf(message)];
  const [deliver] = only(other.changed(...rows), "deliver");
  const hand = deliver === undefined ? undefined : handTo(deliver.arrival, resumed.ahead);
  t.deepEqual(hand?.event, { type: "stored", room: LOBBY, mids: [mid(1)] });
  t.deepEqual(handed(us.resume(hand?.cursor)), [], "and back again");
});

test("[CU8] [C6] what was seen elsewhere and comes between two requests is not shown again either", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const other = new Conversation({ origin: origin("d"), epoch: "0000000d" }).live();
  const moved = other.resume(us.resume().cursor);
  const [message] = us.disk.messages.values();
  other.changed(...(message === undefined ? [] : [rowOf(message)]));
  const again = other.resume(moved.cursor);
  t.deepEqual(
    again.entries.map(({ event }) => event),
    [{ type: "stored", room: LOBBY, mids: [mid(1)] }],
  );
  t.is(again.cursor, other.resume().cursor, "nothing is ahead any more");
});

test("[CU10] [I8] who comes from elsewhere is told what the store has of what it was shown as accepted", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const shown = us.resume();
  t.like(shown.entries[0]?.event, { message: { state: "accepted" } });
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(
    again.resume(shown.cursor).entries.map(({ event }) => event),
    [{ type: "stored", room: LOBBY, mids: [mid(1)] }],
  );
});

test("[CU11] [S21] who comes from elsewhere is told again what an admin edited, after a restart too", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  const { cursor } = us.resume();
  const edited = messageOf(1, { text: "better" });
  us.changed(rowOf(edited));
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.like(again.resume(cursor).entries[0]?.event, { type: "message", message: { text: "better" } });

  // This one never saw the first text: the revision tells.
  const late = elsewhere(us);
  const row = rowOf(edited);
  late.changed({ ...row, document: { ...messageDocument(edited), _rev: "2-1" } });
  t.like(late.resume(cursor).entries[0]?.event, { type: "message", message: { text: "better" } });
});

test("[CU8] [CU11] [S21] what was seen elsewhere and is another text here, or returns, is handed whole", (t) => {
  const us = new Conversation().live();
  const ahead: Vector = { seen: new Map([[origin8(THERE), stampAt(9)]]) };
  const hand = (effects: ReturnType<typeof us.changed>) =>
    only(effects, "deliver").map(({ arrival }) => handTo(arrival, ahead).event.type);
  const edited = { ...messageDocument(messageOf(1)), _rev: "2-1" };
  t.deepEqual(hand(us.changed({ id: edited._id, document: edited })), ["message"]);
  t.deepEqual(hand(us.changed(rowOf(messageOf(2)))), ["stored"]);
  t.deepEqual(hand(us.changed(rowOf(messageOf(2, { text: "better" })))), ["message"]);
  const [lower, higher] = [messageOf(3, { mid: mid(7) }), messageOf(4, { mid: mid(7) })];
  us.changed(rowOf(higher), rowOf(lower));
  t.deepEqual(hand(us.changed({ id: rowOf(lower).id })), ["deleted", "message"]);
});

/** A region that joined when two messages had been written, and was told of nothing since. */
function latecomer(): Conversation {
  const late = new Conversation({ origin: origin("e"), epoch: "0000000e" });
  late.tick();
  late.joined(beaconRow({ n: 2, order: orderAt(2) }));
  late.announced();
  late.store.write([messageDocument(messageOf(1)), messageDocument(messageOf(2))]);
  return late;
}

function reread(us: Conversation): void {
  us.tick(REREAD_MS);
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
}

test("[CU12] [I4] [S22] who saw nothing newer than a region's joining starts over there: it may have missed a deletion", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), rowOf(messageOf(2)));
  const { cursor } = us.resume();
  const late = latecomer();
  t.deepEqual(late.resume(cursor).reset, { reason: "too-far-behind" });
  reread(late);
  t.deepEqual(late.resume(cursor).reset, { reason: "too-far-behind" });
  us.changed(rowOf(messageOf(3)));
  late.changed(rowOf(messageOf(3)));
  t.is(late.resume(us.resume(cursor).cursor).reset, undefined);
});

test("[CU13] [S18] until what was young at joining was read again, a bookmark is good in its own process only", (t) => {
  const late = latecomer();
  const other = elsewhere(late);
  const early = late.resume().cursor;
  t.deepEqual(late.resume(early).entries, []);
  t.deepEqual(decodeCursor(early)?.vector, EMPTY_VECTOR);
  other.changed(rowOf(messageOf(1)), rowOf(messageOf(2)));
  t.is(handed(other.resume(early)).length, 2, "all of it again");
  reread(late);
  t.deepEqual(handed(other.resume(late.resume(early).cursor)), []);
  const again = new Conversation({ origin: origin("e"), epoch: "0000001e" }, late.disk);
  t.not(decodeCursor(again.resume().cursor)?.vector.seen.size, 0, "and a restart knows it");
});

test("[CU14] [R9] [I2] who left before a region found that it lacked something starts over", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), rowOf(messageOf(2)));
  us.resume();
  const { cursor } = us.resume();
  const other = elsewhere(us);
  other.changed(rowOf(messageOf(1)), rowOf(messageOf(2)));
  other.resume();
  t.is(other.resume(cursor).reset, undefined);
  // The same slot, taken by another life of the directory.
  other.changed(
    rowOf({ ...messageOf(7), order: orderKey({ stamp: stampAt(7), origin8: origin8(THERE), n: 2 }) }),
  );
  t.deepEqual(other.resume(cursor).reset, { reason: "too-far-behind" });
});

test("[CU14] [R8] [R9] [I2] so does who saw more than it had read by then, until its own beacon has come back twice", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), rowOf(messageOf(2)), rowOf(messageOf(3)));
  const { cursor } = us.resume();
  const other = elsewhere(us);
  other.changed(rowOf(messageOf(1)), rowOf(messageOf(2)));
  other.changed(
    rowOf({ ...messageOf(7), order: orderKey({ stamp: stampAt(3), origin8: origin8(THERE), n: 2 }) }),
  );
  t.deepEqual(other.resume(cursor).reset, { reason: "too-far-behind" });
  t.is(new Conversation({ epoch: "0000000f" }, other.disk).resume(cursor).reset?.reason, "too-far-behind");
  other.changed(rowOf(messageOf(3)), other.ownBeacon());
  other.changed(other.ownBeacon());
  us.changed(rowOf(messageOf(4)));
  t.deepEqual(other.resume(us.resume(cursor).cursor).reset, { reason: "too-far-behind" });
  other.tick(10_000);
  other.announced();
  other.changed(other.ownBeacon());
  t.deepEqual(other.resume(cursor).reset, { reason: "too-far-behind" });
  t.is(other.resume(us.resume(cursor).cursor).reset, undefined);
});

test("[CU15] [R8] [I2] who saw more of a region than it knows of itself starts over: it may write below that", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const older = new Conversation({ epoch: "0000000f" }).live();
  older.say(1);
  us.nowMs += 5_000;
  us.say(2);
  t.deepEqual(older.resume(us.resume().cursor).reset, { reason: "too-far-behind" });
});

test("[CU16] [S10] [I8] who was shown a message that is refused then, and comes from elsewhere, is told", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const { cursor } = us.resume();
  const [order] = us.shown();
  us.wrote({ type: "refused", reason: "too large" });
  us.journaled();
  const again = new Conversation({ epoch: "0000000f" }, us.disk);
  const told = again.resume(cursor).entries.map(({ event }) => event);
  t.like(told, [{ type: "deleted", id: `${LOBBY}:${order}`, mayReturn: true }]);
});

test("[CU11] [C2] [S10] who was shown a message that is gone, and comes from elsewhere, is told its twin", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const twin = messageOf(1, { session: ANN, sender: "Ann", text: "Ann's 1", mid: mid(1) }, 9_000);
  us.changed(rowOf(twin));
  const { cursor } = us.resume();
  us.wrote({ type: "refused", reason: "too large" });
  // It dies when its disk knows that the first one is refused, and before a reader does.
  const again = new Conversation({ epoch: "0000000f" }, us.disk);
  t.deepEqual(again.shown(), [twin.order]);
  t.deepEqual(handed(again.resume(cursor)), [twin.order]);
});

test("[CU18] who comes back by offset is told where it stood and what it missed first, whatever that is", (t) => {
  const us = new Conversation().live();
  us.say(1);
  const { cursor, offset } = us.resume();
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  t.deepEqual(us.resume(cursor).before, { offset, cursor, next: offset + 1 });
  us.say(2);
  t.deepEqual(us.resume(cursor).before, { offset, cursor, next: offset + 1 });
  t.is(us.resume().before, undefined);
  t.is(us.resume(us.resume().cursor).before, undefined, "there is nothing to wait with");
});

test("[CU6] [I2] when one room cannot be read, another's page begins where it is whole", (t) => {
  const us = new Conversation().live();
  const rows = Array.from({ length: 52 }, (_, place) => rowOf(messageOf(place + 1)));
  us.changed(...rows);
  const read = { room: LOBBY, below: undefined, limit: 50, trims: 1 };
  us.tell({ type: "pageRead", read, rows: rows.slice(2).toReversed(), nowMs: us.nowMs });
  const resumed = us.region.reading.resumeWithoutStore([LOBBY, GARDEN], undefined);
  t.deepEqual(resumed.incomplete, [GARDEN]);
  t.is(handed(resumed)[0], orderAt(3));
});
