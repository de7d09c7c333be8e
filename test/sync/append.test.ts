import test from "ava";
import * as fc from "fast-check";
import { messageDocument, voidDocument } from "../../sync/document.ts";
import { ARRIVALS_PER_ROOM, KEPT_ROOMS, UNSYNCED_DELETIONS } from "../../sync/limits.ts";
import { messageId, type OrderKey } from "../../sync/names.ts";
import type { Message } from "../../sync/message.ts";
import {
  ANN,
  GARDEN,
  HERE,
  HOUR_MS,
  LOBBY,
  messageOf,
  mid,
  orderAt,
  origin,
  room,
  rowOf,
  rowOfDocument,
} from "./names.ts";
import { beaconRow } from "./beacons.ts";
import { alarms, Conversation, delivered, only } from "./region-under-test.ts";

/** What is shown of these, by the rule alone. */
function naive(messages: readonly Message[]): OrderKey[] {
  const ascending = messages.toSorted((one, other) => (one.order < other.order ? -1 : 1));
  return ascending
    .filter((one, place) => ascending.findIndex((other) => other.mid === one.mid) === place)
    .map(({ order }) => order);
}

test("[AP1] [AP2] [C2] [S15] any order and repetition shows the same list, each mid once at its lowest order key", (t) => {
  const some = fc.array(
    fc.record({ said: fc.integer({ min: 1, max: 4 }), tick: fc.integer({ min: 0, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(some, fc.array(fc.nat()), (said, again) => {
      const messages = said.map(({ said: number, tick }, place) =>
        messageOf(place + 1, { mid: mid(number) }, tick),
      );
      const us = new Conversation().live();
      for (const place of again) {
        const one = messages[place % messages.length];
        if (one !== undefined) us.changed(rowOf(one));
      }
      us.changed(...messages.map(rowOf));
      t.deepEqual(us.shown(), naive(messages));
    }),
  );
});

test("[AP2] a lower order key takes the place of the one that was shown", (t) => {
  const us = new Conversation().live();
  const late = messageOf(2);
  const early = messageOf(1, { mid: late.mid });
  us.changed(rowOf(late));
  t.like(delivered(us.changed(rowOf(early))), [
    { type: "deleted", id: messageId(LOBBY, late.order) },
    { type: "message", message: { order: early.order } },
  ]);
});

test("[AP3] [S14] [R4] a replay of everything delivers nothing", (t) => {
  const us = new Conversation().live();
  const rows = [1, 2, 3].map((n) => rowOf(messageOf(n)));
  us.changed(...rows);
  us.changed({ id: messageId(LOBBY, orderAt(2)) });
  us.resume();
  const replay = us.changed(...rows.filter((_, place) => place !== 1), { id: messageId(LOBBY, orderAt(2)) });
  t.deepEqual(delivered(replay), []);
});

test("[AP4] [S15] a message that comes days late is placed by its order key and delivered", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  const late = messageOf(1, {}, -48 * HOUR_MS);
  t.like(delivered(us.changed(rowOf(late))), [{ type: "message", message: { order: late.order } }]);
  t.deepEqual(us.shown(), [late.order, orderAt(2)]);
});

test("[AP5] [S21] what an admin makes of a message is shown as the store has it", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  t.like(delivered(us.changed(rowOf({ ...message, text: "edited" }))), [
    { type: "message", message: { text: "edited" } },
  ]);
  t.like(delivered(us.changed(rowOf({ ...message, sender: "Else" }))), [{ type: "message" }]);
  t.like(delivered(us.changed(rowOf({ ...message, mid: mid(9), text: "another" }))), [
    { type: "deleted" },
    { type: "message", message: { mid: mid(9) } },
  ]);
  const broken = rowOfDocument({ ...messageDocument(message), text: "" });
  t.like(delivered(us.changed(broken)), [{ type: "deleted" }]);
  t.deepEqual(us.shown(), []);
});

test("[AP6] [S23] [S24] rows that are no documents of ours show nothing, and the log is not flooded", (t) => {
  const us = new Conversation().live();
  const rows = Array.from({ length: 100 }, (_, place) => ({
    id: `notes-${place}`,
    document: { deep: [[[]]] },
  }));
  const effects = us.changed(
    ...rows,
    { id: "_design/x", document: {} },
    { id: "x".repeat(5_000), document: 7 },
  );
  t.deepEqual(delivered(effects), []);
  t.is(alarms(effects).length, 7);
  const longest = Math.max(...only(effects, "alarm").map(({ detail }) => detail.length));
  t.true(longest < 200);
});

test("[AP7] [R11] a remote clock a year ahead keeps its order, leaves ours alone, and alarms now and then", (t) => {
  const us = new Conversation().live();
  const ahead = [1, 2, 3, 4, 5].map((n) => messageOf(n, {}, 365 * 24 * HOUR_MS + n));
  t.deepEqual(alarms(us.changed(...ahead.map(rowOf))), ["clock-ahead", "clock-ahead", "clock-ahead"]);
  us.say(1);
  t.deepEqual(
    us.shown().slice(1),
    ahead.map(({ order }) => order),
  );
});

test("[AP8] [S18] what a lagging copy of the store kept from a room's first page is shown when the feed brings it", (t) => {
  const us = new Conversation().live(beaconRow({ n: 3, order: orderAt(3) }));
  us.store.write([messageDocument(messageOf(1)), messageDocument(messageOf(3))]);
  us.resume();
  t.deepEqual(us.shown(), [orderAt(1), orderAt(3)]);
  t.like(delivered(us.changed(rowOf(messageOf(2)))), [{ type: "message", message: { order: orderAt(2) } }]);
  t.deepEqual(us.shown(), [orderAt(1), orderAt(2), orderAt(3)]);
  t.deepEqual(delivered(us.changed(rowOf(messageOf(2)))), [], "once");
});

test("[DL1] [S22] a deletion takes the message away for ever", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  const id = messageId(LOBBY, message.order);
  t.deepEqual(delivered(us.changed({ id })), [{ type: "deleted", room: LOBBY, id, mid: message.mid }]);
  us.changed(rowOf(message));
  t.deepEqual(us.shown(), []);
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(delivered(again.changed(rowOf(message))), []);
});

test("[DL5] [S22] [R6] [S17] nobody is told of a deletion before the disk knows, lest the message come back", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  us.isDiskSlow = true;
  const gone = { id: messageId(LOBBY, message.order) };
  t.deepEqual(delivered([...us.changed(gone), ...us.changed(gone)]), []);
  t.is(us.texts().length, 1);
  t.deepEqual(only(us.changed(rowOf(message)), "erase").length, 1, "it is made again all the same");
  t.like(delivered(us.journaled()), [{ type: "deleted", id: gone.id }]);
  t.deepEqual(us.texts(), []);
  t.deepEqual(new Conversation({ epoch: "00000002" }, us.disk).texts(), []);
});

