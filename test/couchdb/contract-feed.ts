import test, { type ExecutionContext } from "ava";
import { branded } from "../../sync/brand.ts";
import { BEGINNING, type Since } from "../../sync/store.ts";
import { FeedDiary } from "./feed-diary.ts";
import { headOf, idsOf, rowsOf } from "./in-short.ts";
import { numbered, type Open } from "./premises.ts";

/** The contract's second part: bookmarks, polls and the open feed. */
export function feedContract(name: string, open: Open): void {
  const says = (sentence: string, body: (t: ExecutionContext) => Promise<void>) =>
    test(`${name}: ${sentence}`, body);

  says("the head stands behind everything acknowledged, and nothing later", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 5));
    const since = await headOf(store);
    t.deepEqual(rowsOf(await store.changes(since, 100)), []);
    await store.write(numbered("b", 1));
    t.deepEqual(idsOf(await store.changes(since, 100)), ["b:1"]);
  });

  says("polling page by page comes to the end and loses nothing", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 11));
    const seen = new Set<string>();
    let since = BEGINNING;
    for (let page = await store.changes(since, 3); rowsOf(page).length > 0;) {
      t.true(rowsOf(page).length <= 3);
      for (const row of rowsOf(page)) seen.add(row.id);
      since = page.type === "changes" ? page.since : since;
      page = await store.changes(since, 3);
    }
    t.deepEqual([...seen].toSorted(), idsNamed("a", 11).toSorted());
  });

  says("`pending` counts what waits behind a page, down to none", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 5));
    const page = await store.changes(BEGINNING, 2);
    t.is(page.type === "changes" && page.pending, 3);
    const all = await store.changes(BEGINNING, 100);
    t.is(all.type === "changes" && all.pending, 0);
  });

  says("a row carries its document, and a deletion's row none", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 2));
    await premises.deleteDocument("a:1");
    const rows = rowsOf(await premises.store.changes(BEGINNING, 100));
    t.is(rows.length, 2);
    t.deepEqual(
      rows.find((row) => row.id === "a:1"),
      { id: "a:1" },
    );
    t.like(
      rows.find((row) => row.id === "a:2"),
      { document: { _id: "a:2", n: 2 } },
    );
  });

  says("a document that was rewritten is one row with its latest body", async (t) => {
    const { store } = await open(t);
    for (const n of [1, 2, 3]) await store.replace({ _id: "region:a", n });
    const rows = rowsOf(await store.changes(BEGINNING, 100));
    t.is(rows.length, 1);
    t.like(rows[0], { document: { n: 3 } });
  });

  says("[S28] a bookmark that is none is refused, to a poll and to a feed", async (t) => {
    const { store } = await open(t);
    const nonsense = branded<Since>("zzz");
    const result = await store.changes(nonsense, 1);
    t.is(result.type === "fault" && result.fault.code, "since-refused");
    const diary = new FeedDiary();
    store.follow(nonsense, diary);
    t.is((await diary.untilEnded())?.code, "since-refused");
    t.is(diary.openings, 0);
  });

  says("[S16] another database's bookmark is refused or replays everything: never silence", async (t) => {
    const [here, there] = [await open(t), await open(t)];
    await here.store.write(numbered("a", 3));
    await there.store.write(numbered("b", 9));
    const result = await here.store.changes(await headOf(there.store), 100);
    if (result.type === "fault") t.is(result.fault.code, "since-refused");
    else t.deepEqual(idsOf(result).toSorted(), idsNamed("a", 3));
  });

  says("[S16] a recreated database refuses the old bookmark or replays everything", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 3));
    const before = await headOf(premises.store);
    await premises.deleteDatabase();
    // For a moment a busy CouchDB still says that a database it has deleted is there.
    do await premises.store.prepare({ create: true });
    while ((await premises.store.write(numbered("b", 3))).type === "fault");
    const result = await premises.store.changes(before, 100);
    if (result.type === "fault") t.is(result.fault.code, "since-refused");
    else t.deepEqual(idsOf(result).toSorted(), idsNamed("b", 3));
  });

  says("a feed opens, hands over what is there, then pushes what comes", async (t) => {
    const { store } = await open(t);
    await store.write(numbered("a", 3));
    const diary = new FeedDiary();
    store.follow(BEGINNING, diary);
    await diary.untilSeen(idsNamed("a", 3));
    t.is(diary.openings, 1);
    await store.write(numbered("b", 2));
    await diary.untilSeen(idsNamed("b", 2));
    t.like(
      diary.rows.find((row) => row.id === "b:2"),
      { document: { _id: "b:2", n: 2 } },
    );
  });

  says("an empty feed opens, too", async (t) => {
    const { store } = await open(t);
    const diary = new FeedDiary();
    store.follow(await headOf(store), diary);
    await diary.until(({ openings }) => openings === 1);
    t.deepEqual(diary.rows, []);
  });

  says("every region sees its own writes come back, and everybody else's", async (t) => {
    const premises = await open(t);
    const another = premises.another();
    const [here, there] = [new FeedDiary(), new FeedDiary()];
    premises.store.follow(BEGINNING, here);
    another.follow(BEGINNING, there);
    await Promise.all([premises.store.write(numbered("a", 20)), another.write(numbered("b", 20))]);
    const all = [...idsNamed("a", 20), ...idsNamed("b", 20)];
    await Promise.all([here.untilSeen(all), there.untilSeen(all)]);
    t.is(new Set(here.ids).size, 40);
    t.is(new Set(there.ids).size, 40);
  });

  says("[S22] a deletion comes as a row without a document", async (t) => {
    const premises = await open(t);
    await premises.store.write(numbered("a", 1));
    const diary = new FeedDiary();
    premises.store.follow(await headOf(premises.store), diary);
    await diary.until(({ openings }) => openings === 1);
    await premises.deleteDocument("a:1");
    await diary.untilSeen(["a:1"]);
    t.deepEqual(diary.rows, [{ id: "a:1" }]);
  });

  says("a feed resumes from its bookmark without a loss", async (t) => {
    const { store } = await open(t);
    const first = new FeedDiary();
    const close = store.follow(BEGINNING, first);
    await store.write(numbered("a", 3));
    await first.untilSeen(idsNamed("a", 3));
    close();
    await store.write(numbered("b", 3));
    const second = new FeedDiary();
    store.follow(first.since ?? BEGINNING, second);
    await second.untilSeen(idsNamed("b", 3));
    t.deepEqual(
      second.ids.filter((id) => id.startsWith("b:")),
      [...new Set(second.ids.filter((id) => id.startsWith("b:")))],
    );
    t.deepEqual(rowsOf(await store.changes(second.since ?? BEGINNING, 100)), []);
  });

  says("a feed waits for its listener before it hands over more", async (t) => {
    const { store } = await open(t);
    const diary = new FeedDiary();
    const goOn = diary.dawdle();
    store.follow(BEGINNING, diary);
    await store.write(numbered("a", 1));
    await diary.untilSeen(["a:1"]);
    await store.write(numbered("b", 1));
    await store.head();
    t.deepEqual(diary.ids, ["a:1"]);
    goOn();
    await diary.untilSeen(["b:1"]);
    t.is(diary.calls, 2);
  });

  says("a feed that was closed reports nothing more, not even its end", async (t) => {
    const premises = await open(t);
    const [closed, witness] = [new FeedDiary(), new FeedDiary()];
    const close = premises.store.follow(BEGINNING, closed);
    premises.store.follow(BEGINNING, witness);
    await Promise.all([
      closed.until((diary) => diary.openings === 1),
      witness.until((diary) => diary.openings === 1),
    ]);
    close();
    close();
    await premises.store.write(numbered("a", 1));
    await witness.untilSeen(["a:1"]);
    await premises.deleteDatabase();
    await witness.untilEnded();
    t.deepEqual(closed.rows, []);
    t.deepEqual(closed.ends, []);
  });

  says("a feed ends, once, when its database is deleted; the next request says `missing`", async (t) => {
    const premises = await open(t);
    const diary = new FeedDiary();
    premises.store.follow(BEGINNING, diary);
    await premises.store.write(numbered("a", 1));
    await diary.untilSeen(["a:1"]);
    await premises.deleteDatabase();
    await diary.untilEnded();
    const result = await premises.store.changes(BEGINNING, 1);
    t.is(result.type === "fault" && result.fault.code, "missing");
    t.is(diary.ends.length, 1);
  });

  says("[S12] the feed of a missing database never opens and ends as `missing`", async (t) => {
    const { store } = await open(t, { prepared: false });
    const diary = new FeedDiary();
    store.follow(BEGINNING, diary);
    t.is((await diary.untilEnded())?.code, "missing");
    t.is(diary.openings, 0);
  });

  says("closing the store closes its feeds without a report, and silences what is asked later", async (t) => {
    const premises = await open(t);
    const store = premises.another();
    const diary = new FeedDiary();
    store.follow(BEGINNING, diary);
    await diary.until(({ openings }) => openings === 1);
    await store.close();
    const result = await store.head();
    t.is(result.type === "fault" && result.fault.code, "unreachable");
    await premises.store.write(numbered("a", 1));
    await premises.store.read(["a:1"]);
    t.deepEqual(diary.rows, []);
    t.deepEqual(diary.ends, []);
  });
}

function idsNamed(room: string, count: number): string[] {
  return numbered(room, count).map((document) => document._id);
}
