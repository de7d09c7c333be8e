import test from "ava";
import * as fc from "fast-check";
import { backoffMs, parseRetryAfter } from "../../public/client/backoff.ts";
import { MemoryShelf } from "../../public/client/memory-shelf.ts";
import { Outbox, type OutboxEntry } from "../../public/client/outbox.ts";
import {
  parseEntry,
  parseHistory,
  parsePost,
  parseProblem,
  parseRegions,
  parseSync,
} from "../../public/client/parse.ts";
import { Lines } from "../../public/shown/lines.ts";
import { Recent } from "../../public/shown/recent.ts";
import { TimeWriter } from "../../public/shown/time-words.ts";
import { toWire } from "../../sync/message.ts";
import { viewRegions } from "../../sync/registry.ts";
import type { ReaderEvent, RegionsAnswer, SyncAnswer } from "../../sync/wire.ts";
import { branded } from "../../sync/brand.ts";
import { messageId } from "../../sync/names.ts";
import { someBeacon, someMessage, spoilt } from "../sync/arbitraries.ts";
import { openClient, SYNC } from "./client/client-under-test.ts";
import { lobby, messageAt, midOf } from "./messages.ts";

const someEvent: fc.Arbitrary<ReaderEvent> = fc.oneof(
  fc
    .tuple(someMessage, fc.constantFrom("accepted" as const, "stored" as const), fc.nat())
    .map(([message, state, lateMs]): ReaderEvent => ({
      type: "message",
      message: toWire(message, state),
      lateMs,
    })),
  someMessage.map(({ room, mid }): ReaderEvent => ({ type: "stored", room, mids: [mid] })),
  someMessage.map(({ room, order, mid }): ReaderEvent => {
    return { type: "rejected", room, id: messageId(room, order), mid, reason: "no" };
  }),
  someMessage.map(({ room, order }): ReaderEvent => {
    return { type: "deleted", room, id: messageId(room, order), mayReturn: true };
  }),
  fc.constant<ReaderEvent>({ type: "regions" }),
);

const parsers = [parseSync, parsePost, parseHistory, parseRegions, parseEntry, parseProblem];

test("[C4] [S27] whatever JSON a proxy answers, the page reads it as nothing or unchanged, and never fails", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
      for (const parse of parsers) t.true([undefined, value].includes(parse(value)) || parse === parseSync);
    }),
  );
});

test("[I5] [R13] what a region tells is read as it was told, and what a newer one adds is left out", (t) => {
  const event = fc.oneof(
    { weight: 4, arbitrary: someEvent.map((known) => ({ known, told: { ...known, colour: "red" } })) },
    { weight: 1, arbitrary: fc.jsonValue().map((told) => ({ known: undefined, told })) },
    {
      weight: 1,
      arbitrary: someEvent.map(({ type, ...rest }) => ({
        known: undefined,
        told: { type: `${type}-2`, ...rest },
      })),
    },
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), (all) => {
      const told = { events: all.map((one) => one.told), cursor: "c", colour: "red" };
      const parsed = parseSync(JSON.parse(JSON.stringify(told)));
      const known = all.flatMap((one) => (one.known === undefined ? [] : [{ ...one.known, colour: "red" }]));
      t.deepEqual<unknown, unknown>(parsed?.events, known);
    }),
  );
});

