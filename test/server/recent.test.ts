import test from "ava";
import * as fc from "fast-check";
import { Recent } from "../../server/recent.ts";

test("the last so many keys are remembered, and never more than twice as many", (t) => {
  const size = 4;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), (uses) => {
      const recent = new Recent<number, number>(size);
      const all = new Map<number, number>();
      const order: number[] = [];
      for (const [key, isWrite] of uses) {
        const known = recent.get(key);
        // What is remembered is what was written last, and what was used lately is remembered.
        if (known !== undefined && known !== all.get(key)) return false;
        const lately = new Set(order.slice(-(size - 1)));
        if (lately.has(key) && known === undefined) return false;
        if (isWrite) {
          all.set(key, order.length);
          recent.set(key, order.length);
        }
        if (isWrite || known !== undefined) order.push(key);
        if (recent.size > 2 * size) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test("what was deleted is gone, from either generation", (t) => {
  const recent = new Recent<string, number>(2);
  for (const key of ["a", "b", "c"]) recent.set(key, 1);
  recent.delete("a");
  recent.delete("c");
  t.is(recent.get("a"), undefined);
  t.is(recent.get("b"), 1);
  t.is(recent.get("c"), undefined);
});
