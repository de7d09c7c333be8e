import test from "ava";
import * as fc from "fast-check";
import { beaconDocument, beaconId, parseBeacon } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import { decodeCursor, encodeCursor } from "../../sync/cursor.ts";
import { classify, messageDocument, voidDocument } from "../../sync/document.ts";
import { CURSOR_ORIGINS } from "../../sync/limits.ts";
import type { Message } from "../../sync/message.ts";
import {
  changedKey,
  isMid,
  isOrderKey,
  isOrigin,
  isRoom,
  messageId,
  orderParts,
  origin8,
  parseMessageId,
  type Origin8,
} from "../../sync/names.ts";
import type { Stamp } from "../../sync/stamp.ts";
import { isMessageText, isName, isSession } from "../../sync/text.ts";
import { boundVector, EMPTY_VECTOR, mergeVectors, seenUpTo } from "../../sync/vector.ts";
import { digits, someBeacon, someMessage, someOrigin8, someStamp, spoilt } from "./arbitraries.ts";

test("[DO1] every message comes back from its document as it went in", (t) => {
  fc.assert(
    fc.property(someMessage, (message) => {
      const document: unknown = JSON.parse(JSON.stringify(messageDocument(message)));
      t.deepEqual(classify({ id: messageId(message.room, message.order), document }), {
        type: "message",
        message,
      });
    }),
  );
});

test("[DO1] [I5] [S24] whatever an admin makes of a document, no message is read that the doors would refuse", (t) => {
  const typed = fc.tuple(someMessage, someMessage).chain(([message, another]) =>
    fc.record({
      id: fc.constant(messageId(message.room, message.order)),
      document: spoilt(messageDocument(message), messageDocument(another)),
    }),
  );
  let read = 0;
  fc.assert(
    fc.property(typed, (row) => {
      const incoming = classify(row);
      t.true(incoming.type === "message" || incoming.type === "blank");
      if (incoming.type !== "message") return;
      read++;
      t.true(wouldPass(incoming.message));
      t.is(row.document["n"], orderParts(incoming.message.order).n);
      t.is(messageId(incoming.message.room, incoming.message.order), row.id);
    }),
    { numRuns: 200 },
  );
  t.true(read > 0);
});

test("[DO3] [S23] any id with any body is a slot of ours, a beacon, or foreign", (t) => {
  const id = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `region:${text}`),
    someMessage.map(({ room, order }) => messageId(room, order)),
  );
  fc.assert(
    fc.property(fc.record({ id, document: fc.jsonValue() }, { requiredKeys: ["id"] }), (row) => {
      const slot = parseMessageId(row.id);
      const { type } = classify(row);
      if (slot === undefined) t.is(type, "foreign");
      else t.is(type, "document" in row ? "blank" : "deletion");
      if (slot !== undefined) t.is<string, string>(messageId(slot.room, slot.order), row.id);
    }),
  );
});

test("[DO2] a void fills the slot it was made for, and says that it is one", (t) => {
  fc.assert(
    fc.property(someMessage, ({ room, order }) => {
      const document = voidDocument(room, order);
      t.deepEqual(classify({ id: document._id, document }), { type: "blank", room, order, isVoid: true });
    }),
  );
});

test("[BE2] [R13] every beacon comes back as it went in, with whatever a later version adds", (t) => {
  fc.assert(
    fc.property(someBeacon, fc.jsonValue(), (beacon, news) => {
      const { _id, ...body } = beaconDocument(beacon);
      t.deepEqual(parseBeacon(_id, JSON.parse(JSON.stringify({ ...body, news }))), beacon);
    }),
  );
});

