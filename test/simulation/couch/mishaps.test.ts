import test from "ava";
import { branded } from "../../../sync/brand.ts";
import { type Since, type StoreDocument } from "../../../sync/store.ts";
import { headOf, couchOf, numbered, outcomes, faultOf, idsSince, feedOf, found } from "./asking.ts";

/** What goes wrong with requests, accounts and feeds. */

test("[S10] one bad document refuses its whole batch, and nothing of it is stored", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  couch.maxDocumentBytes = 100;
  const bad: StoreDocument[] = [
    { _id: "a:bad", text: "\ud800" },
    { _id: "a:bad", _secret: 1 },
    { _id: "_bad" },
    { _id: "a:bad", text: "x".repeat(100) },
  ];
  for (const document of bad) {
    t.is(connection.write([...numbered(1), document]).type, "refused");
    t.is(found(connection, "a:1"), "missing");
  }
  t.deepEqual(outcomes(connection.write([{ _id: "a:fine", text: "\\ud800 is no surrogate, 😀 is two" }])), [
    "stored",
  ]);
});

test("[S10] [S13] a forbidden document is refused alone, a cursed one fails for ever while others are stored", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  couch.forbid("a:1");
  t.deepEqual(outcomes(connection.write(numbered(2))), ["refused", "stored"]);
  couch.curse("b:1");
  t.is(outcomes(connection.write(numbered(2, "b"))), "failing");
  t.is(found(connection, "b:1"), "missing");
  t.is(found(connection, "b:2"), "found");
});

test("[S2] [S13] a fate says whether it took effect and what is told", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  const told = (["lost", "failing", "nodedown", "overloaded", "too-many", "denied"] as const).map((fate) =>
    outcomes(connection.write(numbered(1), fate)),
  );
  t.deepEqual(told, ["unreachable", "failing", "unavailable", "unavailable", "unavailable", "denied"]);
  t.is(found(connection, "a:1"), "missing");
  t.is(outcomes(connection.write(numbered(1), "unanswered")), "unreachable");
  t.is(found(connection, "a:1"), "found");
  t.is(outcomes(connection.write(numbered(1, "b"), "failing-late")), "failing");
  t.is(found(connection, "b:1"), "found");
});

test("[S3] a paused node does later what it was asked, and nobody hears of it", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  const feed = feedOf(connection);
  couch.pause(0);
  t.is(outcomes(connection.write(numbered(1))), "unreachable");
  t.is(feed.pull(10).type, "silence");
  couch.resume(0);
  t.is(found(connection, "a:1"), "found");
  t.is(feed.pull(10).type, "rows");
});

test("[S3] [S13] with two of three nodes paused writes hang and are stored; once noticed they are unconfirmed", (t) => {
  const couch = couchOf({ nodes: 3 });
  const connection = couch.connect(0);
  couch.pause(1);
  t.deepEqual(outcomes(connection.write(numbered(1))), ["stored"]);
  couch.pause(2);
  t.is(outcomes(connection.write(numbered(1, "b"))), "unreachable");
  couch.notice();
  t.deepEqual(outcomes(connection.write(numbered(1, "b"))), ["conflict"]);
  t.deepEqual(outcomes(connection.write(numbered(1, "c"))), ["unconfirmed"]);
});

test("[S11] [S12] locked out or taken away every question is refused; an open feed survives the lock-out only", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  const feed = feedOf(connection);
  connection.write(numbered(1));
  couch.lockOut();
  t.is(faultOf(connection.head()), "denied");
  t.is(feed.pull(10).type, "rows");
  couch.letIn();
  couch.takeAway();
  t.is(faultOf(connection.head()), "missing");
  t.is(faultOf(connection.prepare({ create: true })), "missing");
  t.is(feed.pull(10).type, "ended");
  couch.giveBack();
  t.is(found(connection, "a:1"), "found");
});

test("[S28] what is no bookmark is refused, to a poll and to a feed", (t) => {
  const couch = couchOf();
  for (const nonsense of ["zzz", "7", "-1", "12-g1AAAA", "now", ""]) {
    t.is(idsSince(couch.connect(), branded<Since>(nonsense)), "since-refused");
    t.is(faultOf(couch.connect().follow(branded<Since>(nonsense))), "since-refused");
  }
  t.is(couch.counts.get("S28 since refused"), 12);
});

test("[S4] [S5] [S27] a feed can be deaf, half-open or cut, and writes its rows as CouchDB does", (t) => {
  const couch = couchOf();
  const connection = couch.connect();
  const [deaf, silent, cut, whole] = [1, 2, 3, 4].map(() => feedOf(connection));
  deaf?.deafen();
  silent?.silence();
  cut?.cut();
  connection.write(numbered(2));
  t.is(deaf?.pull(10).type, "heartbeat");
  t.is(silent?.pull(10).type, "silence");
  t.is(cut?.pull(10).type, "ended");
  const piece = whole?.pull(10);
  if (piece?.type !== "rows") return t.fail();
  const lines = piece.text().split("\n").filter(Boolean);
  t.like(JSON.parse(lines[0] ?? ""), { id: "a:1", doc: { _id: "a:1", n: 1 } });
  t.is(JSON.parse(lines[1] ?? "").seq, piece.since);
  t.is(whole?.pull(10).type, "heartbeat");
});

test("[S3] a bookmark of a paused node's file is waited for in vain, until the node is taken for dead", (t) => {
  const couch = couchOf({ nodes: 2, checkpointShare: 0 });
  couch.connect(0).write(numbered(5));
  couch.settle();
  couch.kill(0);
  const since = headOf(couch.connect(1));
  couch.start(0);
  couch.pause(1);
  t.is(idsSince(couch.connect(0), since), "unreachable");
  couch.notice();
  t.is(idsSince(couch.connect(0), since).length, 5);
});
