import test from "ava";
import * as fc from "fast-check";
import { addMessage, digestOf, type Digest } from "../../sync/digest.ts";
import { DIGEST_CLOSED_MS, DIGEST_EVERY_MS, DIGEST_WINDOW_MS } from "../../sync/limits.ts";
import type { Message } from "../../sync/message.ts";
import { beaconRow } from "./beacons.ts";
import { GARDEN, messageOf, mid, NOON_MS, orderAt, rowOf } from "./names.ts";
import { alarms, Conversation, only } from "./region-under-test.ts";

function digest(messages: readonly Message[]): Digest {
  const sum = { high: 0, low: 0 };
  for (const message of messages) addMessage(sum, message);
  return digestOf(sum);
}

/** What the next beacon tells of windows of time. */
function published(us: Conversation, afterMs = 60_000) {
  us.announced();
  us.changed(us.ownBeacon());
  return only(us.tick(afterMs), "announce")[0]?.beacon.digests ?? [];
}

test("[DG1] [I4] a digest is the same in whatever order, and another one when any message differs", (t) => {
  const messages = Array.from({ length: 20 }, (_, n) => messageOf(n + 1));
  const shuffled = fc.shuffledSubarray(messages, { minLength: messages.length });
  fc.assert(fc.property(shuffled, (other) => digest(other) === digest(messages)));
  const changes: Partial<Message>[] = [
    { text: "message 1 " },
    { mid: mid(99) },
    { sender: "Bo" },
    { session: "session-of-bob-2" },
    { room: GARDEN },
  ];
  for (const change of changes)
    t.not(digest([messageOf(1, change), ...messages.slice(1)]), digest(messages), JSON.stringify(change));
  t.not(digest(messages.slice(1)), digest(messages));
});

test("[DG2] a window is published when it is closed, and again when it changes", (t) => {
  const us = new Conversation().live();
  const message = messageOf(1);
  us.changed(rowOf(message));
  us.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS - 2_000);
  t.deepEqual(
    published(us, 500).filter(({ from }) => from === NOON_MS),
    [],
  );
  const [closed] = published(us);
  t.deepEqual(closed, { from: NOON_MS, messages: 1, digest: digest([message]) });
  t.deepEqual(us.region.digests(NOON_MS), [{ room: message.room, messages: 1, digest: digest([message]) }]);
  us.changed({ id: rowOf(message).id });
  t.like(published(us)[0], { from: NOON_MS, messages: 0 });
});

test("[DG2] a window in which something waits or is missing is not published", (t) => {
  const us = new Conversation().live();
  us.say(1);
  us.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS);
  t.deepEqual(
    published(us).filter(({ from }) => from === NOON_MS),
    [],
    "ours waits for the store",
  );
  const them = new Conversation().live();
  them.changed(rowOf(messageOf(2)));
  them.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS);
  t.deepEqual(
    published(them).filter(({ from }) => from === NOON_MS),
    [],
    "the first slot is a hole",
  );
});

test("[DG2] [JO1] a region vouches for no window from before it joined", (t) => {
  const us = new Conversation();
  us.tick();
  us.joined(beaconRow({ n: 1, order: orderAt(1, 5) }));
  us.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS);
  t.deepEqual(published(us), []);
});

test("[DG3] two beacons that differ make us look again, a difference that lasts is told", (t) => {
  const us = new Conversation().live();
  us.changed(rowOf(messageOf(1)));
  us.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS);
  published(us);
  const told = (at: number, messages: readonly Message[]) =>
    us.changed(
      beaconRow({ at, digests: [{ from: NOON_MS, messages: messages.length, digest: digest(messages) }] }),
    );
  us.checked("present");
  us.tell({ type: "scanned", rows: [], isOver: true, nowMs: us.nowMs });
  const agreement = () => us.region.regionViews()[1]?.agreement?.state;
  told(NOON_MS, [messageOf(1)]);
  t.is(agreement(), "same");
  told(NOON_MS + 1, [messageOf(2)]);
  t.is(agreement(), "different");
  t.is(only(us.tick(), "scan").length, 0, "a deletion on its way is no reason to worry");
  const audit = told(NOON_MS + 2, [messageOf(2)]);
  t.is(only(audit, "check").length, 1);
  t.is(only(us.tick(), "scan").length, 1);
  const later = [3, 4, 5, 6].flatMap((n) => told(NOON_MS + n, [messageOf(2)]));
  t.true(alarms(later).includes("diverged"));
  told(NOON_MS + 7, [messageOf(1)]);
  t.is(agreement(), "same");
});

test("[DG2] digests are made anew at most every ten seconds", (t) => {
  const us = new Conversation().live();
  us.tick(DIGEST_WINDOW_MS + DIGEST_CLOSED_MS);
  us.changed(rowOf(messageOf(1)));
  t.is(published(us, DIGEST_EVERY_MS - 1)[0]?.messages, 0);
  t.is(published(us, 60_000)[0]?.messages, 1);
});
