import test from "ava";
import * as fc from "fast-check";
import { branded } from "../../sync/brand.ts";
import { decodeCursor, encodeCursor } from "../../sync/cursor.ts";
import { CURSOR_ORIGINS } from "../../sync/limits.ts";
import type { Origin8 } from "../../sync/names.ts";
import { encodeStamp, ZERO_STAMP } from "../../sync/stamp.ts";
import { boundVector, EMPTY_VECTOR, mergeVectors, seenUpTo, type Vector } from "../../sync/vector.ts";
import { stampAt } from "./names.ts";

const digits = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...Array.from("0123456789abcdefghijklmnopqrstuv")),
    minLength: length,
    maxLength: length,
  });
const anyStamp = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer({ min: 0, max: 65_535 }))
  .map(([ms, counter]) => encodeStamp(ms, counter));
const vector = fc
  .array(
    fc.tuple(
      digits(8).map((text) => branded<Origin8>(text)),
      anyStamp,
    ),
    { maxLength: 5 },
  )
  .map((pairs): Vector => ({ seen: new Map(pairs) }));

function plain({ seen }: Vector): unknown {
  return Object.fromEntries([...seen].filter(([, stamp]) => stamp !== ZERO_STAMP));
}

test("[CU1] [C7] a cursor comes back as it went in, and garbage is undefined", (t) => {
  fc.assert(
    fc.property(
      digits(8),
      fc.integer({ min: 0, max: 2 ** 50 }),
      vector,
      vector,
      (epoch, offset, seen, ahead) => {
        const bookmark = { epoch, offset, vector: seen, ahead };
        t.deepEqual(decodeCursor(encodeCursor(bookmark)), bookmark);
      },
    ),
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void decodeCursor(text)));
  const whole = encodeCursor({
    epoch: "00000001",
    offset: 7,
    vector: { seen: new Map([[branded<Origin8>("aaaaaaaa"), stampAt(1)]]) },
    ahead: EMPTY_VECTOR,
  });
  for (const broken of [
    whole.slice(1),
    whole.slice(0, -1),
    `${whole}z`,
    whole.toUpperCase(),
    "x".repeat(1_000_000),
    "a".repeat(21_000),
  ])
    t.is(decodeCursor(broken), undefined);
  t.is(decodeCursor(`00000001.0.${"0".repeat(21 * (CURSOR_ORIGINS + 1))}`), undefined);
  t.is(decodeCursor(`00000001.0.${"0".repeat(21 * CURSOR_ORIGINS)}.${"0".repeat(21)}`), undefined);
});

test("[CU2] [LI5] a cursor lists the hundred origins that wrote last", (t) => {
  const seen = new Map(
    Array.from({ length: 300 }, (_, n) => [branded<Origin8>(String(n).padStart(8, "0")), stampAt(n)]),
  );
  const bounded = boundVector({ seen }, CURSOR_ORIGINS);
  t.is(bounded.seen.size, CURSOR_ORIGINS);
  t.is(seenUpTo(bounded, branded("00000299")), stampAt(299));
  t.is(seenUpTo(bounded, branded("00000199")), ZERO_STAMP);
  const offset = Number.MAX_SAFE_INTEGER;
  for (const ahead of [EMPTY_VECTOR, { seen: new Map([...seen].slice(0, 30)) }, { seen }])
    t.true(encodeCursor({ epoch: "00000001", offset, vector: { seen }, ahead }).length <= 2_130);
});

test("[CU9] merging vectors is commutative, associative and idempotent", (t) => {
  fc.assert(
    fc.property(vector, vector, vector, (one, other, third) => {
      t.deepEqual(plain(mergeVectors(one, other)), plain(mergeVectors(other, one)));
      t.deepEqual(
        plain(mergeVectors(mergeVectors(one, other), third)),
        plain(mergeVectors(one, mergeVectors(other, third))),
      );
      t.deepEqual(plain(mergeVectors(one, one)), plain(one));
    }),
  );
});