test("[C7] [I5] an answer in which something is not as it should be is read as a whole or not at all", (t) => {
  const region = fc.tuple(someBeacon, fc.nat()).map(([beacon, at]): RegionsAnswer => {
    const regions = viewRegions(beacon, [{ beacon, heardMs: at }], () => undefined, at);
    return {
      region: "us",
      store: { state: "live", waiting: 0 },
      audit: { isRunning: false, restored: 0 },
      regions,
    };
  });
  const sync = fc
    .array(someEvent, { maxLength: 2 })
    .map((events): SyncAnswer => ({ events, cursor: branded("c") }));
  fc.assert(
    fc.property(region, sync, (regions, answer) => {
      t.deepEqual(parseRegions(regions), regions);
      t.deepEqual(parseSync(answer), answer);
    }),
    { numRuns: 30 },
  );
  const counts = fc.constantFrom({ "01234567": -1 }, { "01234567": "7" }, { "01234567": 0.5 }, [1]);
  fc.assert(
    fc.property(region, counts, fc.constantFrom("seen", "missing"), (regions, wrong, field) => {
      const [first, ...others] = regions.regions;
      const spoiltRegions = { ...regions, regions: [{ ...first, [field]: wrong }, ...others] };
      t.is(parseRegions(spoiltRegions), undefined);
    }),
    { numRuns: 30 },
  );
  const post = someMessage.map((message) => toWire(message, "stored")).chain((wire) => spoilt({ ...wire }));
  let read = 0;
  fc.assert(
    fc.property(post, (message) => {
      const parsed = parsePost({ message });
      if (parsed === undefined) return;
      read++;
      const { id, mid, room, sender, text, at, region: name, order, state } = parsed.message;
      for (const one of [id, mid, room, sender.name, sender.session, text, name, order])
        t.is(typeof one, "string");
      t.true(Number.isFinite(at) && (state === "accepted" || state === "stored"));
    }),
    { numRuns: 300 },
  );
  t.true(read > 0);
});

const maren = { token: "token of s1", session: "s1", name: "Maren", region: "us" };
const someDeed = fc.record({
  type: fc.constantFrom(
    "add",
    "add",
    "accept",
    "store",
    "reject",
    "remove",
    "adopt",
    "again",
    "session ended",
  ),
  n: fc.nat(8),
});

/** What an outbox should know of a message. */
interface Model {
  state: OutboxEntry["state"]["type"];
  wasAccepted: boolean;
  mayBeRepeated: boolean;
}

test("[C1] [C13] [I1] [I3] the outbox forgets nothing that is not stored, deleted or seen, and posts in the order of writing", (t) => {
  fc.assert(
    fc.property(fc.array(someDeed, { maxLength: 60, size: "max" }), (deeds) => {
      const outbox = new Outbox(new MemoryShelf());
      const model = new Map<number, Model>();
      for (const { type, n } of deeds) {
        const message = messageAt(n, { state: "accepted" });
        const known = model.get(n);
        switch (type) {
          case "add":
            if (known !== undefined) break;
            t.true(outbox.add({ ...entryOf(n), session: maren }));
            model.set(n, { state: "waiting", wasAccepted: false, mayBeRepeated: true });
            break;
          case "accept":
            outbox.acknowledged(message);
            if (known !== undefined) Object.assign(known, { state: "accepted", wasAccepted: true });
            break;
          case "store":
            outbox.acknowledged({ ...message, state: "stored" });
            model.delete(n);
            break;
          case "reject":
            outbox.rejected(midOf(n), "no");
            if (known !== undefined) known.state = "rejected";
            break;
          case "remove":
            outbox.remove(midOf(n));
            model.delete(n);
            break;
          case "adopt":
            outbox.adopt(message, maren);
            if (known === undefined)
              model.set(n, { state: "accepted", wasAccepted: true, mayBeRepeated: true });
            break;
          case "again":
            outbox.postAgain();
            for (const one of model.values())
              if (one.state === "accepted" && one.mayBeRepeated) one.state = "waiting";
            break;
          case "session ended":
            outbox.sessionEnded(maren);
            for (const one of model.values()) {
              if (one.state === "rejected") continue;
              one.mayBeRepeated = false;
              if (one.wasAccepted) one.state = "accepted";
            }
        }
        t.deepEqual(
          outbox.entries().map(({ mid, state }) => `${mid} ${state.type}`),
          [...model].map(([one, { state }]) => `${midOf(one)} ${state}`),
        );
        const [next] = [...model].find(([, { state }]) => state === "waiting") ?? [];
        t.is(outbox.next()?.mid, next === undefined ? undefined : midOf(next));
      }
    }),
  );
});

