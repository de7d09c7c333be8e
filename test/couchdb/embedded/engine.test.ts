import test from "ava";
import * as fc from "fast-check";
import { parseDraft } from "../../../couchdb/embedded/draft.ts";
import { Database } from "../../../couchdb/embedded/engine.ts";
import { follow } from "../../../couchdb/embedded/feed.ts";
import type { Change, Ground } from "../../../couchdb/embedded/ground.ts";
import type { Row } from "../../../couchdb/embedded/records.ts";
import { formatSeq, parseSince } from "../../../couchdb/embedded/sequence.ts";
import { leafName } from "../../../couchdb/embedded/tree.ts";
import { compareUtf8, MemoryGround } from "../memory-ground.ts";

const LIFE = "0123456789abcdef0123456789abcdef";
const options = { name: "chat", life: LIFE };

/** Writes one document; answers its revision, or the error's name. */
async function put(
  database: Database,
  document: Readonly<Record<string, unknown>>,
  newEdits = true,
): Promise<string> {
  const draft = parseDraft(document, { newEdits });
  if (draft.type === "refused") return draft.error;
  const result = await database.write([draft], { newEdits });
  if (result.type !== "written") return result.type;
  const [outcome] = result.outcomes;
  return outcome?.type === "written" ? outcome.rev : "conflict";
}

async function allRows(database: Database): Promise<Row[]> {
  const rows: Row[] = [];
  let after = 0;
  while (after < database.counts.updateSeq) {
    const page = await database.changes(after, 7);
    rows.push(...page.rows);
    after = page.place;
  }
  return rows;
}

async function allIds(database: Database): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of database.range({ from: "", to: "~" })) ids.push(...page.map(({ id }) => id));
  return ids;
}

test("a ground sorts by UTF-8 bytes, and a span is exact whatever was written and removed", async (t) => {
  const key = fc.string({ unit: "binary", maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(key, fc.boolean()), { maxLength: 60 }),
      key,
      key,
      async (writes, from, to) => {
        const ground = new MemoryGround();
        const model = new Set<string>();
        for (const [name, remove] of writes) {
          await ground.write([remove ? { key: name } : { key: name, value: name }]);
          if (remove) model.delete(name);
          else model.add(name);
        }
        const expected = [...model]
          .filter(
            (each) =>
              Buffer.compare(Buffer.from(each), Buffer.from(from)) >= 0 &&
              Buffer.compare(Buffer.from(each), Buffer.from(to)) < 0,
          )
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const keys = async (descending: boolean) =>
          (await ground.range({ from, to, limit: 100, descending })).map((entry) => entry.key);
        t.deepEqual(await keys(false), expected);
        t.deepEqual(await keys(true), expected.toReversed());
      },
    ),
  );
  t.true(compareUtf8("\uffff", "\u{1f600}") < 0);
});

test("whatever is written, each document has one row at its latest change, and the counts agree with the rows", async (t) => {
  const step = fc.record({
    id: fc.constantFrom("a", "b", "c", "d"),
    rev: fc.nat(3),
    deleted: fc.boolean(),
    t: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const ground = new MemoryGround();
      const database = await Database.open(ground, options);
      const known: string[] = [];
      for (const { id, rev, deleted, t: text } of steps) {
        const named = known[rev];
        const done = await put(database, {
          _id: id,
          t: text,
          ...(named && { _rev: named }),
          ...(deleted && { _deleted: true }),
        });
        if (done !== "conflict") known.unshift(done);
      }
      const rows = await allRows(database);
      t.is(new Set(rows.map((row) => row.id)).size, rows.length);
      t.is(database.counts.live, rows.filter((row) => !row.tree[0].deleted).length);
      t.is(database.counts.live + database.counts.deleted, rows.length);
      t.is((await allIds(database)).length, database.counts.live);
      t.is(rows.at(-1)?.seq ?? 0, database.counts.updateSeq);
      const again = await Database.open(ground, options);
      t.deepEqual(again.counts, database.counts);
    }),
    { numRuns: 60 },
  );
});

test("leaves arrive in any order and end in the same tree on every server", async (t) => {
  const leaves = [
    { _id: "a", _rev: "1-a", t: 1 },
    { _id: "a", _rev: "2-b", _revisions: { start: 2, ids: ["b", "a"] }, t: 2 },
    { _id: "a", _rev: "2-c", _revisions: { start: 2, ids: ["c", "a"] }, t: 3 },
    { _id: "a", _rev: "3-d", _revisions: { start: 3, ids: ["d", "b", "a"] }, _deleted: true },
    { _id: "a", _rev: "1-z", t: 5 },
  ];
  const shown = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(leaves, { minLength: leaves.length }), async (order) => {
      const database = await Database.open(new MemoryGround(), options);
      for (const leaf of order) await put(database, leaf, false);
      const [row] = await allRows(database);
      shown.add(JSON.stringify(row?.tree.map((branch) => [leafName(branch), branch.deleted])));
    }),
  );
  t.deepEqual([...shown], ['[["2-c",false],["1-z",false],["3-d",true]]']);
});

test("a write without a revision on a deleted document brings it back, with the tombstone's it is a conflict", async (t) => {
  const database = await Database.open(new MemoryGround(), options);
  const first = await put(database, { _id: "a", t: 1 });
  const gone = await put(database, { _id: "a", _rev: first, _deleted: true });
  t.is(await put(database, { _id: "a", _rev: gone, t: 2 }), "conflict");
  t.is((await put(database, { _id: "a", t: 2 })).slice(0, 2), "3-");
  t.is(await put(database, { _id: "a", t: 2 }), "conflict");
});