test("[DL5] [R6] a message that is deleted before it came is not shown in between", (t) => {
  const us = new Conversation().live();
  us.isDiskSlow = true;
  const message = messageOf(1);
  t.deepEqual(delivered(us.changed({ id: rowOf(message).id }, rowOf(message))), []);
  t.deepEqual(us.texts(), []);
});

test("[DL5] [R6] a deletion that a failing disk did not take is written again, and then told", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  us.isDiskSlow = true;
  us.changed({ id: rowOf(message).id });
  us.journalFailed();
  t.deepEqual(us.journaled(), []);
  t.is(us.texts().length, 1);
  const records = only(us.tell({ type: "journalOpened" }), "journal").flatMap((effect) => effect.records);
  t.true(records.some(({ type }) => type === "deleted"));
  t.like(delivered(us.journaled()), [{ type: "deleted" }]);
});

test("[DL5] [S22] two rooms where somebody typed in the same order key are two messages", (t) => {
  const us = new Conversation().live();
  const here = messageOf(1);
  const there = messageOf(1, { room: GARDEN, mid: mid(2) });
  us.changed(rowOf(here));
  us.isDiskSlow = true;
  us.changed({ id: rowOf(here).id });
  t.like(delivered(us.changed(rowOf(there))), [{ type: "message", message: { room: GARDEN } }]);
  us.changed({ id: rowOf(there).id });
  t.like(delivered(us.journaled()), [
    { type: "deleted", room: LOBBY },
    { type: "deleted", room: GARDEN },
  ]);
});

test("[DL5] [R6] of more deletions than may wait for a disk the oldest are told without it", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  us.isDiskSlow = true;
  const gone = Array.from({ length: UNSYNCED_DELETIONS }, (_, at) => ({
    id: messageId(LOBBY, orderAt(at + 1)),
  }));
  t.deepEqual(delivered(us.changed(...gone)), []);
  const oneMore = { id: messageId(LOBBY, orderAt(UNSYNCED_DELETIONS + 1)) };
  t.like(delivered(us.changed(oneMore)), [{ type: "deleted", id: rowOf(message).id }]);
});

test("[DL5] without a disk nothing is waited for", (t) => {
  const us = new Conversation({ hasDisk: false }).live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  t.like(delivered(us.changed({ id: rowOf(message).id })), [{ type: "deleted" }]);
});

