import test from "ava";
import * as fc from "fast-check";
import { classify, messageDocument } from "../../sync/document.ts";
import { DIGEST_WINDOW_MS, HOLE_PATIENCE_MS, HOLE_RESCAN_MS, LATE_MS, REREAD_MS } from "../../sync/limits.ts";
import { encodeCursor } from "../../sync/cursor.ts";
import { EMPTY_VECTOR } from "../../sync/vector.ts";
import type { Message } from "../../sync/message.ts";
import {
  besideKey,
  changedKey,
  messageId,
  orderParts,
  origin8,
  ownKey,
  type OrderKey,
} from "../../sync/names.ts";
import { changesWithin, rowsOf } from "../../sync/range.ts";
import { Rooms } from "../../sync/rooms.ts";
import { Window, type Kept } from "../../sync/window.ts";
import { beaconRow } from "./beacons.ts";
import {
  ANN,
  changeOf,
  GARDEN,
  HERE,
  HOUR_MS,
  LOBBY,
  messageOf,
  mid,
  NOON_MS,
  orderAt,
  origin,
  rowOf,
  stampAt,
  THERE,
} from "./names.ts";
import { answers, Conversation, delivered, only, written } from "./region-under-test.ts";

const [FIRST, SECOND, THIRD] = [messageOf(1), messageOf(2), messageOf(3)];

/** Ann says something, and the order key she is told. */
function said(us: Conversation, n: number): OrderKey {
  const [outcome] = answers(us.say(n));
  if (outcome?.type !== "taken") throw new Error("not taken");
  return outcome.message.order;
}

function edit(changed: number, order: OrderKey, type: "edit" | "delete" = "edit") {
  return { change: { type, mid: mid(changed), order: ownKey(order) } } as const;
}

/** Another region that has heard and read the same. */
function elsewhere(us: Conversation): Conversation {
  const other = new Conversation({ origin: origin("d"), epoch: "0000000d" }).live();
  other.changed(...[...us.disk.messages.values()].map(rowOf));
  return other;
}

function age({ message }: Kept): string {
  return ownKey(message.order);
}

function keys(all: readonly Kept[]): string[] {
  return all.map(age).sort();
}

test("[CH1] [PO1] a change is journaled, shown, answered and sent as any message, beside what it changes", (t) => {
  const us = new Conversation().live();
  const order = said(us, 1);
  said(us, 2);
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  us.wrote({ type: "rows", outcomes: [{ type: "stored" }] });
  const effects = us.say(3, { text: "otherwise", ...edit(1, order) });
  const [event] = delivered(effects);
  t.like(event, { type: "message", message: { text: "otherwise", change: { type: "edit", mid: mid(1) } } });
  const there = us.shown().find((shown) => changedKey(shown) !== undefined);
  t.is(us.shown()[1], there);
  t.like(orderParts(there ?? order), { n: 3 });
  t.deepEqual(written(effects), [messageId(LOBBY, there ?? order)]);
  t.deepEqual(us.region.storeView().waiting, 1);
});

test("[CH1] whose message is changed is not for its author to say: it is one of his own session", (t) => {
  const us = new Conversation().live();
  const [answer] = answers(us.say(9, { ...edit(1, orderAt(1)) }));
  t.like(answer, { type: "taken", message: { sender: { session: ANN }, change: { mid: mid(1) } } });
});

test("[CH1] [PO2] [R2] a change outlives a restart, waiting and with its answer", (t) => {
  const us = new Conversation().live();
  const order = said(us, 1);
  us.say(2, { text: "", ...edit(1, order, "delete") });
  const again = new Conversation({}, us.disk);
  t.is(again.region.storeView().waiting, 2);
  t.deepEqual(again.shown(), us.shown());
  t.like(answers(again.post(2, { text: "", ...edit(1, order, "delete") })), [
    { type: "taken", isReplay: true },
  ]);
});

test("[CH5] [PO3] a repeated mid that does something else, or to another message, is refused", (t) => {
  const us = new Conversation().live();
  const order = said(us, 1);
  us.say(2, { text: "otherwise", ...edit(1, order) });
  for (const changed of [{ ...edit(1, order, "delete") }, { ...edit(5, order) }, {}])
    t.deepEqual(answers(us.post(2, { text: "otherwise", ...changed })), [{ type: "mid-reused" }]);
});