test("what a write replaces is gone from the ground, and a hundred names of it are remembered", async (t) => {
  const ground = new MemoryGround();
  const database = await Database.open(ground, options);
  let rev = await put(database, { _id: "a", n: 0 });
  for (let n = 1; n < 300; n++) rev = await put(database, { _id: "a", _rev: rev, n });
  const entries = await ground.range({ from: "", to: "~", limit: 999 });
  const [record] = await database.find(["a"]);
  // The document, its row, and the counts.
  t.is(entries.length, 3);
  t.is(record?.tree[0].body, '{"n":299}');
  t.is(record?.tree[0].hashes.length, 100);
});

/** Each document written into one new database; their revisions. */
async function revisions(...documents: Readonly<Record<string, unknown>>[]): Promise<string[]> {
  const database = await Database.open(new MemoryGround(), options);
  return Promise.all(documents.map((document, i) => put(database, { _id: `m${i}`, ...document })));
}

test("equal writes give equal revisions, and the order of members is part of a write", async (t) => {
  const [first, second, turned] = await revisions({ a: 1, b: 2 }, { a: 1, b: 2 }, { b: 2, a: 1 });
  t.is(first, second);
  t.not(first, turned);
  t.deepEqual(await revisions({ a: 1, b: 2 }), [first]);
});

test("writes that gather while one is under way go out together, and each has its own answer", async (t) => {
  const memory = new MemoryGround();
  let writes = 0;
  const ground = counting(memory, () => (writes += 1));
  const database = await Database.open(ground, options);
  const done = await Promise.all(
    Array.from({ length: 100 }, (_, i) => put(database, { _id: `m${i % 90}`, i })),
  );
  t.is(done.filter((rev) => rev.startsWith("1-")).length, 90);
  t.is(done.filter((rev) => rev === "conflict").length, 10);
  t.true(writes <= 2, `${writes} writes`);
});

test("a ground that fails ends the database: nothing is acknowledged, nothing more is taken", async (t) => {
  let isBroken = false;
  const ground = counting(new MemoryGround(), () => {
    if (isBroken) throw new Error("no space left");
  });
  const database = await Database.open(ground, options);
  await put(database, { _id: "a" });
  isBroken = true;
  t.is(await put(database, { _id: "b" }), "failed");
  isBroken = false;
  t.is(await put(database, { _id: "c" }), "failed");
  t.is(database.counts.live, 1);
});

test("a bookmark of another life, or beyond the end of this one, replays everything; a mangled one is refused", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat(30), (seq, at) => {
      const token = formatSeq(seq, LIFE);
      t.is(parseSince(token, { life: LIFE, updateSeq: seq }), seq);
      t.is(parseSince(token, { life: LIFE, updateSeq: seq - 1 }), 0);
      t.is(parseSince(token, { life: "f".repeat(32), updateSeq: seq }), 0);
      t.is(parseSince(token.slice(0, -1 - at), { life: LIFE, updateSeq: seq }), undefined);
    }),
  );
  for (const word of ["", "1", "00", "0-", "null", "NOW", "-1", "now "])
    t.is(parseSince(word, { life: LIFE, updateSeq: 9 }), undefined);
});

test("a follower that stops reading in the middle misses and repeats nothing, from memory or from the disk", async (t) => {
  const database = await Database.open(new MemoryGround(), options);
  const seen: string[] = [];
  let room = 3;
  const done = new Promise<void>((resolve) => {
    const follower = follow(database, 0, {
      rows(rows) {
        seen.push(...rows.map((row) => row.id));
        room -= 1;
        if (seen.length >= 30_000) resolve();
        if (room === 0) setImmediate(() => ((room = 3), follower.resume()));
        return room > 0;
      },
      isLive: () => undefined,
      ended: () => undefined,
    });
    t.teardown(() => follower.stop());
  });
  for (let batch = 0; batch < 60; batch++) {
    const drafts = Array.from({ length: 500 }, (_, i) =>
      parseDraft({ t: "x" }, { id: `m${batch * 500 + i}` }),
    );
    await database.write(
      drafts.filter((draft) => draft.type === "draft"),
      { newEdits: true },
    );
  }
  await done;
  t.is(new Set(seen).size, 30_000);
  t.is(seen.length, 30_000);
});

test("followers are told when their database is dropped, and a stopped one is forgotten", async (t) => {
  const database = await Database.open(new MemoryGround(), options);
  let dropped = 0;
  const sink = { rows: () => true, isLive: () => undefined, ended: () => (dropped += 1) };
  follow(database, 0, sink).stop();
  follow(database, 0, sink);
  await database.drop();
  t.is(dropped, 1);
  t.is(await put(database, { _id: "a" }), "dropped");
});

/** A ground whose writes are seen before they are done. */
function counting(ground: Ground, onWrite: () => void): Ground {
  return {
    get: (keys) => ground.get(keys),
    range: (span) => ground.range(span),
    clear: (prefix) => ground.clear(prefix),
    size: (prefix) => ground.size(prefix),
    async write(changes: readonly Change[]) {
      onWrite();
      await ground.write(changes);
    },
  };
}
