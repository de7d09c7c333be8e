import test, { type ExecutionContext } from "ava";
import { BEGINNING, type StoreDocument } from "../../sync/store.ts";
import { bodies, faultCode, found, numbers, outcomes, rangeIds, rowNumbers } from "./in-short.ts";
import { numbered, type Open } from "./premises.ts";

/** The contract's first part: set-up, writing, reading, ranges. */
export function documentsContract(name: string, open: Open): void {
  const says = (sentence: string, body: (t: ExecutionContext) => Promise<void>) =>
    test(`${name}: ${sentence}`, body);

  says("[S12] a database that is not there stays so, unless we may create it", async (t) => {
    const { store } = await open(t, { prepared: false });
    t.is(faultCode(await store.prepare({ create: false })), "missing");
    t.is((await store.prepare({ create: true })).type, "prepared");
    t.is((await store.prepare({ create: false })).type, "prepared");
  });

  says("preparing it again, here or in another region, does no harm", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 2));
    t.is((await premises.store.prepare({ create: true })).type, "prepared");
    t.is((await premises.another().prepare({ create: true })).type, "prepared");
    t.deepEqual(found(await premises.another().read(["a:1"])), ["found"]);
  });

  says("[S12] whatever is asked of a missing database, the answer is `missing`", async (t) => {
    const { store } = await open(t, { prepared: false });
    t.is(faultCode(await store.write(numbered("a", 1))), "missing");
    t.is(faultCode(await store.read(["a:1"])), "missing");
    t.is(faultCode(await store.check(["a:1"])), "missing");
    t.is(faultCode(await store.erase(["a:1"])), "missing");
    t.is(faultCode(await store.range({ from: "a:", to: "a:~", limit: 1 })), "missing");
    t.is(faultCode(await store.head()), "missing");
    t.is(faultCode(await store.changes(BEGINNING, 1)), "missing");
    t.is(faultCode(await store.replace({ _id: "region:a" })), "missing");
  });

  says("[S7] new documents are stored, one outcome each", async (t) => {
    const { store } = await open(t);
    t.deepEqual(outcomes(await store.write(numbered("a", 3))), ["stored", "stored", "stored"]);
    t.deepEqual(found(await store.read(["a:1", "a:2", "a:3"])), ["found", "found", "found"]);
  });

  says(
    "[S9] an id that is taken is a conflict, also with the same body, and only for that document",
    async (t) => {
      const { store } = await open(t);
      await store.write(numbered("a", 2));
      const again = [...numbered("a", 1), { _id: "a:2", n: "other" }, { _id: "a:3", n: 3 }];
      t.deepEqual(outcomes(await store.write(again)), ["conflict", "conflict", "stored"]);
      t.deepEqual(numbers(await store.read(["a:1", "a:2", "a:3"])), [1, 2, 3]);
    },
  );

  says("one id twice in a batch: the first one is stored", async (t) => {
    const { store } = await open(t);
    const twins = [
      { _id: "a:1", n: 1 },
      { _id: "a:1", n: 2 },
    ];
    t.deepEqual(outcomes(await store.write(twins)), ["stored", "conflict"]);
    t.deepEqual(numbers(await store.read(["a:1"])), [1]);
  });

  const poisons: Record<string, StoreDocument> = {
    "a lone surrogate": { _id: "a:bad", text: "\ud800" },
    "a field that begins with an underscore": { _id: "a:bad", _secret: 1 },
    "an id that begins with an underscore": { _id: "_bad", n: 1 },
  };
  for (const [poison, bad] of Object.entries(poisons)) {
    says(`[S10] ${poison} refuses the whole batch, and nothing of it is stored`, async (t) => {
      const { store } = await open(t);
      const result = await store.write([...numbered("a", 1), bad, ...numbered("a", 1, 2)]);
      t.is(result.type, "refused");
      t.deepEqual(found(await store.read(["a:1", "a:2"])), ["missing", "missing"]);
    });
  }

  says("bodies come back byte for byte, in the order of their fields", async (t) => {
    const { store } = await open(t);
    const text = 'NUL \0, quote ", naïve, \u2028, 😀, </script>, \uffff and é as e\u0301';
    const body = { zebra: text, alpha: [1, null, true, { deep: text }], constructor: "x", "10": 1e21 };
    await store.write([{ _id: "a:1", ...body }]);
    t.is(JSON.stringify(bodies(await store.read(["a:1"]))), JSON.stringify([body]));
  });

  says("nothing asked is nothing answered", async (t) => {
    const { store } = await open(t);
    t.deepEqual(await store.write([]), { type: "rows", outcomes: [] });
    t.deepEqual(await store.read([]), { type: "found", found: [] });
    t.deepEqual(await store.check([]), { type: "checked", presences: [] });
    t.deepEqual(await store.erase([]), { type: "erased", refused: 0 });
  });

  says("reading tells what is there, what was deleted and what never was, in the order asked", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 3));
    await premises.deleteDocument("a:2");
    const asked = ["a:3", "never", "a:2", "a:1", "a:3"];
    const result = await premises.store.read(asked);
    t.deepEqual(found(result), ["found", "missing", "deleted", "found", "found"]);
    t.deepEqual(numbers(result), [3, undefined, undefined, 1, 3]);
  });

  says("an id is any text", async (t) => {
    const { store } = await open(t);
    const ids = ["a/b", "a+b", "a b", "a%2Fb", 'a"b', "a:é😀", "a?b#c&d=e", "constructor"];
    await store.write(ids.map((_id, n) => ({ _id, n })));
    t.deepEqual(numbers(await store.read(ids)), [0, 1, 2, 3, 4, 5, 6, 7]);
    t.deepEqual(rangeIds(await store.range({ from: "a/b", to: "a/b", limit: 9 })), ["a/b"]);
  });

  says("a write to a deleted id brings it back: who must not do that reads first", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 1));
    await premises.deleteDocument("a:1");
    t.deepEqual(outcomes(await premises.store.write(numbered("a", 1))), ["stored"]);
    t.deepEqual(found(await premises.store.read(["a:1"])), ["found"]);
  });

  says("a range has both its ends, and nothing of its neighbours", async (t) => {
    const { store } = await open(t);
    await store.write([...numbered("a", 3), ...numbered("b", 5), ...numbered("b-b", 2), ...numbered("c", 1)]);
    const all = rangeIds(await store.range({ from: "b:", to: "b:~", limit: 100 }));
    t.deepEqual(all, ["b:1", "b:2", "b:3", "b:4", "b:5"]);
    t.deepEqual(rangeIds(await store.range({ from: "b:2", to: "b:4", limit: 100 })), ["b:2", "b:3", "b:4"]);
    t.deepEqual(rangeIds(await store.range({ from: "d:", to: "d:~", limit: 100 })), []);
  });

  says("a descending range begins at its greater end, and a limit cuts either at its end", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 5));
    const descending = { from: "a:~", to: "a:2", descending: true };
    t.deepEqual(rangeIds(await store.range({ ...descending, limit: 100 })), ["a:5", "a:4", "a:3", "a:2"]);
    t.deepEqual(rangeIds(await store.range({ ...descending, limit: 2 })), ["a:5", "a:4"]);
    t.deepEqual(rangeIds(await store.range({ from: "a:2", to: "a:~", limit: 2 })), ["a:2", "a:3"]);
  });

  says("a range has bodies, unless only ids were asked for", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 2));
    const query = { from: "a:", to: "a:~", limit: 100 };
    t.deepEqual(rowNumbers(await store.range(query)), [1, 2]);
    t.deepEqual(await store.range({ ...query, idsOnly: true }), {
      type: "range",
      rows: [{ id: "a:1" }, { id: "a:2" }],
    });
  });

  says("ids sort as UTF-8 bytes, which is not the order of JavaScript", async (t) => {
    const { store } = await open(t);
    const sorted = ["a:", "a:B", "a:a", "a:é", "a:\uffee", "a:😀"];
    await store.write(sorted.toReversed().map((id) => ({ _id: id })));
    t.deepEqual(rangeIds(await store.range({ from: "a:", to: "a:\u{10ffff}", limit: 100 })), sorted);
  });

  says("what was deleted is in no range", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 3));
    await premises.deleteDocument("a:2");
    const query = { from: "a:", to: "a:~", limit: 100 };
    t.deepEqual(rangeIds(await premises.store.range(query)), ["a:1", "a:3"]);
    t.deepEqual(rangeIds(await premises.store.range({ ...query, idsOnly: true })), ["a:1", "a:3"]);
  });
}
