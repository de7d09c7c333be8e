import test from "ava";
import * as fc from "fast-check";
import { Timeline } from "../../../public/shown/timeline.ts";
import { branded } from "../../../sync/brand.ts";
import type { Room } from "../../../sync/names.ts";
import type { Cursor, ReaderEvent, SyncAnswer } from "../../../sync/wire.ts";
import type { WireMessage } from "../../../sync/message.ts";
import { lobby, messageAt, midOf, orderOf } from "../messages.ts";

const cursor = branded<Cursor>("c");

function said(message: WireMessage): ReaderEvent {
  return { type: "message", message };
}

function deleted({ id, mid }: WireMessage): ReaderEvent {
  return { type: "deleted", room: lobby, id, mid };
}

/** A page in place of everything before. */
function reset(messages: readonly WireMessage[]): SyncAnswer {
  return { events: messages.map(said), cursor, reset: { reason: "start" } };
}

function textsOf(timeline: Timeline): string[] {
  return timeline.messages().map((message) => message.text);
}

/** Few mids and sessions, so that copies of one message at several order keys are common. */
const someMessage = fc
  .record({ n: fc.integer({ min: 1, max: 30 }), mid: fc.nat(9), session: fc.constantFrom("s1", "s2") })
  .map(({ n, mid, session }) =>
    messageAt(n, {
      mid: midOf(mid),
      sender: { name: "Ana", session },
      text: `${session} ${mid}`,
      state: "accepted",
    }),
  );
const someMessages = fc.uniqueArray(someMessage, { selector: (message) => message.id, maxLength: 30 });

/** Everything that happened to a set of messages, and the same again, shuffled. */
const someHistory = someMessages.chain((messages) =>
  fc.record({
    messages: fc.constant(messages),
    stored: fc.subarray(messages),
    gone: fc.subarray(messages),
    rejected: fc.subarray(messages),
  }),
);

function eventsOf(history: {
  messages: WireMessage[];
  stored: WireMessage[];
  gone: WireMessage[];
  rejected: WireMessage[];
}): ReaderEvent[] {
  return [
    ...history.messages.map(said),
    ...history.stored.map(({ mid }): ReaderEvent => ({ type: "stored", room: lobby, mids: [mid] })),
    ...history.gone.map(deleted),
    ...history.rejected.map(({ id, mid }): ReaderEvent => ({
      type: "rejected",
      room: lobby,
      id,
      mid,
      reason: "no",
    })),
  ];
}

/** What is to be shown, straight from the set: the rule itself, without a timeline. */
function shownOf(history: Parameters<typeof eventsOf>[0]): object[] {
  const gone = new Set([...history.gone, ...history.rejected].map((message) => message.id));
  const stored = new Set(history.stored.map((message) => message.mid));
  const left = history.messages.filter((message) => !gone.has(message.id));
  const lowest = left.filter(
    (message) => !left.some((other) => other.text === message.text && other.order < message.order),
  );
  return lowest
    .toSorted((a, b) => (a.order < b.order ? -1 : 1))
    .map((message) => ({ ...message, state: stored.has(message.mid) ? "stored" : "accepted" }));
}

test("[I2] [I4] every order and repetition of the same events shows the same list, each message once", (t) => {
  const shuffled = someHistory.chain((history) => {
    const events = eventsOf(history);
    return fc.record({
      history: fc.constant(history),
      arrivals: fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
      cut: fc.nat(events.length * 2),
    });
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(shuffled, ({ history, arrivals, cut }) => {
        const timeline = new Timeline(lobby);
        timeline.take(arrivals.slice(0, cut));
        timeline.take(arrivals.slice(cut));
        t.deepEqual([...timeline.messages()], shownOf(history));
      }),
      { numRuns: 500 },
    ),
  );
});

test("[C2] a message that stands at a lower order key as well moves there, and is shown once", (t) => {
  const timeline = new Timeline(lobby);
  timeline.take([said(messageAt(2)), said(messageAt(5, { mid: midOf(4), text: "twice" }))]);
  t.deepEqual(textsOf(timeline), ["text 2", "twice"]);
  timeline.take([said(messageAt(1, { mid: midOf(4), text: "twice" }))]);
  t.deepEqual(textsOf(timeline), ["twice", "text 2"]);
});

