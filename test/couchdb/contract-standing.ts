import test, { type ExecutionContext } from "ava";
import { headOf, found, idsOf, numbers, numberOf } from "./in-short.ts";
import type { ReplaceResult } from "../../sync/store.ts";
import { numbered, type Open } from "./premises.ts";

/** The contract's third part: what stands at an id. Looking without bodies, erasing, rewriting. */
export function standingContract(name: string, open: Open): void {
  const says = (sentence: string, body: (t: ExecutionContext) => Promise<void>) =>
    test(`${name}: ${sentence}`, body);

  says(
    "[S17] [S22] checking tells what is there, was deleted and never was, in the order asked",
    async (t) => {
      const premises = await open(t);
      await premises.store.write(numbered("a", 3));
      await premises.deleteDocument("a:2");
      t.deepEqual(await premises.store.check(["a:3", "never", "a:2", "a:1", "a:3"]), {
        type: "checked",
        presences: ["present", "missing", "deleted", "present", "present"],
      });
    },
  );

  says("checking takes a thousand ids at once", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 500));
    const ids = numbered("a", 1000).map((document) => document._id);
    const presences = ids.map((_, place) => (place < 500 ? "present" : "missing"));
    t.deepEqual(await store.check(ids), { type: "checked", presences });
  });

  says("[S22] what was erased is deleted, for every region", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 3));
    t.deepEqual(await premises.store.erase(["a:1", "a:3"]), { type: "erased", refused: 0 });
    t.deepEqual(found(await premises.another().read(["a:1", "a:2", "a:3"])), ["deleted", "found", "deleted"]);
  });

  says("[S20] [S22] every version is erased: none comes up from behind another", async (t) => {
    const premises = await open(t);
    const versions = ["a", "b", "c", "d", "e", "f"].map((hash, n) => ({
      _id: "a:1",
      _rev: `1-${hash.repeat(32)}`,
      n,
    }));
    await premises.graft(versions);
    t.deepEqual(await premises.store.erase(["a:1"]), { type: "erased", refused: 0 });
    t.deepEqual(found(await premises.store.read(["a:1"])), ["deleted"]);
  });

  says(
    "[S22] erasing what is deleted leaves no trace, and what never was is deleted from then on",
    async (t) => {
      const premises = await open(t);
      await premises.store.write(numbered("a", 2));
      await premises.deleteDocument("a:1");
      const since = await headOf(premises.store);
      t.deepEqual(await premises.store.erase(["a:1", "never"]), { type: "erased", refused: 0 });
      t.deepEqual(found(await premises.store.read(["a:1", "never"])), ["deleted", "deleted"]);
      t.deepEqual(idsOf(await premises.store.changes(since, 100)), ["never"]);
    },
  );

  says("erasing takes more ids than one request carries", async (t) => {
    const { store } = await open(t);
    const ids = numbered("a", 250).map((document) => document._id);
    await store.write(numbered("a", 250));
    t.deepEqual(await store.erase(ids), { type: "erased", refused: 0 });
    t.deepEqual(new Set(found(await store.read(ids))), new Set(["deleted"]));
  });

  says("replacing writes the newest body, again and again, and tells the one before", async (t) => {
    const { store } = await open(t);
    t.deepEqual(before(await store.replace({ _id: "region:a", n: 1 })), "missing");
    t.deepEqual(before(await store.replace({ _id: "region:a", n: 2 })), 1);
    t.deepEqual(before(await store.replace({ _id: "region:a", n: 3 })), 2);
    t.deepEqual(numbers(await store.read(["region:a"])), [3]);
  });

  says("[R9] replacing tells what another process wrote between", async (t) => {
    const premises = await open(t);
    const another = premises.another();
    await premises.store.replace({ _id: "region:a", n: 1 });
    t.is(before(await another.replace({ _id: "region:a", n: 2 })), 1);
    t.is(before(await premises.store.replace({ _id: "region:a", n: 3 })), 2);
    t.deepEqual(numbers(await another.read(["region:a"])), [3]);
  });

  says("replacing writes a deleted document anew, and tells of the deletion", async (t) => {
    const premises = await open(t);
    await premises.store.replace({ _id: "region:a", n: 1 });
    await premises.deleteDocument("region:a");
    t.is(before(await premises.store.replace({ _id: "region:a", n: 2 })), "deleted");
    t.deepEqual(numbers(await premises.store.read(["region:a"])), [2]);
  });

  says(
    "[S16] [S17] what a recreated database has lost was missing, also when we wrote it last",
    async (t) => {
      const premises = await open(t);
      for (const n of [1, 2]) await premises.store.replace({ _id: "region:a", n });
      await premises.deleteDatabase();
      // Every shard holds something: only then does CouchDB take an update of what is not there.
      do await premises.store.prepare({ create: true });
      while ((await premises.store.write(numbered("b", 20))).type === "fault");
      t.is(before(await premises.store.replace({ _id: "region:a", n: 3 })), "missing");
      t.is(before(await premises.store.replace({ _id: "region:a", n: 4 })), 3);
    },
  );
}

/** The `n` of the body that stood there, or why there was none. */
function before(result: ReplaceResult): unknown {
  if (result.type === "fault") return result.fault.code;
  return result.before.type === "found" ? numberOf(result.before.document) : result.before.type;
}
