import test from "ava";
import * as fc from "fast-check";
import { HybridClock } from "../../sync/clock.ts";
import { classify, messageDocument, parseMessage } from "../../sync/document.ts";
import {
  besideKey,
  changedKey,
  isEarlier,
  isOrderKey,
  isOwnKey,
  messageId,
  orderKey,
  orderParts,
  origin8,
  ownKey,
  parseMessageId,
} from "../../sync/names.ts";
import { decodeStamp, encodeStamp, followingStamp, precedingStamp, ZERO_STAMP } from "../../sync/stamp.ts";
import { isMessageText, isName } from "../../sync/text.ts";
import { someOrigin8, someStamp } from "./arbitraries.ts";
import { HOUR_MS, LOBBY, messageOf, NOON_MS, orderAt, rowOf, rowOfDocument, THERE } from "./names.ts";

const ms = fc.integer({ min: 0, max: 2 ** 48 - 2 });
const counter = fc.integer({ min: 0, max: 0xffff });
const time = fc.tuple(ms, counter);

test("[ST1] a stamp comes back as it went in, and compares as its number does", (t) => {
  fc.assert(
    fc.property(time, time, (one, other) => {
      const [first, second] = [encodeStamp(...one), encodeStamp(...other)];
      t.deepEqual(decodeStamp(first), { ms: one[0], counter: one[1] });
      const isBefore = one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
      t.is(first < second, isBefore);
      t.is(first.length, 13);
    }),
  );
});

test("[ST2] the following stamp is greater and nothing lies between, the preceding one undoes it", (t) => {
  fc.assert(
    fc.property(time, (at) => {
      const stamp = encodeStamp(...at);
      const next = followingStamp(stamp);
      t.true(next > stamp);
      t.is(precedingStamp(next), stamp);
    }),
  );
  t.is(precedingStamp(ZERO_STAMP), ZERO_STAMP);
});

test("[OK1] order keys sort as their stamps do and tell whose and which slot they are", (t) => {
  const slot = fc.integer({ min: 1, max: 10 ** 15 - 1 });
  fc.assert(
    fc.property(time, time, slot, slot, (one, other, n, m) => {
      const first = orderKey({ stamp: encodeStamp(...one), origin8: origin8(THERE), n });
      const second = orderKey({ stamp: encodeStamp(...other), origin8: origin8(THERE), n: m });
      t.true(isOrderKey(first));
      t.is(orderParts(first).n, n);
      if (encodeStamp(...one) !== encodeStamp(...other))
        t.is(first < second, encodeStamp(...one) < encodeStamp(...other));
    }),
  );
});

test("[OK1] [CH2] a change stands directly behind what it changes, the later one behind the earlier", (t) => {
  const slot = fc.integer({ min: 1, max: 10 ** 15 - 1 });
  const whole = fc
    .tuple(someStamp, someOrigin8, slot)
    .map(([stamp, from, n]) => orderKey({ stamp, origin8: from, n }));
  fc.assert(
    fc.property(whole, whole, whole, whole, (changed, own, later, other) => {
      const beside = besideKey(changed, own);
      t.true(isOrderKey(beside) && !isOwnKey(beside));
      t.is(ownKey(beside), own);
      t.is(changedKey(beside), changed);
      t.deepEqual(orderParts(beside), orderParts(own));
      t.deepEqual([ownKey(changed), changedKey(changed)], [changed, undefined]);
      t.is(isEarlier(beside, later), own < later);
      t.is(beside < besideKey(changed, later), own < later);
      t.true(changed < beside);
      // Two slots of one origin never have one stamp.
      if (other.slice(0, 22) !== changed.slice(0, 22)) t.is(other < beside, other < changed);
      t.deepEqual(parseMessageId(messageId(LOBBY, beside)), { room: LOBBY, order: beside });
    }),
  );
});

test("[CH4] there is no change of a change", (t) => {
  const [one, two, three] = [orderAt(1), orderAt(2), orderAt(3)];
  for (const key of [`${one}~${two}~${three}`, `~${one}`, `${one}~`, `${one}~~${two}`, "~", ""])
    t.false(isOrderKey(key), key);
});

test("[OK2] an id names a slot of a room, or nothing", (t) => {
  const order = orderAt(1);
  t.deepEqual(parseMessageId(messageId(LOBBY, order)), { room: LOBBY, order });
  for (const id of [
    "",
    ":",
    order,
    `region:${order}`,
    `Lobby:${order}`,
    "lobby:",
    "lobby:x",
    `lobby:${order}0x`,
  ])
    t.is(parseMessageId(id), undefined, id);
  fc.assert(fc.property(fc.string(), (id) => parseMessageId(id) === undefined));
});

