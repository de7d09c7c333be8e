import test from "ava";
import * as fc from "fast-check";
import * as client from "../../../public/client/names.ts";
import { branded } from "../../../sync/brand.ts";
import { encodeStamp } from "../../../sync/stamp.ts";
import * as core from "../../../sync/names.ts";

test("the client and the core agree on what a room and a mid are", (t) => {
  const near = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("a", "z", "0", "9", "-", "A", "."), maxLength: 70 }),
    fc.constantFrom("region", "lobby", "-a", "a".repeat(64), "a".repeat(65)),
    fc.uuid(),
    fc.uuid().map((text) => text.toUpperCase()),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(
        near,
        (text) =>
          client.isRoom(text) === core.isRoom(text) &&
          client.isMid(text) === core.isMid(text) &&
          client.isOwnKey(text) === core.isOwnKey(text),
      ),
    ),
  );
});

test("a time is a place in the history: after what was written before it, before what was written since", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 47 }), fc.nat(0xffff), (ms, counter) => {
        const [origin8, n] = [branded<core.Origin8>("00000000"), 1];
        const place = client.orderAt(ms);
        const before = core.orderKey({ stamp: encodeStamp(ms - 1, counter), origin8, n });
        const since = core.orderKey({ stamp: encodeStamp(ms, counter), origin8, n: 2 });
        const { origin8: whose, n: slot } = client.slotOf(since);
        return core.isOwnKey(place) && before <= place && place < since && whose === origin8 && slot === 2;
      }),
    ),
  );
});

test("every mid made is a UUID of version 7 that tells its time, and sorts by it", (t) => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.nat(2 ** 31), bytes, (seconds, random) => {
        const mid = client.makeMid(seconds * 1000, random);
        const later = client.makeMid(seconds * 1000 + 1, random);
        const ms = Number.parseInt(mid.replace("-", "").slice(0, 12), 16);
        return core.isMid(mid) && mid.charAt(14) === "7" && ms === seconds * 1000 && mid < later;
      }),
    ),
  );
});
