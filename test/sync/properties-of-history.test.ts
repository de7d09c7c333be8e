import test from "ava";
import * as fc from "fast-check";
import { addMessage, digestOf, type Digest } from "../../sync/digest.ts";
import { boundsOf, Digests } from "../../sync/digests.ts";
import { messageDocument, voidDocument } from "../../sync/document.ts";
import { DIGEST_CLOSED_MS, DIGEST_EVERY_MS, DIGEST_WINDOW_MS, DIGEST_WINDOWS } from "../../sync/limits.ts";
import type { Message, WireMessage } from "../../sync/message.ts";
import { messageId, type OrderKey } from "../../sync/names.ts";
import { Rooms } from "../../sync/rooms.ts";
import { ZERO_STAMP } from "../../sync/stamp.ts";
import type { Row } from "../../sync/store.ts";
import { LOBBY, messageOf, mid, NOON_MS, rowOf } from "./names.ts";
import { Conversation, delivered } from "./region-under-test.ts";

/** What becomes of a document in the store: it stays, is edited, is made no message, is deleted. */
const FATES = ["stays", "edited", "voided", "deleted"] as const;
type Fate = (typeof FATES)[number];

/** The life of the nth document: which mid it carries, when it was written, and how it ends. */
interface Life {
  readonly message: Message;
  readonly fate: Fate;
}

/** Few mids, so that one message often stands at several order keys. */
const someLives = fc
  .array(
    fc.record({ said: fc.integer({ min: 1, max: 4 }), tick: fc.nat(9), fate: fc.constantFrom(...FATES) }),
    {
      minLength: 1,
      maxLength: 9,
    },
  )
  .map((all) =>
    all.map(({ said, tick, fate }, place): Life => ({
      message: messageOf(place + 1, { mid: mid(said), text: `said ${said}` }, tick),
      fate,
    })),
  );

/** Rows of these lives as they are read on the way, from any copy of the store in any order, and then all as they end. */
const someRows = someLives.chain((lives) =>
  fc.record({
    lives: fc.constant(lives),
    early: fc.array(fc.nat(lives.length - 1), { maxLength: 12, size: "max" }),
    ends: fc.shuffledSubarray(
      [...lives, ...lives].map((_, place) => place % lives.length),
      { minLength: lives.length * 2 },
    ),
    restartAt: fc.nat(20),
  }),
);

test("[AP1] [AP2] [AP5] [DL1] [DL3] [S15] [S20] [S22] [I4] whatever order rows come in, what is shown at the end is what stands in the store", (t) => {
  fc.assert(
    fc.property(someRows, ({ lives, early, ends }) => {
      const us = new Conversation().live();
      for (const row of rowsOf(lives, early, ends)) us.changed(row);
      t.deepEqual(shownBy(us), standing(lives));
    }),
    { numRuns: 80 },
  );
});

test("[JR1] [DL1] [R4] a region restarted at any point shows what it showed, and ends as one that was not", (t) => {
  fc.assert(
    fc.property(someRows, ({ lives, early, ends, restartAt }) => {
      let us = new Conversation().live();
      for (const [place, row] of rowsOf(lives, early, ends).entries()) {
        if (place === restartAt) {
          const before = shownBy(us);
          us = new Conversation({ epoch: "00000002" }, us.disk);
          t.deepEqual(shownBy(us), before);
        }
        us.changed(row);
      }
      t.deepEqual(shownBy(us), standing(lives));
    }),
    { numRuns: 80 },
  );
});

test("[AP1] [I2] [I4] a reader that only listens ends with what the region shows, each message once at any moment", (t) => {
  fc.assert(
    fc.property(someRows, ({ lives, early, ends }) => {
      const us = new Conversation().live();
      const seen = new Map<string, WireMessage>();
      for (const event of rowsOf(lives, early, ends).flatMap((row) => delivered(us.changed(row)))) {
        if (event.type === "message") seen.set(event.message.id, event.message);
        if (event.type === "deleted") seen.delete(event.id);
        t.is(new Set([...seen.values()].map((message) => message.mid)).size, seen.size);
      }
      const shown = [...seen.values()].sort((one, other) => (one.order < other.order ? -1 : 1));
      t.deepEqual(
        shown.map(({ id, text }) => `${id} ${text}`),
        standing(lives),
      );
    }),
    { numRuns: 80 },
  );
});