test("[HC1] [R11] a clock's stamps grow whatever the wall clock and the others do", (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), ms)), (steps) => {
      const clock = new HybridClock(ZERO_STAMP);
      let last = ZERO_STAMP;
      for (const [isMerge, at] of steps) {
        if (isMerge && clock.merge(encodeStamp(at, 7), NOON_MS) && encodeStamp(at, 7) > last)
          last = encodeStamp(at, 7);
        if (isMerge) continue;
        const stamp = clock.next(at);
        t.true(stamp > last);
        last = stamp;
      }
    }),
  );
});

test("[HC2] [R11] a stamp 24 hours ahead is merged, one beyond is not", (t) => {
  const clock = new HybridClock(ZERO_STAMP);
  t.false(clock.merge(encodeStamp(NOON_MS + 24 * HOUR_MS + 1, 0), NOON_MS));
  t.is(clock.next(NOON_MS), encodeStamp(NOON_MS, 0));
  t.true(clock.merge(encodeStamp(NOON_MS + 24 * HOUR_MS, 0), NOON_MS));
  t.is(clock.next(NOON_MS), encodeStamp(NOON_MS + 24 * HOUR_MS, 1));
});

test("[TX1] a text is judged as a naive reading of the rule does", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
      const isSound = points.every((point) => !isControl(point) && !(point >= 0xd800 && point <= 0xdfff));
      t.is(isMessageText(text), isSound && text.trim() !== "");
    }),
  );
  t.true(isMessageText("😀".repeat(4_000)));
  t.false(isMessageText("😀".repeat(4_001)));
  t.false(isMessageText("a\ud800"));
  t.false(isMessageText(" \n\t"));
});

test("[TX2] a name is one trimmed line in NFKC of at most 64 code points", (t) => {
  for (const name of ["Ann", "名前", "a b", "😀".repeat(64)]) t.true(isName(name), name);
  for (const name of ["", " Ann", "Ann ", "A\nB", "A\u2028B", "\ufb01", "a\ud800", "😀".repeat(65)])
    t.false(isName(name), name);
});

test("[DO1] [S24] a row is a message only if all of it agrees", (t) => {
  const message = messageOf(1);
  const document = messageDocument(message);
  t.deepEqual(classify(rowOf(message)), { type: "message", message });
  const wrong: [string, unknown][] = [
    ["mid", "x"],
    ["mid", undefined],
    ["room", "garden"],
    ["sender", " Bob"],
    ["sender", 7],
    ["session", "short"],
    ["text", ""],
    ["text", "x".repeat(8_000_000)],
    ["text", "a\u0000b"],
    ["n", 2],
    ["n", "1"],
    ["origin", "c".repeat(26)],
    ["origin", null],
    ["region", ""],
    ["at", 1.5],
    ["at", "now"],
    ["v", 2],
    ["kind", "beacon"],
  ];
  for (const [field, value] of wrong)
    t.is(classify(rowOfDocument({ ...document, [field]: value })).type, "blank", `${field} ${typeof value}`);
  fc.assert(fc.property(fc.jsonValue(), (body) => parseMessage(LOBBY, message.order, body) === undefined));
});

test("[DO2] [R13] unknown fields are ignored, another version or kind shows nothing", (t) => {
  const document = messageDocument(messageOf(1));
  t.is(classify(rowOfDocument({ ...document, colour: "red", constructor: 1 })).type, "message");
  t.is(classify(rowOfDocument({ ...document, v: 2 })).type, "blank");
  t.like(classify(rowOfDocument({ ...document, kind: "void" })), { type: "blank", isVoid: true });
});

test("[DO3] [S23] a row is a deletion, or foreign", (t) => {
  const { room, order } = messageOf(1);
  t.deepEqual(classify({ id: messageId(room, order) }), { type: "deletion", room, order });
  for (const id of ["_design/x", "notes", "region:x", "lobby:notes"])
    t.deepEqual(classify({ id, document: { kind: "message" } }), { type: "foreign" });
});

function isControl(point: number): boolean {
  return (point < 0x20 && point !== 0x09 && point !== 0x0a) || (point >= 0x7f && point <= 0x9f);
}
