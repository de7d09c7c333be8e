import test from "ava";
import { BEGINNING } from "../../../sync/store.ts";
import { CLUSTER, couchOf, numbered, headOf, idsSince, feedOf, found } from "./asking.ts";

/** What the model does, in sentences; that CouchDB does the same is proved in recorded.test.ts. */

test("the same seed gives the same bookmarks and the same order", (t) => {
  t.is(runOf(7), runOf(7));
  t.not(runOf(7), runOf(8));
});

function runOf(seed: number): string {
  const couch = couchOf({ ...CLUSTER, lateShare: 0.3 }, seed);
  const [one, other] = [couch.connect(0), couch.connect(1)];
  for (const document of numbered(20)) one.write([document]);
  for (let step = 0; step < 10; step++) couch.step();
  return JSON.stringify([other.changes(BEGINNING, 100), headOf(one), [...couch.counts]]);
}

test("documents are frozen, and later changes to what was given do not reach them", (t) => {
  const connection = couchOf().connect();
  const list = [1];
  connection.write([{ _id: "a:1", list }]);
  list.push(2);
  const result = connection.read(["a:1"]);
  const document =
    result.type === "found" && result.found[0]?.type === "found" ? result.found[0].document : {};
  t.like(document, { list: [1] });
  t.true(Object.isFrozen(document));
  t.true(
    document !== null && typeof document === "object" && "list" in document && Object.isFrozen(document.list),
  );
});

test("[S16] a database that was deleted and created again shows all of itself to an old bookmark", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(5));
  const since = headOf(connection);
  couch.deleteDatabase();
  t.is(idsSince(connection, since), "missing");
  t.deepEqual(connection.prepare({ create: true }), { type: "prepared" });
  connection.write(numbered(3, "b"));
  t.deepEqual(idsSince(connection, since), ["b:1", "b:2", "b:3"]);
});

test("[S17] [S25] restored from a copy, an old bookmark misses as many new documents as were lost", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(10));
  const snapshot = couch.snapshot();
  connection.write(numbered(5, "lost"));
  const since = headOf(connection);
  if (snapshot === undefined) return t.fail();
  t.true(couch.restore(snapshot));
  t.is(found(connection, "lost:1"), "missing");
  connection.write(numbered(8, "new"));
  t.deepEqual(idsSince(connection, since), ["new:6", "new:7", "new:8"]);
  t.is(couch.counts.get("S25 acknowledged, then lost"), 5);
});

test("[S17] a part of a database that was deleted since cannot be put back, the whole can", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(1));
  const snapshot = couch.snapshot();
  couch.deleteDatabase();
  couch.createDatabase();
  if (snapshot === undefined) return t.fail();
  t.false(couch.restore(snapshot, { shard: 0 }));
  t.is(found(connection, "a:1"), "missing");
  t.true(couch.restore(snapshot));
  t.is(found(connection, "a:1"), "found");
});

test("[S22] a deletion has a row, a purge has none", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(3));
  const since = headOf(connection);
  t.true(couch.delete("a:1"));
  t.true(couch.purge("a:2"));
  t.deepEqual(connection.changes(since, 10), { ...connection.changes(since, 10), rows: [{ id: "a:1" }] });
  t.deepEqual(connection.check(["a:1", "a:2", "a:3"]), {
    type: "checked",
    presences: ["deleted", "missing", "present"],
  });
  t.false(couch.delete("a:1"));
  t.false(couch.purge("a:2"));
  t.deepEqual(couch.ids(), ["a:3"]);
});

test("[S20] a conflict that an admin made is shown as contested until all versions are erased", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(1));
  t.true(couch.contest("a:1", { n: "other" }));
  const page = connection.changes(BEGINNING, 10);
  t.true(page.type === "changes" && page.rows[0]?.isContested);
  connection.erase(["a:1", "a:never"]);
  t.deepEqual(connection.check(["a:1", "a:never"]), { type: "checked", presences: ["deleted", "deleted"] });
});

test("[S21] an edit is one more row with the new body", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  connection.write(numbered(1));
  const since = headOf(connection);
  t.true(couch.edit("a:1", { n: 99 }));
  t.false(couch.edit("a:2", { n: 99 }));
  const page = connection.changes(since, 10);
  t.like(page.type === "changes" ? page.rows[0] : undefined, { document: { n: 99 } });
});

test("[S23] [S24] whatever an admin types in comes through the feed", (t) => {
  const couch = couchOf();
  const deep = `{"_id":"deep","t":${"[".repeat(3_000)}${"]".repeat(3_000)}}`;
  t.true(couch.typeIn('{"_id":"_design/x","views":{}}'));
  t.true(couch.typeIn('{"_id":"odd","constructor":1,"a":{"__proto__":{"x":1}},"t":"a\\u0000b"}', "S24"));
  t.true(couch.typeIn(deep, "S24"));
  t.false(couch.typeIn('{"_id":"_odd"}'));
  t.false(couch.typeIn('{"_id":"odd","again":1}'));
  const piece = feedOf(couch.connect()).pull(10);
  t.deepEqual(piece.type === "rows" && piece.rows.map(({ id }) => id), ["_design/x", "odd", "deep"]);
  t.true(piece.type === "rows" && piece.text().includes("[".repeat(3_000)));
  t.is(couch.counts.get("S24 document typed in"), 2);
});

test("replacing tells what stood there before: nothing, our own last body, or what somebody else put there", (t) => {
  const couch = couchOf();
  const [mine, other] = [couch.connect(), couch.connect()];
  t.deepEqual(mine.replace({ _id: "region:a", n: 1 }), { type: "replaced", before: { type: "missing" } });
  t.like(mine.replace({ _id: "region:a", n: 2 }), { before: { type: "found", document: { n: 1 } } });
  t.like(other.replace({ _id: "region:a", n: 3 }), { before: { type: "found", document: { n: 2 } } });
  t.like(mine.replace({ _id: "region:a", n: 4 }), { before: { type: "found", document: { n: 3 } } });
  couch.delete("region:a");
  t.deepEqual(mine.replace({ _id: "region:a", n: 5 }), { type: "replaced", before: { type: "deleted" } });
});
