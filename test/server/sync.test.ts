import test from "ava";
import * as fc from "fast-check";
import { isRecord } from "../../sync/json.ts";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { parsePlace } from "../../server/doors/reading.ts";
import { ask, code, connectRaw, json, open, type Answered } from "./client.ts";
import { roomOf } from "./names.ts";
import { openTestDoors, type TestDoors } from "./test-doors.ts";

const LOBBY = roomOf("lobby");

function events(answer: Answered): readonly unknown[] {
  const list = json(answer)["events"];
  return Array.isArray(list) ? list : [];
}

function texts(answer: Answered): readonly unknown[] {
  return events(answer).map((event) =>
    isRecord(event) && isRecord(event["message"]) ? event["message"]["text"] : event,
  );
}

/** Asks, and is fulfilled with the answer to come once the poll is parked. */
async function park({ url, chat }: TestDoors, query: string): Promise<{ answer: Promise<Answered> }> {
  const readers = chat.readers.size;
  const answer = ask(`${url}/api/v1/sync?${query}`);
  while (chat.readers.size === readers) await new Promise(setImmediate);
  return { answer };
}

test("without a cursor the newest page comes at once, as a start", async (t) => {
  const { url, chat } = await openTestDoors(t);
  const empty = await ask(`${url}/api/v1/sync?rooms=lobby`);
  t.deepEqual(json(empty), { events: [], cursor: "fake.0", reset: { reason: "start" } });
  chat.say(LOBBY, "hello");
  const page = await ask(`${url}/api/v1/sync?rooms=lobby`);
  t.deepEqual(texts(page), ["hello"]);
  t.is(chat.readers.size, 0);
});

test("a parked poll is answered by the next event of its rooms, and by no other", async (t) => {
  const doors = await openTestDoors(t);
  const { answer } = await park(doors, "rooms=lobby,garden&cursor=fake.0");
  doors.chat.say(roomOf("elsewhere"), "not for you");
  doors.chat.say(roomOf("garden"), "for you");
  t.deepEqual(texts(await answer), ["for you"]);
  t.is(json(await answer)["cursor"], "fake.2");
  t.is(json(await answer)["reset"], undefined);
  t.is(doors.chat.readers.size, 0);
});

test("[C4] what arrives after the first batch waits for the next poll, and nothing is missed or repeated", async (t) => {
  const doors = await openTestDoors(t);
  const seen: unknown[] = [];
  let cursor: unknown = "fake.0";
  for (let round = 0; round < 5; round++) {
    const { answer } = await park(doors, `rooms=lobby&cursor=${String(cursor)}`);
    for (let n = 0; n < 3; n++) doors.chat.say(LOBBY, `m${round}.${n}`);
    seen.push(...texts(await answer));
    const next = await ask(
      `${doors.url}/api/v1/sync?rooms=lobby&timeout=0&cursor=${String(json(await answer)["cursor"])}`,
    );
    seen.push(...texts(next));
    ({ cursor } = json(next));
  }
  t.deepEqual(
    seen,
    doors.chat.messages.map(({ text }) => text),
  );
});

test("[C4] an answer that was cut before it was read is given again: only the next request moves the cursor", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.say(LOBBY, "hello");
  for (let cut = 0; cut < 3; cut++) {
    const response = await open(`${doors.url}/api/v1/sync?rooms=lobby&cursor=fake.0`);
    response.destroy();
  }
  t.deepEqual(texts(await ask(`${doors.url}/api/v1/sync?rooms=lobby&cursor=fake.0`)), ["hello"]);
});

test("a poll nobody waits for any more leaves nothing behind", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  raw.socket.write("GET /api/v1/sync?rooms=lobby&cursor=fake.0 HTTP/1.1\r\nHost: x\r\n\r\n");
  while (doors.chat.readers.size === 0) await new Promise(setImmediate);
  raw.socket.destroy();
  while (doors.chat.readers.size > 0) await new Promise(setImmediate);
  doors.chat.say(LOBBY, "nobody hears");
  doors.clock.pass(60);
  t.deepEqual(doors.lines, []);
});

test("after its timeout a poll is answered with no events and the present cursor", async (t) => {
  const doors = await openTestDoors(t);
  for (const [timeout, seconds] of [
    ["", 25],
    ["&timeout=55", 55],
    ["&timeout=1", 1],
  ] as const) {
    const { answer } = await park(doors, `rooms=lobby&cursor=fake.0${timeout}`);
    doors.clock.pass(seconds - 1);
    t.is(doors.chat.readers.size, 1, timeout);
    doors.clock.pass(1);
    t.deepEqual(json(await answer), { events: [], cursor: "fake.0" });
  }
});

test("timeout 0 and HEAD do not wait", async (t) => {
  const { url, chat } = await openTestDoors(t);
  t.deepEqual(json(await ask(`${url}/api/v1/sync?rooms=lobby&cursor=fake.0&timeout=0`)), {
    events: [],
    cursor: "fake.0",
  });
  const head = await ask(`${url}/api/v1/sync?rooms=lobby&cursor=fake.0`, { method: "HEAD" });
  t.is(head.status, 200);
  t.is(head.text, "");
  t.is(chat.readers.size, 0);
});