test("[C4] [I1] [I2] whatever comes between, the page asks from the cursor of the last answer that came whole", async (t) => {
  const weather = fc.constantFrom("whole", "whole", "cut", "refused", "garbage");
  await fc.assert(
    fc.asyncProperty(fc.array(weather, { maxLength: 10 }), async (answers) => {
      const { platform } = openClient(t);
      let cursor: string | null = null;
      for (const [place, answer] of answers.entries()) {
        while ((await platform.open(SYNC)).length === 0) await platform.pass(1_000);
        const asked = await platform.request(SYNC);
        t.is(new URLSearchParams(asked.line.split("?")[1]).get("cursor"), cursor);
        switch (answer) {
          case "whole":
            cursor = `c${place}`;
            asked.answer(200, { events: [], cursor });
            break;
          case "cut":
            asked.cut();
            break;
          case "refused":
            asked.answer(503, { code: "overloaded", detail: "later" });
            break;
          case "garbage":
            asked.answer(200, { events: {}, cursor: 7 });
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("[I6] the page's outbox is bounded, and only what is settled makes room", (t) => {
  fc.assert(
    fc.property(fc.nat(400), fc.integer({ min: 1, max: 200 }), (accepted, more) => {
      const outbox = new Outbox(new MemoryShelf());
      for (let n = 1; n <= 500; n++) outbox.add(entryOf(n));
      for (let n = 1; n <= accepted; n++) outbox.acknowledged(messageAt(n, { state: "accepted" }));
      let taken = 0;
      for (let n = 501; n <= 500 + more; n++) if (outbox.add(entryOf(n))) taken++;
      t.is(taken, Math.min(accepted, more));
      t.is(outbox.entries().length, 500);
    }),
    { numRuns: 10 },
  );
});

test("[I2] [I3] of what the region tells and what still waits each message is one line, in order, own ones last", (t) => {
  const told = fc.uniqueArray(fc.nat(9)).map((all) => all.toSorted((one, other) => one - other));
  fc.assert(
    fc.property(told, fc.uniqueArray(fc.nat(12)), (messages, waiting) => {
      const lines = new Lines().of({
        room: lobby,
        messages: messages.map((n) => messageAt(n)),
        outbox: waiting.map(entryOf),
        isMine: (session) => session === "s1",
      });
      const rest = waiting.filter((n) => !messages.includes(n));
      t.deepEqual(
        lines.map(({ mid }) => mid),
        [...messages, ...rest].map(midOf),
      );
      t.is(new Set(lines.map(({ key }) => key)).size, lines.length);
      const states = lines.map(({ state }) => state);
      t.deepEqual(states, [...messages.map(() => "stored" as const), ...rest.map(() => "waiting" as const)]);
    }),
  );
});

test("[I7] [A8] whatever Retry-After says, the page waits no longer than five minutes for it, and 15 s for anything else", (t) => {
  const header = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(
      header,
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (text, failures, chance) => {
        const waitMs = parseRetryAfter(text, Date.UTC(2026, 0, 1)) ?? 0;
        t.true(waitMs >= 0 && waitMs <= 300_000);
        t.true(backoffMs(failures, chance) >= 0 && backoffMs(failures, chance) <= 15_000);
      },
    ),
  );
});

test("[C9] [R11] whatever a clock said, the page shows a time or none, and never fails", (t) => {
  const writer = new TimeWriter("en", "UTC");
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.maxSafeInteger()), (at) => {
      const words = writer.write(at);
      if (words !== undefined) t.is(Date.parse(words.iso), Math.trunc(at) + 0);
    }),
  );
});

test("[I6] what was seen lately is remembered to its limit, the newest longest", (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 5 }), (things, limit) => {
      const recent = new Recent<number>(limit);
      const kept: number[] = [];
      for (const thing of things) {
        recent.add(thing);
        if (!kept.includes(thing)) kept.push(thing);
        if (kept.length > limit) kept.shift();
        for (let n = 0; n < 10; n++) t.is(recent.has(n), kept.includes(n));
      }
    }),
  );
});

function entryOf(n: number): OutboxEntry {
  return { room: lobby, mid: midOf(n), text: `text ${n}`, name: "Ana", at: n, state: { type: "waiting" } };
}