test("[CH3] [HC3] a change is later than what it changes and than all its author has seen, whatever the clock says", (t) => {
  const us = new Conversation().live();
  const ahead = orderAt(1, HOUR_MS);
  us.say(1, { text: "otherwise", ...edit(7, ahead) });
  const seen = besideKey(orderAt(1), orderAt(9, 2 * HOUR_MS));
  us.say(2, { after: seen });
  const [first, second] = us.shown().map(ownKey).sort();
  t.true((first ?? "") > ahead);
  t.true((second ?? "") > ownKey(seen));
});

test("[CH3] [OB4] a change whose slot is taken goes on under another own key, beside the same message", (t) => {
  const us = new Conversation().live();
  us.say(1, { text: "otherwise", ...edit(7, orderAt(7)) });
  const [before] = us.shown();
  us.wrote({ type: "rows", outcomes: [{ type: "conflict" }] });
  us.looked({ type: "found", found: [{ type: "found", document: { kind: "note" } }] });
  us.journaled();
  const [after] = us.shown();
  t.not(after, before);
  t.is(changedKey(after ?? orderAt(1)), orderAt(7));
});

test("[CH4] [A26] a change is read only beside a message, and nothing else is read there", (t) => {
  const good = changeOf(5, FIRST);
  const body = messageDocument(good);
  t.like(classify({ id: body._id, document: body }), { type: "message", message: good });
  const plain = messageDocument(messageOf(5));
  const wrong: readonly [id: string, document: object][] = [
    [plain._id, { ...plain, change: good.change }],
    [body._id, { ...body, change: undefined }],
    [body._id, { ...body, change: null }],
    [body._id, { ...body, change: { type: "like", mid: mid(1) } }],
    [body._id, { ...body, change: { type: "edit", mid: "1" } }],
    [body._id, { ...body, change: { type: "edit", mid: good.mid } }],
    [body._id, { ...body, change: { type: "delete", mid: mid(1) } }],
    [body._id, { ...body, text: "" }],
    [body._id, { ...body, n: 1 }],
  ];
  for (const [id, document] of wrong)
    t.like(classify({ id, document: JSON.parse(JSON.stringify(document)) }), { type: "blank" }, id);
});

test("[CH6] [HI1] [HI2] a page holds the changes beside what they change, from memory and from the store", (t) => {
  const us = new Conversation().live();
  const all: readonly Message[] = [FIRST, changeOf(9, FIRST), SECOND, THIRD, changeOf(8, THIRD)];
  us.store.write(all.map(messageDocument));
  const query = { room: LOBBY, limit: 2, before: SECOND.order };
  const { missing } = us.region.pages.local(query);
  const rows = missing === undefined ? [] : us.store.range(missing);
  t.deepEqual(
    us.region.pages.complete(query, rows).messages.map(({ order }) => order),
    [FIRST.order, changeOf(9, FIRST).order],
  );
  us.resume();
  const { page, missing: none } = us.region.pages.local({ ...query, before: changeOf(9, FIRST).order });
  t.is(none, undefined);
  t.deepEqual(
    page.messages.map(({ order }) => order),
    [FIRST.order],
  );
});

test("[CH7] [AP4] a change of what lies above the room's floor is an arrival, and the floor stays", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined(beaconRow({ n: 60, order: orderAt(60) }));
  us.store.write(Array.from({ length: 60 }, (_, place) => messageDocument(messageOf(place + 1))));
  us.resume();
  const floor = us.disk.floors.get(LOBBY);
  t.is(floor, orderAt(11));
  const change = changeOf(61, FIRST);
  t.like(delivered(us.changed(rowOf(change))), [{ type: "message", message: { order: change.order } }]);
  t.deepEqual(delivered(us.changed(rowOf(change))), []);
  t.is(us.disk.floors.get(LOBBY), floor);
  const { page, missing } = us.region.pages.local({ room: LOBBY, limit: 20, before: orderAt(12) });
  t.true(page.incomplete && missing !== undefined, "the page is not taken for whole");
});

