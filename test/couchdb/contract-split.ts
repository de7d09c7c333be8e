import test, { type ExecutionContext } from "ava";
import { textField } from "../../couchdb/json.ts";
import { isRecord } from "../../sync/json.ts";
import { BEGINNING, type Row, type Store, type StoreDocument } from "../../sync/store.ts";
import { FeedDiary } from "./feed-diary.ts";
import { headOf, numberOf, numbers, rangeIds, rangeRows, rowsOf } from "./in-short.ts";
import { numbered, type Open, type Premises } from "./premises.ts";

/**
 * The contract's last part: a store that was split and has healed, and one that tidies up. Two databases play the
 * two sides of a split: each takes writes, then each is given what the other took, with its revisions.
 */
export function splitContract(name: string, open: Open): void {
  const says = (sentence: string, body: (t: ExecutionContext) => Promise<void>) =>
    test(`${name}: ${sentence}`, body);

  says(
    "[S26] after a split both sides hold everything, and each feed shows what it lacked, once",
    async (t) => {
      const [here, there] = [await open(t), await open(t)];
      await here.store.write(numbered("a", 5));
      await there.store.write(numbered("b", 5));
      const [hereSees, thereSees] = [await followed(here.store), await followed(there.store)];
      await heal(here, there);
      await Promise.all([hereSees.untilSeen(["b:5"]), thereSees.untilSeen(["a:5"])]);
      t.deepEqual(hereSees.ids.toSorted(), idsOf(numbered("b", 5)));
      t.deepEqual(thereSees.ids.toSorted(), idsOf(numbered("a", 5)));
      t.deepEqual(await history(here.store), await history(there.store));
    },
  );

  says(
    "[S20] [S26] one id with one body, written on both sides, is one version: no row, no contest",
    async (t) => {
      const [here, there] = [await open(t), await open(t)];
      for (const { store } of [here, there]) await store.write(numbered("a", 1));
      const since = await headOf(here.store);
      await heal(here, there);
      t.deepEqual(rowsOf(await here.store.changes(since, 100)), []);
      t.deepEqual(contests(rowsOf(await here.store.changes(BEGINNING, 100))), [undefined]);
      t.deepEqual(await history(here.store), await history(there.store));
    },
  );

  says(
    "[S20] [S26] one id with two bodies: both sides show the same one, and tell that it is contested",
    async (t) => {
      const [here, there] = [await open(t), await open(t)];
      await here.store.write([{ _id: "a:1", n: "here" }]);
      await there.store.write([{ _id: "a:1", n: "there" }]);
      const diary = await followed(here.store);
      await heal(here, there);
      await diary.untilSeen(["a:1"]);
      const query = { from: "a:", to: "a:~", limit: 9 };
      for (const { store } of [here, there]) {
        t.deepEqual(contests(rowsOf(await store.changes(BEGINNING, 100))), [true]);
        t.deepEqual(contests(rangeRows(await store.range(query))), [true]);
        t.deepEqual(await store.range({ ...query, idsOnly: true }), { type: "range", rows: [{ id: "a:1" }] });
      }
      t.deepEqual(contests(diary.rows), [true]);
      const [shown] = numbers(await here.store.read(["a:1"]));
      t.true(shown === "here" || shown === "there");
      t.deepEqual(numbers(await there.store.read(["a:1"])), [shown]);
      t.is(numberOf(diary.rows[0]?.document), shown);
    },
  );

  says("[S20] when one of two versions is deleted the other one is shown, uncontested", async (t) => {
    const premises = await open(t);
    await premises.graft([
      { _id: "a:1", _rev: `1-${"a".repeat(32)}`, n: "a" },
      { _id: "a:1", _rev: `1-${"b".repeat(32)}`, n: "b" },
    ]);
    t.deepEqual(numbers(await premises.store.read(["a:1"])), ["b"]);
    const diary = await followed(premises.store);
    await premises.deleteDocument("a:1");
    await diary.untilSeen(["a:1"]);
    t.deepEqual(contests(diary.rows), [undefined]);
    t.is(numberOf(diary.rows[0]?.document), "a");
    t.deepEqual(numbers(await premises.store.read(["a:1"])), ["a"]);
  });

  says(
    "[S22] [S26] an edit beats a deletion made on the other side, and is not contested by it",
    async (t) => {
      const premises = await open(t);
      const { store } = premises;
      await store.write(numbered("a", 1));
      const parent = revisionOf(await documentAt(store, "a:1"));
      const diary = await followed(store);
      await premises.graft([{ _id: "a:1", ...childOf(parent, "f"), _deleted: true }]);
      await diary.untilSeen(["a:1"]);
      await premises.graft([{ _id: "a:1", ...childOf(parent, "b"), n: "edited" }]);
      await diary.until(({ rows }) => rows.length === 2);
      t.deepEqual(diary.rows[0], { id: "a:1" });
      t.deepEqual(contests(diary.rows), [undefined, undefined]);
      t.deepEqual(numbers(await store.read(["a:1"])), ["edited"]);
    },
  );

  says("[S19] compaction shows nobody anything, and old bookmarks hold", async (t) => {
    const premises = await open(t);
    const { store } = premises;
    await store.write(numbered("a", 5));
    for (const n of [1, 2, 3]) await store.replace({ _id: "region:a", n });
    await premises.deleteDocument("a:2");
    const [since, before] = [await headOf(store), await history(store)];
    const diary = await followed(store);
    await premises.compact();
    t.deepEqual(rowsOf(await store.changes(since, 100)), []);
    t.deepEqual(await history(store), before);
    t.deepEqual(rangeIds(await store.range({ from: "a:", to: "a:~", limit: 9 })), [
      "a:1",
      "a:3",
      "a:4",
      "a:5",
    ]);
    await store.write(numbered("b", 1));
    await diary.untilSeen(["b:1"]);
    t.deepEqual(diary.ids, ["b:1"]);
  });
}

