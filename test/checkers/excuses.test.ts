import test from "ava";
import type { WireMessage } from "../../sync/message.ts";
import { HERE, HOUR_MS, LOBBY, NOON_MS, orderAt, THERE } from "../sync/names.ts";
import { handedBy, shownAt } from "./damage.ts";
import type { Attempt, Handed, History } from "./history.ts";
import { judge } from "./judge.ts";
import { table } from "./table.ts";
import { tale } from "./tale.ts";

/** What looks like a broken promise and is none, and how far the excuse goes. */

const good = tale([
  { author: 0, region: 0, room: 0, fate: "kept" },
  { author: 0, region: 1, room: 0, fate: "kept" },
  { author: 1, region: 0, room: 0, fate: "kept" },
]);
const [first, second, third] = good.store.messages;
if (first === undefined || second === undefined || third === undefined) throw new Error("no such tale");

function promises(history: History): string[] {
  return [...new Set(judge(history).map(({ promise }) => promise))];
}

/** As if this message had never come further than its own region's disk. */
function neverStored(history: History, { id, mid }: WireMessage): History {
  const isOther = (message: WireMessage): boolean => message.id !== id;
  const isOtherEvent = ({ event }: Handed): boolean =>
    event.type === "message" ? isOther(event.message) : event.type !== "stored" || !event.mids.includes(mid);
  return {
    ...history,
    screens: [],
    finals: history.finals.map((final) => ({ ...final, messages: final.messages.filter(isOther) })),
    store: { ...history.store, messages: history.store.messages.filter(isOther) },
    confirmed: (history.confirmed ?? []).filter((one) => one.id !== id),
    readers: history.readers.map((reader) => ({ ...reader, handed: reader.handed.filter(isOtherEvent) })),
  };
}

function alsoHanded(client: string, ...more: readonly Handed[]): History {
  return handedBy(good, client, (handed) => [...handed, ...more]);
}

function attempted(history: History, message: WireMessage, changed: Partial<Attempt>): History {
  const attempts = history.attempts.map((attempt) =>
    attempt.mid === message.mid ? { ...attempt, ...changed } : attempt,
  );
  return { ...history, attempts };
}

test("[I1] [R10] what was only on a disk that is gone for ever is not lost by us", (t) => {
  const history = neverStored(good, first);
  t.deepEqual(promises(history), ["I1"]);
  t.deepEqual(promises({ ...history, lostDisks: [{ region: HERE, atMs: 1_050 }] }), []);
});

test("[I1] [R10] a disk that was lost before, or of another region, is no excuse", (t) => {
  const history = neverStored(good, first);
  t.deepEqual(promises({ ...history, lostDisks: [{ region: HERE, atMs: 1_000 }] }), ["I1"]);
  t.deepEqual(promises({ ...history, lostDisks: [{ region: THERE, atMs: 1_050 }] }), ["I1"]);
});

test("[I1] [R10] what the store had before the disk went is lost by us", (t) => {
  const history = neverStored(good, first);
  const confirmed = [{ id: first.id, atMs: 1_040 }, ...(history.confirmed ?? [])];
  t.deepEqual(promises({ ...history, confirmed, lostDisks: [{ region: HERE, atMs: 1_050 }] }), ["I1"]);
});

test("[I4] [S17] a deletion that a restored store forgot before anybody knew of it may be undone", (t) => {
  const { id, mid, sender } = first;
  const deed = { type: "deleted" as const, id, mid, session: sender.session, atMs: 9_000 };
  t.deepEqual(promises({ ...good, deeds: [deed] }), ["I4"]);
  t.deepEqual(promises({ ...good, deeds: [{ ...deed, isUndone: true }] }), []);
});

test("[I2] a reader that comes back from elsewhere, or to a new life of the region, may be handed a message again", (t) => {
  const shown = shownAt(THERE, first);
  t.deepEqual(promises(alsoHanded("reader 1", shown)), ["I2"]);
  t.deepEqual(promises(alsoHanded("reader 1", { ...shown, region: HERE })), []);
  t.deepEqual(promises(alsoHanded("reader 1", { ...shown, life: "life-2" })), []);
});

test("[I2] [S17] what the store lost is shown as accepted once more, and then not again", (t) => {
  const lost = shownAt(HERE, { ...first, state: "accepted" });
  t.deepEqual(promises(alsoHanded("reader 0", lost)), []);
  t.deepEqual(promises(alsoHanded("reader 0", lost, lost)), ["I2"]);
});

test("[I2] [I5] [S21] what an admin changed is shown again, as the admin typed it", (t) => {
  const edited = { ...third, text: "an admin was here" };
  const withText = (messages: readonly WireMessage[]): WireMessage[] =>
    messages.map((message) => (message.id === third.id ? edited : message));
  const history: History = {
    ...good,
    screens: [],
    deeds: [{ type: "typed", message: edited, atMs: 9_000 }],
    store: { ...good.store, messages: withText(good.store.messages) },
    finals: good.finals.map((final) => ({ ...final, messages: withText(final.messages) })),
    readers: good.readers.map(({ handed, ...reader }) => ({
      ...reader,
      handed: [...handed, shownAt(handed.at(-1)?.region ?? HERE, edited)],
    })),
  };
  t.deepEqual(promises(history), []);
  t.deepEqual(promises({ ...history, deeds: [] }), ["I5"]);
});

