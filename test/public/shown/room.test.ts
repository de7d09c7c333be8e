import test from "ava";
import { applyChanges } from "../../../public/shown/changes.ts";
import { ShownRoom } from "../../../public/shown/room.ts";
import { branded } from "../../../sync/brand.ts";
import type { Cursor, ReaderEvent, SyncAnswer } from "../../../sync/wire.ts";
import { changeAt, lobby, messageAt, orderOf } from "../messages.ts";

const cursor = branded<Cursor>("c");
const nobody = (): boolean => false;
const said = (n: number): ReaderEvent => ({ type: "message", message: messageAt(n) });
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);
const answer = (events: readonly ReaderEvent[]): SyncAnswer => ({ events, cursor });
const pageOf = (first: number, last: number) => ({ messages: range(first, last).map((n) => messageAt(n)) });
const numbersOf = (room: ShownRoom): number[] =>
  room.shown.messages().map(({ text }) => Number(text.slice(5)));

/** At its present with the messages from `first` to `last`, of which there are older ones. */
function openRoom(first: number, last: number): ShownRoom {
  const room = new ShownRoom(lobby, nobody);
  room.opened({ ...pageOf(first, last), before: orderOf(first) }, true);
  return room;
}

test("somebody in the past sees what was said there; what arrives meanwhile waits in the present", (t) => {
  const room = openRoom(100, 150);
  room.goBack({ ...pageOf(20, 29), before: orderOf(20) }, { ...pageOf(30, 39), after: orderOf(39) });
  t.true(room.isPast);
  t.deepEqual(numbersOf(room), range(20, 39));
  room.receive(answer([said(151)]), false);
  t.deepEqual(numbersOf(room), range(20, 39));
  t.is(room.attention.unread, 1);
  room.receive(answer([{ type: "deleted", room: lobby, id: messageAt(25).id }]), false);
  t.false(numbersOf(room).includes(25));
  room.toPresent();
  t.deepEqual(numbersOf(room), range(100, 151));
});

test("[I1] [I2] where the past meets the present they are one again, without a gap or a repeat", (t) => {
  const room = openRoom(100, 150);
  room.goBack({ ...pageOf(60, 69), before: orderOf(60) }, { ...pageOf(70, 79), after: orderOf(79) });
  room.receive(answer([said(151)]), false);
  t.false(room.append(orderOf(70), pageOf(80, 90)), "of another question");
  t.true(room.append(orderOf(79), { ...pageOf(80, 99), after: orderOf(99) }));
  t.true(room.isPast);
  t.true(room.append(orderOf(99), { ...pageOf(100, 120), after: orderOf(120) }));
  t.false(room.isPast);
  t.deepEqual(numbersOf(room), range(60, 151));
  t.is(room.shown.floor, orderOf(60));
});

test("[I6] somebody who reads further and further up holds a thousand messages, and the present comes back", (t) => {
  const room = openRoom(1_901, 1_950);
  for (let first = 1_851; first > 400; first -= 50) {
    t.true(room.prepend(room.shown.floor, { ...pageOf(first, first + 49), before: orderOf(first) }));
    t.true(numbersOf(room).length <= 1_000);
  }
  t.true(room.isPast);
  t.is(numbersOf(room)[0], 401);
  t.is(numbersOf(room).length, 1_000);
  room.receive(answer([said(1_951)]), false);
  let ceiling = room.shown.ceiling;
  while (room.isPast && ceiling !== undefined) {
    const first = (numbersOf(room).at(-1) ?? 0) + 1;
    t.true(room.append(ceiling, { ...pageOf(first, first + 49), after: orderOf(first + 49) }));
    t.true(numbersOf(room).length <= 1_000);
    ceiling = room.shown.ceiling;
  }
  t.false(room.isPast);
  t.is(numbersOf(room).at(-1), 1_951);
  t.deepEqual(numbersOf(room), range(numbersOf(room)[0] ?? 0, 1_951));
});

test("[S15] a late message is unread although the end is in sight, one in its order is not, nor one's own", (t) => {
  const room = openRoom(100, 150);
  room.receive(answer([said(152)]), true);
  t.is(room.attention.unread, 0);
  room.receive(answer([said(151)]), true);
  t.is(room.attention.unread, 1);
  const own = new ShownRoom(lobby, () => true);
  own.opened(pageOf(100, 150), true);
  own.receive(answer([said(99)]), true);
  t.is(own.attention.unread, 0);
});

test("[S15] a late message from before all that is known is unread, once, and late when the history brings it", (t) => {
  const room = openRoom(100, 150);
  const late = messageAt(20);
  const told: ReaderEvent = { type: "message", message: late, lateMs: 60_000 };
  t.deepEqual(room.receive(answer([told]), true), [late]);
  t.deepEqual(room.attention.late, [late]);
  t.deepEqual(numbersOf(room), range(100, 150), "what is shown has no gap");
  t.deepEqual(room.receive(answer([told]), true), [], "told again");
  t.deepEqual(room.receive(answer([said(21)]), true), [], "one that did not come late was there before");
  room.goBack(pageOf(10, 19), { ...pageOf(20, 29), after: orderOf(29) });
  t.is(room.lateMs(late.id), 60_000);
  room.receive(answer([{ type: "deleted", room: lobby, id: late.id }]), true);
  t.is(room.attention.unread, 0);
  t.deepEqual(room.receive(answer([told]), true), [], "what was deleted does not come back");
});

test("[CH6] [CH12] a change is nothing new: neither told, nor unread, nor late, nor where one has looked to", (t) => {
  const room = openRoom(100, 150);
  const changes = [changeAt(151, 150, "edit"), changeAt(152, 120, "delete"), changeAt(153, 20, "edit")];
  const events = changes.map((message): ReaderEvent => ({ type: "message", message, lateMs: 9_000 }));
  t.deepEqual(room.receive(answer(events), false), []);
  t.is(room.attention.unread, 0);
  t.is(room.attention.mark, undefined);
  room.looked();
  t.is(room.attention.lookedTo, orderOf(150));
  const again = new ShownRoom(lobby, nobody, orderOf(150));
  again.opened({ messages: [messageAt(149), messageAt(150), changeAt(151, 150, "edit")] }, false);
  t.is(again.attention.unread, 0);
});

test("[CH6] a change of what lies above comes with it from the history; one above the page may begin it", (t) => {
  const room = openRoom(100, 150);
  const change = changeAt(151, 20, "edit");
  room.receive(answer([{ type: "message", message: change }]), true);
  t.is(room.shown.messages().length, 51);
  const page = { messages: [change, ...range(21, 99).map((n) => messageAt(n))], before: change.order };
  t.true(room.prepend(room.shown.floor, page));
  t.is(room.shown.floor, change.order);
  t.is(applyChanges(room.shown.messages())[0]?.text, "text 21");
  t.true(room.prepend(change.order, { messages: [messageAt(20)] }));
  t.is(applyChanges(room.shown.messages())[0]?.text, change.text);
});

test("a reset ends the past: what is known of it may not be true any more", (t) => {
  const room = openRoom(100, 150);
  room.goBack({ ...pageOf(20, 29), before: orderOf(20) }, { ...pageOf(30, 39), after: orderOf(39) });
  room.receive({ ...answer([said(200)]), reset: { reason: "too-far-behind" } }, true);
  t.deepEqual(numbersOf(room), [200]);
});
