import test from "ava";
import type { Effect } from "../../sync/events.ts";
import { BEGINNING } from "../../sync/store.ts";
import { HERE, messageOf, origin, rowOf } from "./names.ts";
import { alarms, Conversation, only, since, UNREACHABLE } from "./region-under-test.ts";

/** Where it reads from now on. */
function readsFrom(effects: readonly Effect[]): readonly string[] {
  return [...only(effects, "openFeed"), ...only(effects, "poll")].map((effect) => effect.since);
}

/** A region that has read a message, then its own beacon, then another message: bookmarks 1, 2 and 3. */
function following(): Conversation {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  us.changed(us.ownBeacon());
  us.changed(rowOf(messageOf(2)));
  return us;
}

function lostConnection(us: Conversation): void {
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
}

test("[FE9] [S17] [S22] when the store was away rows are read again from before our beacon", (t) => {
  const us = following();
  lostConnection(us);
  us.tick();
  t.deepEqual(readsFrom(us.announced()), ["1"], "the poll under way counts for nothing");
});

test("[FE9] [S1] nothing is read again when nothing came after our beacon", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)), us.ownBeacon());
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tell({ type: "polled", rows: [], since: since(0), pending: 0, nowMs: us.nowMs });
  us.tick();
  t.deepEqual(readsFrom(us.announced()), []);
});

test("[FE9] [S17] [R7] a life begins where the last one's beacon proves the bookmark", (t) => {
  const us = following();
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  t.deepEqual(readsFrom(again.tick()), ["3", "3"]);
  again.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
  const standing = { type: "found", document: us.ownBeacon().document } as const;
  t.deepEqual(readsFrom(again.announced(standing)), ["1", "1"]);

  const third = new Conversation({ epoch: "00000003" }, again.disk);
  third.tick();
  third.tell({ type: "polled", rows: [], since: since(1), pending: 0, nowMs: us.nowMs });
  const second = { type: "found", document: again.ownBeacon().document } as const;
  t.deepEqual(readsFrom(third.announced(second)), [], "it stands where that beacon proves it to be");
});

for (const [title, byMs] of [
  ["an older beacon", -1],
  ["a newer one than the disk knows of", 1],
] as const)
  test(`[FE9] [S17] [R8] ${title} of the last life proves nothing`, (t) => {
    const us = following();
    const again = new Conversation({ epoch: "00000002" }, us.disk);
    again.tick();
    again.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
    const at = Number(Object(us.ownBeacon().document)["at"]) + byMs;
    const standing = { type: "found", document: us.ownBeacon({ at }).document } as const;
    t.deepEqual(readsFrom(again.announced(standing)), [BEGINNING, BEGINNING]);
  });

test("[FE9] [S17] [R8] an older copy of a directory that finds a later life's beacon reads from the beginning", (t) => {
  const us = following();
  const copy = copyOf(us);
  const { document } = us.ownBeacon({ nonce: "00000009" });
  t.deepEqual(alarms(copy.announced({ type: "found", document })), ["origin-shared"]);
  t.deepEqual(readsFrom(renewed(copy)), [BEGINNING]);
});

test("[FE9] [S17] [R8] and so does one that finds a slot of a later life", (t) => {
  const copy = copyOf(following());
  t.true(alarms(copy.changed(rowOf(messageOf(9, { origin: HERE })))).includes("origin-shared"));
  t.deepEqual(readsFrom(renewed(copy)), [BEGINNING]);
});

/** A life that begins with what the disk holds of that one. */
function copyOf(us: Conversation): Conversation {
  const copy = new Conversation({ epoch: "00000002" }, us.disk);
  copy.tick();
  copy.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
  return copy;
}

function renewed(us: Conversation): Effect[] {
  us.tick();
  return us.tell({ type: "renewed", origin: origin("n"), nowMs: us.nowMs });
}

test("[FE9] [S16] what another store proved is worth nothing", (t) => {
  const us = following();
  us.tick(5_000);
  us.announced({ type: "missing" });
  us.changed(rowOf(messageOf(3)));
  const again = new Conversation({ epoch: "00000002" }, us.disk);
  again.tick();
  again.tell({ type: "polled", rows: [], since: since(4), pending: 0, nowMs: us.nowMs });
  const standing = { type: "found", document: us.ownBeacon().document } as const;
  t.deepEqual(readsFrom(again.announced(standing)), [BEGINNING, BEGINNING]);
});

test("[FE9] a row of the new beacon that comes before its answer proves nothing while the store is in doubt", (t) => {
  const us = following();
  lostConnection(us);
  us.tick();
  us.changed(us.ownBeacon());
  t.deepEqual(readsFrom(us.announced()), ["1"]);
});

test("[FE9] what is read again does not have to be read again each time", (t) => {
  const us = following();
  lostConnection(us);
  us.tick();
  us.announced();
  us.changed(rowOf(messageOf(2)));
  us.changed(us.ownBeacon());
  us.changed(rowOf(messageOf(3)));
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tell({ type: "pollFailed", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tick();
  us.tell({ type: "polled", rows: [], since: since(6), pending: 0, nowMs: us.nowMs });
  us.tick();
  t.deepEqual([...new Set(readsFrom(us.announced()))], ["4"]);
});

test("[FE9] a poll that asked from a newer bookmark does not bring it back", (t) => {
  const us = following();
  us.tell({ type: "feedEnded", fault: UNREACHABLE, nowMs: us.nowMs });
  us.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
  us.tick();
  us.announced();
  us.tell({ type: "polled", rows: [], since: since(3), pending: 0, nowMs: us.nowMs });
  t.true(readsFrom(us.tick(20_000)).every((from) => from === "1"));
});