test("[BE2] [S23] a spoilt beacon is none, or is as sound as ours and about its own origin", (t) => {
  const typed = fc.tuple(someBeacon, someBeacon).chain(([beacon, another]) =>
    fc.record({
      id: fc.constant(beaconId(beacon.origin)),
      document: spoilt(beaconDocument(beacon), beaconDocument(another)),
    }),
  );
  fc.assert(
    fc.property(typed, ({ id, document }) => {
      const beacon = parseBeacon(id, document);
      if (beacon === undefined) return;
      t.is(beaconId(beacon.origin), id);
      t.true(
        isName(beacon.name) && beacon.here.every(({ room, names }) => isRoom(room) && names.every(isName)),
      );
      for (const count of [beacon.n, beacon.at, beacon.connections, ...Object.values(beacon.seen)])
        t.true(Number.isSafeInteger(count) && count >= 0);
      const parts = beacon.order === undefined ? undefined : orderParts(beacon.order);
      t.is(parts?.n ?? 0, beacon.n);
      t.deepEqual(parseBeacon(id, beaconDocument(beacon)), beacon);
    }),
    { numRuns: 200 },
  );
});

test("[CU1] [C7] whatever text is read as a cursor is understood the same once more", (t) => {
  const nearly = fc.stringMatching(
    /^[0-9a-v]{8}\.[0-9a-z]{1,10}\.([0-9a-v]{21}){0,4}(\.([0-9a-v]{21}){1,4})?$/,
  );
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: "binary" })), (text) => {
      const bookmark = decodeCursor(text);
      if (bookmark !== undefined) t.deepEqual(decodeCursor(encodeCursor(bookmark)), bookmark);
    }),
  );
});

test("[CU2] of many origins a cursor lists those that wrote last", (t) => {
  const many = fc
    .uniqueArray(fc.tuple(someOrigin8, someStamp), { minLength: 90, maxLength: 130, selector: ([o]) => o })
    .map((pairs) => ({ seen: new Map<Origin8, Stamp>(pairs) }));
  fc.assert(
    fc.property(digits(8), many, (epoch, vector) => {
      const text = encodeCursor({ epoch, offset: 2 ** 40, vector, ahead: EMPTY_VECTOR });
      t.true(text.length <= 2_130);
      const listed = decodeCursor(text)?.vector.seen ?? new Map<Origin8, Stamp>();
      t.is(listed.size, Math.min(vector.seen.size, CURSOR_ORIGINS));
      const least = [...listed.values()].sort()[0] ?? "";
      for (const [origin, stamp] of vector.seen) t.is(listed.get(origin), stamp < least ? undefined : stamp);
    }),
    { numRuns: 20 },
  );
});

test("[CU9] what two have seen between them is of each origin the greater, and a bound leaves none too great", (t) => {
  const origin = fc.constantFrom(...["a", "b", "c"].map((digit) => branded<Origin8>(digit.repeat(8))));
  const vector = fc.array(fc.tuple(origin, someStamp)).map((pairs) => ({ seen: new Map(pairs) }));
  fc.assert(
    fc.property(vector, vector, fc.nat(3), origin, (one, other, limit, of) => {
      const merged = mergeVectors(one, other);
      const [first, second] = [seenUpTo(one, of), seenUpTo(other, of)];
      t.is(seenUpTo(merged, of), first > second ? first : second);
      const bound = boundVector(merged, limit);
      t.true(bound.seen.size <= limit);
      t.true(seenUpTo(bound, of) <= seenUpTo(merged, of));
    }),
  );
});

/** The doors' own questions, one by one. */
function wouldPass({ room, mid, sender, session, text, change, order, ...rest }: Message): boolean {
  const { origin, region, at } = rest;
  return (
    isRoom(room) &&
    isMid(mid) &&
    isName(sender) &&
    isSession(session) &&
    (change?.type === "delete" ? text === "" : isMessageText(text)) &&
    isOrderKey(order) &&
    (change === undefined) === (changedKey(order) === undefined) &&
    (change === undefined || (isMid(change.mid) && change.mid !== mid)) &&
    isOrigin(origin) &&
    origin8(origin) === orderParts(order).origin8 &&
    isName(region) &&
    Number.isSafeInteger(at)
  );
}
