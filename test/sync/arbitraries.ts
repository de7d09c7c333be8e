import * as fc from "fast-check";
import type { Beacon } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import type { Digest } from "../../sync/digest.ts";
import type { Message } from "../../sync/message.ts";
import { besideKey, isMid, isRoom, orderKey, origin8, type Origin, type Origin8 } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import { isMessageText, isName } from "../../sync/text.ts";
import { KEY } from "./beacons.ts";

/** What fast-check draws for the properties of the core: everything valid, and everything that is not. */

const BASE32HEX = fc.constantFrom(..."0123456789abcdefghijklmnopqrstuv".split(""));

export const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: BASE32HEX, minLength: length, maxLength: length });

export const someStamp = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer({ min: 0, max: 0xffff }))
  .map(([ms, counter]) => encodeStamp(ms, counter));

export const someOrigin = digits(26).map((text) => branded<Origin>(text));
export const someOrigin8 = digits(8).map((text) => branded<Origin8>(text));
export const someText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter(isMessageText);
export const someName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.normalize("NFKC").trim())
  .filter(isName);

const someRoom = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/).filter(isRoom);
const someMid = fc.uuid().filter(isMid);
const someSlot = fc.integer({ min: 1, max: 10 ** 15 - 1 });
const someCount = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** What a change does, to which message, and where that stands. */
const someChanged = fc
  .tuple(fc.constantFrom("edit", "delete"), someMid, someStamp, someOrigin8, someSlot)
  .map(([type, mid, stamp, from, n]) => ({ type, mid, order: orderKey({ stamp, origin8: from, n }) }));

/** A message, or a change of one. */
export const someMessage: fc.Arbitrary<Message> = fc
  .record({
    room: someRoom,
    mid: someMid,
    sender: someName,
    session: fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/),
    text: someText,
    origin: someOrigin,
    region: someName,
    at: fc.maxSafeInteger(),
  })
  .chain((message) =>
    fc
      .record({ stamp: someStamp, n: someSlot, changed: fc.option(someChanged) })
      .map(({ stamp, n, changed }) => {
        const own = orderKey({ stamp, origin8: origin8(message.origin), n });
        if (changed === null || changed.mid === message.mid) return { ...message, order: own };
        const { type, mid, order } = changed;
        const text = type === "delete" ? "" : message.text;
        return { ...message, text, change: { type, mid }, order: besideKey(order, own) };
      }),
  );

export const someBeacon: fc.Arbitrary<Beacon> = fc
  .record({
    origin: someOrigin,
    name: someName,
    url: fc.constantFrom("", "http://eu.example", "https://chat.example:8443/eu"),
    born: someStamp,
    nonce: digits(8),
    at: someCount,
    version: fc.string({ maxLength: 64 }),
    key: fc.constant(KEY),
    connections: someCount,
    capacity: someCount,
    seen: fc.dictionary(digits(8), someCount),
    missing: fc.dictionary(digits(8), someCount),
    digests: fc.array(
      fc.record({
        from: someCount,
        messages: someCount,
        digest: fc.stringMatching(/^[0-9a-f]{16}$/).map((text) => branded<Digest>(text)),
      }),
      { maxLength: 2 },
    ),
    here: fc.array(fc.record({ room: someRoom, names: fc.array(someName, { minLength: 1, maxLength: 5 }) }), {
      maxLength: 2,
    }),
    retired: fc.boolean(),
  })
  .chain((beacon) =>
    fc.record({ stamp: someStamp, n: fc.option(someSlot, { freq: 2 }) }).map(({ stamp, n }) => {
      if (n === null) return { ...beacon, n: 0 };
      return { ...beacon, n, order: orderKey({ stamp, origin8: origin8(beacon.origin), n }) };
    }),
  );

/** Any JSON, and what is nearly right in many places. */
const someJunk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom<unknown>(-1, 0, 1, 0.5, 2 ** 53, "", "0", "region", "constructor", null, true, [], {}, [
    {},
  ]),
);

/**
 * The document with some of its fields replaced by junk or by those of `another` one, and with fields that nobody
 * knows.
 */
export function spoilt(
  document: Readonly<Record<string, unknown>>,
  another = document,
): fc.Arbitrary<Record<string, unknown>> {
  const known = fc.constantFrom(...Object.keys(document));
  const change = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(known, someJunk) },
    { weight: 2, arbitrary: known.map((field): [string, unknown] => [field, another[field]]) },
    { weight: 1, arbitrary: fc.tuple(fc.string({ maxLength: 5 }), someJunk) },
  );
  return fc
    .array(change, { maxLength: 2 })
    .map((changes) => ({ ...document, ...Object.fromEntries(changes) }));
}
