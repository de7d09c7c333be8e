import test from "ava";
import { BEGINNING } from "../../../sync/store.ts";
import { couchOf, numbered, outcomes, headOf, idsSince, idsIn, feedOf, found, CLUSTER } from "./asking.ts";

/** Several nodes, shards and copies: who learns of what, and when. */

test("[S7] [S9] a majority makes it stored, and an id that is taken a conflict", (t) => {
  const connection = couchOf({ nodes: 3 }).connect();
  t.deepEqual(outcomes(connection.write(numbered(2))), ["stored", "stored"]);
  t.deepEqual(outcomes(connection.write(numbered(3))), ["conflict", "conflict", "stored"]);
});

test("[S8] with one node of three a write is unconfirmed; later the others have it, too", (t) => {
  const couch = couchOf({ nodes: 3 });
  couch.kill(1);
  t.deepEqual(outcomes(couch.connect(0).write(numbered(1))), ["stored"]);
  couch.kill(2);
  t.deepEqual(outcomes(couch.connect(0).write(numbered(1, "b"))), ["unconfirmed"]);
  couch.start(1);
  couch.start(2);
  couch.kill(0);
  t.is(found(couch.connect(1), "b:1"), "missing");
  couch.start(0);
  couch.settle();
  couch.kill(0);
  t.is(found(couch.connect(1), "b:1"), "found");
  t.is(couch.counts.get("S8 unconfirmed"), 1);
});

test("[S8] a write may reach one copy only, and be lost with it", (t) => {
  const couch = couchOf({ nodes: 3, replicas: 3 });
  const connection = couch.connect(0);
  t.deepEqual(outcomes(connection.write(numbered(1), "unconfirmed")), ["unconfirmed"]);
  couch.wipe(0);
  couch.settle();
  t.is(found(connection, "a:1"), "missing");
});

test("[S15] a copy that is late misses in ranges and changes, never in a read by keys", (t) => {
  const couch = couchOf({ nodes: 3, lateShare: 1 });
  const connection = couch.connect(0);
  connection.write(numbered(60));
  const ranges = Array.from({ length: 20 }, () => idsIn(couch.connect(1)).length);
  t.true(ranges.every((length) => length < 60));
  t.true(idsSince(couch.connect(1), BEGINNING).length < 60);
  for (const { _id } of numbered(60)) t.is(found(couch.connect(2), _id), "found");
  couch.settle();
  t.is(idsIn(couch.connect(1)).length, 60);
  t.true((couch.counts.get("S15 copy took a write late") ?? 0) > 0);
});

test("[S15] each copy has its own order", (t) => {
  const couch = couchOf({ nodes: 3, lateShare: 0.5, checkpointShare: 0 });
  for (const document of numbered(30)) {
    couch.connect(0).write([document]);
    couch.step();
  }
  couch.settle();
  const orders = new Set(Array.from({ length: 20 }, () => String(idsSince(couch.connect(0), BEGINNING))));
  t.true(orders.size > 1);
  for (const order of orders) t.is(order.split(",").length, 30);
});

test("[S15] with several shards rows are not in the order of writing", (t) => {
  const connection = couchOf({ shards: 4 }).connect();
  for (const document of numbered(40)) connection.write([document]);
  const ids = idsSince(connection, BEGINNING);
  t.notDeepEqual(
    ids,
    numbered(40).map(({ _id }) => _id),
  );
  t.is(new Set(ids).size, 40);
});

test("a bookmark stands behind what was shown: pages come to the end and miss nothing", (t) => {
  const connection = couchOf({ shards: 3 }).connect();
  connection.write(numbered(25));
  const seen: string[] = [];
  let since = BEGINNING;
  for (let pending = 1; pending > 0;) {
    const page = connection.changes(since, 4);
    if (page.type === "fault") return t.fail(page.fault.text);
    seen.push(...page.rows.map(({ id }) => id));
    ({ since, pending } = page);
  }
  t.is(seen.length, 25);
  t.is(new Set(seen).size, 25);
  t.deepEqual(idsSince(connection, since), []);
});

test("[S14] [S18] when the node a bookmark names is gone, its shards are shown again from the beginning", (t) => {
  const couch = couchOf(CLUSTER);
  const connection = couch.connect(0);
  connection.write(numbered(20));
  couch.settle();
  const since = headOf(connection);
  t.deepEqual(idsSince(connection, since), []);
  couch.kill(1);
  couch.kill(2);
  const again = idsSince(connection, since);
  couch.start(1);
  couch.start(2);
  couch.kill(0);
  connection.failOver();
  t.not(connection.node, 0);
  t.is(again.length + idsSince(connection, since).length >= 20, true);
  t.true((couch.counts.get("S14 rows again from another copy") ?? 0) > 0);
});