/** An open feed that shows what comes from now on. */
async function followed(store: Store): Promise<FeedDiary> {
  const diary = new FeedDiary();
  store.follow(await headOf(store), diary);
  await diary.until(({ openings }) => openings === 1);
  return diary;
}

/** Each side is given what the other one took while they were apart. */
async function heal(here: Premises, there: Premises): Promise<void> {
  const [ours, theirs] = [await documentsOf(here.store), await documentsOf(there.store)];
  await here.graft(theirs);
  await there.graft(ours);
}

async function documentsOf(store: Store): Promise<StoreDocument[]> {
  const rows = rowsOf(await store.changes(BEGINNING, 100));
  return rows.flatMap(({ id, document }) => (isRecord(document) ? { ...document, _id: id } : []));
}

/** Everything there is, whatever order the store tells it in. */
async function history(store: Store): Promise<readonly Row[]> {
  const rows = rowsOf(await store.changes(BEGINNING, 100));
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function documentAt(store: Store, id: string): Promise<unknown> {
  const result = await store.read([id]);
  const [one] = result.type === "found" ? result.found : [];
  return one?.type === "found" ? one.document : undefined;
}

/** The hash of a first revision. */
function revisionOf(document: unknown): string {
  return textField(document, "_rev")?.replace("1-", "") ?? "";
}

/** A second revision as replication names it, so that it continues the first one. */
function childOf(parent: string, digit: string): { _rev: string; _revisions: object } {
  const hash = digit.repeat(32);
  return { _rev: `2-${hash}`, _revisions: { start: 2, ids: [hash, parent] } };
}

function contests(rows: readonly Row[]): (true | undefined)[] {
  return rows.map((row) => row.isContested);
}

function idsOf(documents: readonly StoreDocument[]): string[] {
  return documents.map((document) => document._id);
}
