import test from "ava";
import { encodeStamp, decodeStamp, followingStamp, precedingStamp } from "../../sync/stamp.ts";

test("roundtrip", (t) => {
  for (const [ms, c] of [
    [0, 0],
    [1, 0],
    [Date.now(), 65535],
    [2 ** 48 - 1, 65535],
    [2 ** 40 + 12345, 77],
  ] as const) {
    t.deepEqual(decodeStamp(encodeStamp(ms, c)), { ms, counter: c });
    if (ms) t.is(followingStamp(precedingStamp(encodeStamp(ms, c))), encodeStamp(ms, c));
  }
});
