import test from "ava";
import * as fc from "fast-check";
import * as client from "../../../public/client/names.ts";
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
        (text) => client.isRoom(text) === core.isRoom(text) && client.isMid(text) === core.isMid(text),
      ),
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