test("[CH8] [LI4] what was written first goes first: the late change of a message that went stays", (t) => {
  const window = new Window(LOBBY, "");
  const late = changeOf(9, FIRST);
  for (const message of [FIRST, SECOND, THIRD, late, changeOf(4, SECOND)])
    window.insert({ message, state: "stored", isShown: true });
  t.deepEqual(
    window.trim(2).map(({ message }) => message.order),
    [FIRST.order, SECOND.order, THIRD.order],
  );
  t.deepEqual(
    window.kept.map(({ message }) => message.order),
    [late.order, changeOf(4, SECOND).order],
  );
  t.is(window.floor, undefined, "nothing is whole above what went");
});

test("[CH9] [CU4] [C6] whoever comes from elsewhere has the changes it missed, wherever they stand", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(FIRST), rowOf(SECOND));
  const { cursor } = us.resume();
  const change = changeOf(3, FIRST);
  us.changed(rowOf(change), rowOf(messageOf(4)));
  const { entries, reset } = elsewhere(us).resume(cursor);
  t.is(reset, undefined);
  const orders = entries.flatMap(({ event }) => (event.type === "message" ? event.message.order : []));
  t.deepEqual(orders, [change.order, orderAt(4)]);
});

test("[CH9] [CU17] [C6] who missed what a region does not hold starts over: a change could not be found", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined(beaconRow({ n: 2, order: orderAt(2) }));
  us.tick(REREAD_MS);
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  us.store.write([messageDocument(FIRST), messageDocument(changeOf(2, FIRST))]);
  us.changed(rowOf(changeOf(3, FIRST)));
  const young = origin8(origin("c"));
  const cursor = (upTo: number) => {
    const seen = new Map([
      [origin8(THERE), stampAt(upTo)],
      [young, stampAt(HOUR_MS)],
    ]);
    return encodeCursor({ epoch: "0000000d", offset: 1, vector: { seen }, ahead: EMPTY_VECTOR });
  };
  t.deepEqual(us.resume(cursor(1)).reset, { reason: "too-far-behind" });
  const { entries, reset } = us.resume(cursor(2));
  t.is(reset, undefined);
  t.like(entries[0]?.event, { type: "message", message: { order: changeOf(3, FIRST).order } });
});

test("[CH9] [CU10] who saw an old message changed elsewhere is told that the store has the change", (t) => {
  const us = new Conversation().live();
  const rows = Array.from({ length: 60 }, (_, place) => rowOf(messageOf(place + 1)));
  us.changed(...rows, rowOf(changeOf(61, FIRST)));
  const { cursor } = us.resume();
  const { entries } = elsewhere(us).resume(cursor);
  const mids = entries.flatMap(({ event }) => (event.type === "stored" ? event.mids : []));
  t.true(mids.includes(mid(61)));
});

test("[CH10] [RE1] a hole that its range did not fill is looked for among the changes of older messages", (t) => {
  const us = new Conversation().live();
  const change = changeOf(4, FIRST);
  us.changed(rowOf(FIRST), rowOf(SECOND), rowOf(THIRD), rowOf(messageOf(5)));
  us.store.write([FIRST, SECOND, THIRD, change, messageOf(5)].map(messageDocument));
  us.tick();
  const [narrow] = only(us.tick(HOLE_PATIENCE_MS), "scan");
  t.like(narrow, { from: stampAt(3), to: stampAt(5), isWide: false });
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  const [wide] = only(us.tick(HOLE_RESCAN_MS), "scan");
  t.like(wide, { from: stampAt(3), to: stampAt(5), isWide: true });
  if (wide === undefined) return;
  const ids = us.store.range({ from: "lobby:", to: "lobby:~", limit: 10, idsOnly: true }).map(({ id }) => id);
  const found = changesWithin(LOBBY, wide, ids);
  t.deepEqual(found, [String(messageId(LOBBY, change.order))]);
  const rows = rowsOf(found, us.store.read(found));
  t.like(delivered(us.tell({ type: "scanned", rows, isOver: true, nowMs: us.nowMs })), [
    { type: "message", message: { order: change.order } },
  ]);
  t.deepEqual(only(us.tick(HOLE_RESCAN_MS), "scan"), []);
});

test("[CH10] whole rooms are gone through ever more rarely", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(2)));
  us.tick();
  const wide: number[] = [];
  for (let scan = 1; scan <= 40; scan++) {
    us.changed(beaconRow({ at: us.nowMs }));
    if (only(us.tick(HOLE_RESCAN_MS), "scan")[0]?.isWide === true) wide.push(scan);
    us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  }
  t.deepEqual(wide, [2, 3, 5, 9, 17, 33]);
});