test("[S14] where copies left checkpoints a bookmark goes over with few rows again", (t) => {
  const couch = couchOf({ nodes: 2, checkpointShare: 1 });
  couch.connect(0).write(numbered(20));
  couch.settle();
  couch.kill(1);
  const since = headOf(couch.connect(0));
  couch.start(1);
  couch.settle();
  couch.kill(0);
  t.deepEqual(idsSince(couch.connect(1), since), []);
});

test("[S17] one restored node of a whole cluster: nothing is lost, and its followers miss rows all the same", (t) => {
  const couch = couchOf({ nodes: 3, checkpointShare: 0 });
  const connection = couch.connect(0);
  connection.write(numbered(10));
  couch.settle();
  const snapshot = couch.snapshot();
  connection.write(numbered(10, "b"));
  couch.settle();
  couch.kill(0);
  couch.kill(1);
  const since = headOf(couch.connect(2));
  couch.start(0);
  couch.start(1);
  if (snapshot === undefined) return t.fail();
  t.true(couch.restore(snapshot, { node: 2 }));
  connection.write(numbered(12, "c"));
  couch.settle();
  t.is(idsIn(connection).length, 32);
  t.is(couch.counts.get("S25 acknowledged, then lost"), undefined);
  const shown = idsSince(couch.connect(2), since);
  t.true(Array.isArray(shown) && shown.filter((id) => id.startsWith("c:")).length < 12);
});

test("[S19] after a compaction, or with an exchanged disk, an old bookmark misses nothing", (t) => {
  const couch = couchOf({ nodes: 3, checkpointShare: 0 });
  const connection = couch.connect(0);
  connection.write(numbered(5));
  couch.settle();
  const since = headOf(connection);
  couch.compact();
  t.deepEqual(idsSince(connection, since), []);
  for (const node of [0, 1, 2]) {
    couch.wipe(node);
    couch.settle();
  }
  connection.write(numbered(1, "b"));
  t.is(idsSince(connection, since).length, 6);
});

test("[S20] [S26] both sides of a split write: equal bodies agree, others leave two versions and one winner", (t) => {
  const couch = couchOf({ nodes: 3 });
  const [one, other] = [couch.connect(0), couch.connect(2)];
  couch.split([2]);
  t.deepEqual(
    outcomes(
      one.write([
        { _id: "same", n: 1 },
        { _id: "diff", n: 1 },
      ]),
    ),
    ["stored", "stored"],
  );
  t.deepEqual(
    outcomes(
      other.write([
        { _id: "same", n: 1 },
        { _id: "diff", n: 2 },
      ]),
    ),
    ["unconfirmed", "unconfirmed"],
  );
  couch.settle();
  couch.heal();
  couch.settle();
  const ranges = [one, other].map((connection) => connection.range({ from: "a", to: "z", limit: 10 }));
  t.deepEqual(ranges[0], ranges[1]);
  const rows = ranges[0]?.type === "range" ? ranges[0].rows : [];
  t.deepEqual(
    rows.map(({ id, isContested }) => [id, isContested]),
    [
      ["diff", true],
      ["same", undefined],
    ],
  );
});

test("[S22] [S26] an edit beats a deletion made on the other side of a split", (t) => {
  const couch = couchOf({ nodes: 3 });
  const [one, other] = [couch.connect(0), couch.connect(2)];
  one.replace({ _id: "region:a", n: 1 });
  couch.settle();
  couch.split([2]);
  t.deepEqual(one.erase(["region:a"]), { type: "erased", refused: 0 });
  t.is(other.replace({ _id: "region:a", n: 2 }).type, "replaced");
  couch.heal();
  couch.settle();
  t.like(couch.documentAt("region:a"), { n: 2 });
});

test("[S14] a feed ends with its node; one on a living node goes on and may show rows again", (t) => {
  const couch = couchOf(CLUSTER);
  const feeds = [0, 1].map((node) => feedOf(couch.connect(node)));
  couch.connect(2).write(numbered(20));
  couch.settle();
  for (const feed of feeds) t.is(feed.pull(100).type, "rows");
  couch.kill(0);
  couch.connect(2).write(numbered(1, "b"));
  t.is(feeds[0]?.pull(100).type, "ended");
  t.is(feeds[1]?.pull(100).type, "rows");
});