test("[C7] a cursor from nowhere is a reset with the newest page, never silence", async (t) => {
  const { url, chat } = await openTestDoors(t);
  chat.say(LOBBY, "hello");
  for (const cursor of [
    "garbage",
    "fake.99",
    "fake.-1",
    "%00",
    "%F0%9F%98%80",
    "a".repeat(DOOR_LIMITS.cursorBytes),
  ]) {
    const answer = await ask(`${url}/api/v1/sync?rooms=lobby&cursor=${cursor}`);
    t.is(answer.status, 200, cursor.slice(0, 20));
    t.like(json(answer), { reset: { reason: "unknown-cursor" } });
    t.deepEqual(texts(answer), ["hello"]);
  }
});

test("[A7] [C7] a cursor over 4 KB is refused", async (t) => {
  const { url } = await openTestDoors(t);
  const answer = await ask(
    `${url}/api/v1/sync?rooms=lobby&cursor=${"a".repeat(DOOR_LIMITS.cursorBytes + 1)}`,
  );
  t.is(answer.status, 400);
  t.like(json(answer), { code: "invalid-parameter", field: "cursor" });
  t.is((await ask(`${url}/api/v1/sync?rooms=lobby&cursor=${"a".repeat(2 ** 20)}`)).status, 431);
});

function roomList(count: number): string {
  return Array.from({ length: count }, (_, n) => `r${n}`).join(",");
}

test("[A7] a reader follows 1 to 100 rooms", async (t) => {
  const { url } = await openTestDoors(t);
  t.is((await ask(`${url}/api/v1/sync?rooms=${roomList(100)}`)).status, 200);
  t.is((await ask(`${url}/api/v1/sync?rooms=${roomList(100)},r0`)).status, 200);
  for (const query of [
    `rooms=${roomList(101)}`,
    "rooms=",
    "",
    "rooms=a,,b",
    "rooms=A",
    "rooms=region",
    "rooms=a&rooms=b",
  ]) {
    const answer = await ask(`${url}/api/v1/sync?${query}`);
    t.like(json(answer), { code: "invalid-parameter", field: "rooms", status: 400 }, query);
  }
});

test("a wrong timeout is refused", async (t) => {
  const { url } = await openTestDoors(t);
  for (const timeout of ["56", "-1", "1.5", "soon", ""]) {
    t.is(
      code(await ask(`${url}/api/v1/sync?rooms=lobby&cursor=fake.0&timeout=${timeout}`)),
      "invalid-parameter",
      timeout,
    );
  }
});

test("readers of one batch are answered with the same bytes, readers of another with theirs", async (t) => {
  const doors = await openTestDoors(t);
  const polls = [];
  for (let n = 0; n < 20; n++) polls.push(await park(doors, "rooms=lobby&cursor=fake.0"));
  const late = await park(doors, "rooms=garden&cursor=fake.0");
  doors.chat.say(LOBBY, "hello");
  doors.chat.say(roomOf("garden"), "flowers");
  const answers = await Promise.all(polls.map(({ answer }) => answer));
  t.is(new Set(answers.map(({ text }) => text)).size, 1);
  t.deepEqual(texts(answers[0] ?? (await late.answer)), ["hello"]);
  t.deepEqual(texts(await late.answer), ["flowers"]);
});

test("[R14] a stopping region answers parked polls with their cursor and lets the connection go", async (t) => {
  const doors = await openTestDoors(t);
  const parked = [
    await park(doors, "rooms=lobby&cursor=fake.0"),
    await park(doors, "rooms=lobby&cursor=fake.0"),
  ];
  const closed = doors.doors.close(60_000);
  for (const { answer } of parked) {
    t.deepEqual(json(await answer), { events: [], cursor: "fake.0" });
    t.is((await answer).headers.connection, "close");
  }
  await closed;
  t.is(doors.clock.listeners, 1, "only the log listens to the clock");
});

test("[A21] with every seat taken a further reader is refused until one is free", async (t) => {
  const doors = await openTestDoors(t, { limits: { readers: 1 } });
  const { answer } = await park(doors, "rooms=lobby&cursor=fake.0");
  const refused = await ask(`${doors.url}/api/v1/sync?rooms=lobby&cursor=fake.0`);
  t.is(code(refused), "overloaded");
  t.is(refused.headers["retry-after"], "2");
  t.is(code(await ask(`${doors.url}/api/v1/stream?rooms=lobby`)), "overloaded");
  doors.chat.say(LOBBY, "hello");
  await answer;
  t.is((await ask(`${doors.url}/api/v1/sync?rooms=lobby&cursor=fake.0`)).status, 200);
});

test("whatever the query is, a place holds 1 to 100 rooms and a bounded cursor, or is refused", (t) => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("lobby", "a,b", "region", "x".repeat(5000)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("rooms", "cursor", "x"), part)), (pairs) => {
      const place = parsePlace(new URLSearchParams(pairs), DOOR_LIMITS, undefined);
      if (place.type === "refusal") return place.code === "invalid-parameter";
      const { rooms, cursor = "" } = place.value;
      return rooms.length >= 1 && rooms.length <= 100 && cursor.length <= DOOR_LIMITS.cursorBytes;
    }),
  );
  t.pass();
});