/** Messages over half an hour, of few mids, put in and taken out. */
const someChange = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  isRemoval: fc.boolean(),
  passMs: fc.constantFrom(0, DIGEST_EVERY_MS),
});

test("[DG1] [DG2] [I4] whatever comes and goes between, a digest told is that of what is held when it is made", (t) => {
  const nowMs = NOON_MS + 3 * DIGEST_WINDOW_MS + DIGEST_CLOSED_MS;
  fc.assert(
    fc.property(fc.array(someChange, { maxLength: 40, size: "max" }), (changes) => {
      const rooms = new Rooms();
      const held = new Map<OrderKey, Message>();
      const digests = new Digests(rooms);
      let steadyMs = 0;
      for (const { n, isRemoval, passMs } of changes) {
        const message = messageOf(n, {}, (n * DIGEST_WINDOW_MS) / 4);
        if (isRemoval) {
          held.delete(message.order);
          rooms.remove(LOBBY, message.order);
        } else if (!held.has(message.order)) {
          held.set(message.order, message);
          rooms.insert({ message, state: "stored", isShown: true });
        }
        steadyMs += passMs;
        if (passMs === 0) continue;
        digests.refresh(ZERO_STAMP, undefined, nowMs, steadyMs);
        t.is(digests.published.length, DIGEST_WINDOWS);
        for (const { from, messages, digest } of digests.published) {
          const { stamp, end }: { stamp: string; end: string } = boundsOf(from);
          const within = [...held.values()].filter(({ order }) => stamp <= order && order < end);
          t.is(messages, within.length);
          t.is(digest, digestOfAll(within));
        }
      }
    }),
    { numRuns: 80 },
  );
});

test("[AP2] [LI1] the index of mids and the count of messages follow whatever is put in and taken out", (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.boolean())), (changes) => {
      const rooms = new Rooms();
      const held = new Map<OrderKey, Message>();
      for (const [n, isRemoval] of changes) {
        const message = messageOf(n, { mid: mid(n % 3) });
        if (isRemoval) {
          t.is(rooms.remove(LOBBY, message.order) !== undefined, held.delete(message.order));
        } else if (!held.has(message.order)) {
          rooms.insert({ message, state: "stored", isShown: true });
          held.set(message.order, message);
        }
        const twins = [...held.values()].filter((other) => other.mid === message.mid);
        t.deepEqual(
          rooms
            .twins(message.session, message.mid)
            .map((twin) => twin.message.order)
            .toSorted(),
          twins.map(({ order }) => order).toSorted(),
        );
        t.is(rooms.messages, held.size);
      }
    }),
  );
});

function digestOfAll(messages: readonly Message[]): Digest {
  const sum = { high: 0, low: 0 };
  for (const message of messages) addMessage(sum, message);
  return digestOf(sum);
}

function rowsOf(lives: readonly Life[], early: readonly number[], ends: readonly number[]): Row[] {
  const first = early.flatMap((place) => lives[place] ?? []).map(({ message }) => rowOf(message));
  const last = ends.flatMap((place) => lives[place] ?? []).map(endOf);
  return [...first, ...last];
}

/** How the store shows a document at the end of its life. */
function endOf({ message, fate }: Life): Row {
  const id = messageId(message.room, message.order);
  switch (fate) {
    case "stays":
      return rowOf(message);
    case "edited":
      return { id, document: { ...messageDocument(edited(message)), _rev: "2-0" } };
    case "voided":
      return { id, document: voidDocument(message.room, message.order) };
    case "deleted":
      return { id };
  }
}

function edited(message: Message): Message {
  return { ...message, text: `${message.text}, edited` };
}

/** Of what stands in the store each mid once, at its lowest order key. */
function standing(lives: readonly Life[]): string[] {
  const messages = lives
    .filter(({ fate }) => fate === "stays" || fate === "edited")
    .map(({ message, fate }) => (fate === "edited" ? edited(message) : message));
  return messages
    .filter((one) => !messages.some((other) => other.mid === one.mid && other.order < one.order))
    .toSorted((one, other) => (one.order < other.order ? -1 : 1))
    .map(({ room, order, text }) => `${messageId(room, order)} ${text}`);
}

function shownBy(us: Conversation): string[] {
  return us.region.pages
    .local({ room: LOBBY, limit: 1_000 })
    .page.messages.map(({ id, text }) => `${id} ${text}`);
}