test("[I2] a reader's screen begins at its first page, and nowhere when that was said to be incomplete", (t) => {
  const reset = { atMs: 9_000, region: THERE, life: "life-1" };
  const complete: Handed = { ...reset, event: { type: "reset", reason: "too-far-behind" } };
  const incomplete: Handed = {
    ...reset,
    event: { type: "reset", reason: "store-away", incomplete: [LOBBY] },
  };
  const [one, two, three] = [shownAt(THERE, first), shownAt(THERE, second), shownAt(THERE, third)];
  t.deepEqual(promises(alsoHanded("reader 1", complete, two, three)), []);
  t.deepEqual(promises(alsoHanded("reader 1", complete, one, three)), ["I2"]);
  t.deepEqual(promises(alsoHanded("reader 1", complete)), ["I2"]);
  t.deepEqual(promises(alsoHanded("reader 1", incomplete, one, three)), []);
});

test("[I2] [S15] what nobody had yet when a screen was begun belongs on it, wherever it sorts", (t) => {
  const reset: Handed = {
    atMs: 1_500,
    region: THERE,
    life: "life-1",
    event: { type: "reset", reason: "too-far-behind" },
  };
  const begun = handedBy(good, "reader 1", () => [reset, shownAt(THERE, third)]);
  t.deepEqual(promises({ ...begun, confirmed: [], synced: [] }).includes("I2"), false);
  const late = [{ id: second.id, atMs: 1_501 }];
  t.true(promises({ ...begun, confirmed: late, synced: late }).includes("I2"));
  t.false(promises({ ...begun, confirmed: late, synced: [{ id: second.id, atMs: 1_499 }] }).includes("I2"));
});

test("[I3] an author that moved and did not say what it had seen can not be kept in order", (t) => {
  const low = { ...second, order: orderAt(1, -1) };
  const history = attempted(good, second, {
    answer: { type: "acknowledged", atMs: 2_020, message: { ...low, state: "accepted" } },
  });
  t.deepEqual(promises(history), ["I3"]);
  const attempts = history.attempts.map(({ after, ...attempt }) =>
    attempt.mid === second.mid ? attempt : { ...attempt, ...(after === undefined ? {} : { after }) },
  );
  t.deepEqual(promises({ ...history, attempts }), []);
});

test("[I3] an author that asks the same region again is kept in order without a word", (t) => {
  const { attempts, ...history } = tale([
    { author: 0, region: 0, room: 0, fate: "kept" },
    { author: 0, region: 0, room: 1, fate: "kept" },
  ]);
  const silent = attempts.map(({ after, answer, ...attempt }): Attempt => {
    if (after === undefined || answer?.type !== "acknowledged")
      return { ...attempt, ...(answer && { answer }) };
    return { ...attempt, answer: { ...answer, message: { ...answer.message, order: orderAt(1, -1) } } };
  });
  t.deepEqual(promises({ ...history, attempts: silent }), ["I3"]);
});

test("[I3] [R11] nobody is kept behind an order key that is more than a day ahead of the clock", (t) => {
  const tick = second.at - NOON_MS;
  t.deepEqual(promises(attempted(good, second, { after: orderAt(1, tick + 24 * HOUR_MS) })), ["I3"]);
  t.deepEqual(promises(attempted(good, second, { after: orderAt(1, tick + 25 * HOUR_MS) })), []);
});

test("[I3] [R11] who has seen such an order key and says so can not be kept behind the others either", (t) => {
  const answer = {
    type: "acknowledged" as const,
    atMs: 2_020,
    message: { ...second, order: orderAt(1, -1), state: "accepted" as const },
  };
  const low = attempted(good, second, { answer });
  t.deepEqual(promises(low), ["I3"]);
  const broken = orderAt(1, second.at - NOON_MS + 25 * HOUR_MS);
  const again = low.attempts
    .filter(({ mid }) => mid === second.mid)
    .map((attempt) => ({ ...attempt, after: broken }));
  t.deepEqual(promises({ ...low, attempts: [...low.attempts, ...again] }), []);
});

/** The first message's author said something else under the same mid, to another region: that is what is shown. */
function reused(answer: Attempt["answer"]): History {
  const text = "something else";
  const other = good.attempts.slice(0, 1).map(({ session, mid, sentMs }): Attempt => ({
    session,
    mid,
    text,
    region: THERE,
    sentMs,
    ...(answer && { answer }),
  }));
  const changed = (message: WireMessage): WireMessage =>
    message.id === first?.id ? { ...message, text } : message;
  return {
    ...good,
    screens: [],
    readers: [],
    attempts: [...good.attempts, ...other],
    store: { ...good.store, messages: good.store.messages.map(changed) },
    finals: good.finals.map((final) => ({ ...final, messages: final.messages.map(changed) })),
  };
}

test("[I5] [C3] of two texts under one mid either may be shown, unless it was turned away", (t) => {
  t.deepEqual(promises(reused(undefined)), []);
  t.deepEqual(promises(reused({ type: "refused", atMs: 0, code: "cannot-store" })), []);
  t.deepEqual(promises(reused({ type: "refused", atMs: 0, code: "mid-reused" })), ["I5"]);
});

test("[I8] what a recorder cannot know is not held against the region", (t) => {
  const { synced, confirmed, ...rest } = good;
  t.truthy(synced);
  t.truthy(confirmed);
  t.deepEqual(promises(rest), []);
  t.deepEqual(promises({ ...rest, synced: [], confirmed: [] }), ["I8"]);
});

test("the summary has a line for each promise, with a case where there is one", (t) => {
  const lines = table(judge(neverStored(good, first)))
    .trimEnd()
    .split("\n");
  t.is(lines.length, 10);
  t.is(
    lines[0],
    "I1   lost                        1  1 message acknowledged by a region and shown by none at the end: lost.",
  );
  t.is(lines[1], "I2   shown twice or never        0");
});
