import { EventEmitter, once } from "node:events";
import test, { type ExecutionContext } from "ava";
import type { WireMessage } from "../../sync/message.ts";
import { Api } from "../../public/client/api.ts";
import { webPlatform } from "../../public/client/platform.ts";
import { posted, room, shownFor } from "./conversation.ts";
import { Reader } from "./reader.ts";

const [one, two, three] = [posted(1, "ann"), posted(2, "bob"), posted(3, "ann")].map(shownFor);
const event = (message: WireMessage | undefined) => ({ type: "message", message });

/** A reader of a region that gives these answers to its polls, one after the other, and this history. */
async function readerOf(t: ExecutionContext, answers: readonly object[], history: readonly object[] = []) {
  let asked = 0;
  const region = new EventEmitter();
  const hasAll = once(region, "parked");
  const fetch = async (url: string, { signal }: RequestInit): Promise<Response> => {
    if (url.includes("/messages?")) return Response.json({ messages: history });
    const answer = answers[asked++];
    if (answer !== undefined) return Response.json(answer);
    // A poll that nothing comes for: the reader has taken all answers.
    region.emit("parked");
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  };
  const shown: string[] = [];
  const api = new Api({ ...webPlatform, fetch }, "http://region");
  const reader = new Reader("r1", api, [room], ({ text }) => shown.push(text));
  t.teardown(() => reader.stop());
  await reader.start();
  await hasAll;
  return { reader, shown };
}

test("a reader shows what it is handed in the order of the keys, and knows the newest", async (t) => {
  const { reader, shown } = await readerOf(t, [
    { events: [], cursor: "1", reset: { reason: "start" } },
    { events: [event(two)], cursor: "2" },
    { events: [event(one)], cursor: "3" },
  ]);
  t.deepEqual(
    reader.messages().map(({ text }) => text),
    ["text 1", "text 2"],
  );
  t.deepEqual(shown, ["text 2", "text 1"]);
  t.is(reader.newest(room), two?.order);
  t.deepEqual(reader.repeats, []);
});

test("[I2] what is handed over again is a repeat, and shown once", async (t) => {
  const { reader } = await readerOf(t, [
    { events: [event(one)], cursor: "1" },
    { events: [event(one), event(two)], cursor: "2" },
  ]);
  t.deepEqual(reader.repeats, [one?.id]);
  t.is(reader.size, 2);
});

test("after a reset the history gives what lies between, and the page is no repeat", async (t) => {
  const { reader } = await readerOf(
    t,
    [
      { events: [event(one)], cursor: "1" },
      { events: [event(three)], cursor: "2", reset: { reason: "too-far-behind" } },
    ],
    [one, two, three].flatMap((message) => message ?? []),
  );
  t.is(reader.size, 3);
  t.is(reader.resets, 1);
  t.deepEqual(reader.repeats, []);
});

test("[I8] a message is stored once that is said of it, and gone when it is deleted", async (t) => {
  const accepted = { ...one, state: "accepted" };
  const { reader } = await readerOf(t, [
    { events: [{ type: "message", message: accepted }, event(two)], cursor: "1" },
    { events: [{ type: "stored", room, mids: [one?.mid, two?.mid] }], cursor: "2" },
  ]);
  t.is(reader.stored, 2);
  const { reader: other } = await readerOf(t, [
    { events: [event(one), event(two)], cursor: "1" },
    { events: [{ type: "deleted", room, id: one?.id }], cursor: "2" },
  ]);
  t.deepEqual([other.size, other.stored], [1, 1]);
});