test("[S22] what an admin deleted does not come back, neither late nor through the history", (t) => {
  const timeline = new Timeline(lobby);
  timeline.receive(reset([messageAt(5)]));
  timeline.take([deleted(messageAt(2)), deleted(messageAt(6))]);
  timeline.take([said(messageAt(6))]);
  timeline.prepend({ messages: [messageAt(2), messageAt(3)] });
  t.deepEqual(textsOf(timeline), ["text 3", "text 5"]);
});

test("[C2] [S21] [S22] what is only hidden comes back when it is said again", (t) => {
  const timeline = new Timeline(lobby);
  const [lower, higher] = [messageAt(1, { mid: midOf(4) }), messageAt(2, { mid: midOf(4) })];
  const hidden = { type: "deleted", room: lobby, id: higher.id, mid: higher.mid, mayReturn: true } as const;
  timeline.take([said(higher), hidden, said(lower)]);
  t.deepEqual(textsOf(timeline), ["text 1"]);
  timeline.take([deleted(lower), said(higher)]);
  t.deepEqual(textsOf(timeline), ["text 2"]);
});

test("a reset shows the page given in place of what was there", (t) => {
  const timeline = new Timeline(lobby);
  timeline.receive(reset([messageAt(1), messageAt(2)]));
  timeline.receive(reset([messageAt(8), messageAt(9)]));
  t.deepEqual(textsOf(timeline), ["text 8", "text 9"]);
  t.is(timeline.floor, orderOf(8));
  t.is(timeline.older, "maybe");
});

test("new are messages that were not known, and not those of a reset nor another copy of one", (t) => {
  const timeline = new Timeline(lobby);
  const arrivals = (messages: readonly WireMessage[]): string[] =>
    timeline.receive({ events: messages.map(said), cursor }).map((message) => message.text);
  t.deepEqual(timeline.receive(reset([messageAt(1)])), []);
  t.deepEqual(arrivals([messageAt(1), messageAt(3)]), ["text 3"]);
  t.deepEqual(arrivals([messageAt(2, { mid: midOf(3) })]), []);
});

test("messages of another room are not shown", (t) => {
  const timeline = new Timeline(lobby);
  timeline.take([said(messageAt(1, { room: branded<Room>("kitchen") }))]);
  t.deepEqual(textsOf(timeline), []);
});

test("older messages come before, page by page, until there are none", (t) => {
  const timeline = new Timeline(lobby);
  timeline.receive(reset([messageAt(5), messageAt(6)]));
  timeline.prepend({ messages: [messageAt(3), messageAt(4)], before: orderOf(3) });
  t.is(timeline.floor, orderOf(3));
  t.is(timeline.older, "maybe");
  timeline.prepend({ messages: [messageAt(2)] });
  t.deepEqual(textsOf(timeline), ["text 2", "text 3", "text 4", "text 5", "text 6"]);
  t.is(timeline.older, "none");
});

test("a history that the region could not read to its end can be asked for again", (t) => {
  const timeline = new Timeline(lobby);
  timeline.receive(reset([messageAt(5)]));
  timeline.prepend({ messages: [messageAt(4)], incomplete: true });
  t.is(timeline.older, "away");
  t.is(timeline.floor, orderOf(4));
});

test("[I6] the oldest beyond the limit are forgotten, without a gap, and come again through the history", (t) => {
  const timeline = new Timeline(lobby);
  const messages = Array.from({ length: 10 }, (_, n) => messageAt(n + 1));
  timeline.receive(reset(messages));
  timeline.prepend({ messages: [] });
  timeline.trim(4);
  t.deepEqual(textsOf(timeline), ["text 7", "text 8", "text 9", "text 10"]);
  timeline.take([said(messageAt(2))]);
  t.is(timeline.messages().length, 4);
  timeline.prepend({ messages: [messageAt(5), messageAt(6)], before: timeline.floor ?? "" });
  t.is(timeline.messages().length, 6);
});