test("[CH12] [AP9] a change comes late by when it was made, not by where it stands", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(FIRST), rowOf(messageOf(2, {}, 10 * LATE_MS)));
  const fresh = changeOf(3, FIRST, {}, 10 * LATE_MS + 1);
  const [event] = delivered(us.changed(rowOf(fresh)));
  t.true(event?.type === "message" && event.lateMs === undefined);
  const late = changeOf(1, FIRST, { origin: origin("c"), mid: mid(30) }, 4 * LATE_MS);
  t.like(delivered(us.changed(rowOf(late))), [{ type: "message", lateMs: 6 * LATE_MS }]);
  const last = messageOf(4, {}, 10 * LATE_MS + 2);
  us.changed(rowOf(last), rowOf(changeOf(6, last, {}, 20 * LATE_MS)));
  const plain = delivered(us.changed(rowOf(messageOf(5, {}, 10 * LATE_MS + 3))));
  t.like(plain, [{ type: "message", lateMs: undefined }], "it stands at the end, whatever was changed since");
});

test("[CH13] [DG2] a change counts in the window of time it was made in", (t) => {
  const us = new Conversation().live();
  const change = changeOf(2, FIRST, {}, DIGEST_WINDOW_MS);
  us.changed(rowOf(FIRST), rowOf(change));
  const counts = [0, 1, 2].map((place) =>
    us.region.digests(NOON_MS + place * DIGEST_WINDOW_MS).map(({ messages }) => messages),
  );
  t.deepEqual(counts, [[1], [1], []]);
});

test("[CH13] a change of an old message leaves the digests of old windows as they were made", (t) => {
  const rooms = new Rooms();
  rooms.insert({ message: FIRST, state: "stored", isShown: true });
  t.is<string | undefined, string>(rooms.takeChanged(), FIRST.order);
  const change = changeOf(9, FIRST);
  rooms.insert({ message: change, state: "stored", isShown: true });
  t.is<string | undefined, string>(rooms.takeChanged(), ownKey(change.order));
  // Two of one mid, of which the one that stands lower was made later: both windows are made anew.
  const twin = changeOf(20, { ...FIRST, order: orderAt(1, 0, HERE) }, { mid: change.mid });
  rooms.insert({ message: { ...twin, room: GARDEN }, state: "stored", isShown: false });
  t.is<string | undefined, string>(rooms.takeChanged(), ownKey(change.order));
});

test("[CH3] [CH8] a window tells by own key what was written since and last, whatever came and went", (t) => {
  const step = fc.oneof(
    fc.record({ what: fc.constant("insert"), at: fc.integer({ min: 1, max: 30 }), of: fc.nat(30) }),
    fc.record({ what: fc.constant("remove"), at: fc.nat(9), of: fc.nat() }),
    fc.record({ what: fc.constant("trim"), at: fc.nat(9), of: fc.nat() }),
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40, size: "max" }),
      fc.integer({ min: 1, max: 31 }),
      fc.integer({ min: 1, max: 5 }),
      (steps, from, count) => {
        const window = new Window(LOBBY, "");
        for (const { what, at, of } of steps) {
          const message = of > 0 && of < at ? changeOf(at, messageOf(of)) : messageOf(at);
          const isThere = window.kept.some((kept) => orderParts(kept.message.order).n === at);
          if (what === "insert" && !isThere)
            window.insert({ message, state: "stored", isShown: at % 7 !== 0 });
          const picked = window.kept[at];
          if (what === "remove" && picked !== undefined) window.remove(picked.message.order);
          if (what !== "trim") continue;
          const before = keys(window.kept);
          const gone = window.trim(at);
          t.deepEqual(keys(gone), before.slice(0, Math.max(before.length - at, 0)));
          const floor: string = window.floor ?? "~";
          t.true(gone.every((kept) => kept.message.order < floor));
        }
        const shown = window.kept.filter(({ isShown }) => isShown);
        t.deepEqual(
          keys(window.shownSince(stampAt(from))),
          keys(shown).filter((key) => key.slice(0, 13) >= String(stampAt(from))),
        );
        t.deepEqual(window.latest(count).map(age), keys(shown).slice(-count));
      },
    ),
  );
});