test("[DL3] when the lowest document of a mid is deleted the next one is shown", (t) => {
  const us = new Conversation().live();
  const twin = messageOf(2, { mid: mid(1) });
  us.changed(rowOf(messageOf(1)), rowOf(twin));
  us.changed({ id: messageId(LOBBY, orderAt(1)) });
  t.deepEqual(us.shown(), [twin.order]);
});

test("[DL4] a reader from elsewhere is told the deletions that are remembered", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  const { cursor } = us.resume();
  us.changed({ id: messageId(LOBBY, orderAt(1)) });
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.like(
    again.resume(cursor).entries.map(({ event }) => event),
    [{ type: "deleted" }],
  );
});

test("[AR1] [C4] arrivals are numbered without a gap, and each cursor resumes just behind its own", (t) => {
  const us = new Conversation().live();
  const arrivals = only(us.changed(...[3, 1, 2].map((n) => rowOf(messageOf(n)))), "deliver").map(
    ({ arrival }) => arrival,
  );
  for (const [place, { offset, cursor }] of arrivals.entries()) {
    t.is(offset, (arrivals[0]?.offset ?? 0) + place);
    t.deepEqual(
      us.resume(cursor).entries.map(({ event }) => event),
      arrivals.slice(place + 1).map(({ event }) => event),
    );
  }
});

test("[AR2] [LI4] a cursor from before the arrivals a room keeps is answered by its vector", (t) => {
  const us = new Conversation().live();
  const { cursor } = us.resume();
  for (let n = 1; n <= ARRIVALS_PER_ROOM + 1; n++) {
    us.store.write([messageDocument(messageOf(n))]);
    us.changed(rowOf(messageOf(n)));
  }
  const { reset } = us.resume(cursor);
  t.deepEqual(reset, { reason: "too-far-behind" });
});

test("[AR3] [LI2] a cursor from before its room was forgotten is answered, and busy rooms lose nothing", (t) => {
  const us = new Conversation().live();
  const busy = Array.from({ length: 100 }, (_, place) => rowOf(messageOf(place + 1)));
  us.changed(...busy);
  us.changed(rowOf(messageOf(101, { room: GARDEN })));
  us.store.write([messageDocument(messageOf(101, { room: GARDEN }))]);
  const before = us.resume(undefined, [GARDEN]).cursor;
  us.store.write([messageDocument(messageOf(102, { room: GARDEN }))]);
  us.changed(rowOf(messageOf(102, { room: GARDEN })));
  for (let place = 0; place < KEPT_ROOMS; place++) {
    const n = 103 + place;
    us.changed(rowOf(messageOf(n, { room: room(`room-${place}`) })));
    if (place % 1_000 === 0) us.changed({ id: messageId(LOBBY, orderAt(50_000 + place, 1, origin("c"))) });
  }
  t.is(us.shown().length, 100);
  t.true(us.disk.messages.size <= KEPT_ROOMS + 100);
  const { entries, reset } = us.resume(before, [GARDEN]);
  t.deepEqual(reset, { reason: "too-far-behind" });
  t.deepEqual(
    entries.flatMap(({ event }) => (event.type === "message" ? [event.message.order] : [])),
    [orderAt(101), orderAt(102)],
  );
});

test("[AR4] [C6] a reader cut off between two events of one change misses nothing anywhere else", (t) => {
  const us = new Conversation().live();
  const late = messageOf(1, { origin: HERE, session: ANN, mid: mid(9) }, 50);
  const early = messageOf(1, { session: ANN, mid: mid(9) }, 5);
  us.changed(rowOf(late));
  const [deletion] = only(us.changed(rowOf(early)), "deliver");
  const other = new Conversation({ origin: origin("d"), epoch: "0000000d" }).live();
  other.changed(rowOf(late), rowOf(early));
  other.store.write([messageDocument(late), messageDocument(early)]);
  const missed = other.resume(deletion?.arrival.cursor).entries.map(({ event }) => event);
  t.true(missed.some((event) => event.type === "message" && event.message.order === early.order));
});

test("[DL4] [S10] a slot that became void is told to the readers there and to those who come from elsewhere", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  const { cursor } = us.resume();
  const row = { id: messageId(LOBBY, orderAt(1)), document: voidDocument(LOBBY, orderAt(1)) };
  const gone = { type: "deleted", room: LOBBY, id: row.id, mayReturn: true } as const;
  t.deepEqual(delivered(us.changed(row)), [gone]);
  t.deepEqual(delivered(us.changed(row)), []);
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(again.resume(cursor).entries[0]?.event, gone);
  again.changed(rowOf(messageOf(1)));
  const once = new Conversation({ epoch: "00000003" }, us.disk);
  t.false(once.resume(cursor).entries.some(({ event }) => event.type === "deleted"));
});
