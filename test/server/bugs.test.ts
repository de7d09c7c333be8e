import { once } from "node:events";
import test from "ava";
import { isRecord } from "../../sync/json.ts";
import type { Batch } from "../../server/chat.ts";
import { ask, code, connectRaw, open } from "./client.ts";
import type { FakeChat } from "./fake-chat.ts";
import { roomOf } from "./names.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

function fail(): never {
  throw new RangeError("http://root:hunter2@couch.example said SECRET");
}

/** Each door, what breaks behind it, and what asks it. */
const DOORS: readonly (readonly [
  name: string,
  breakIt: (chat: FakeChat) => void,
  method: string,
  path: string,
])[] = [
  ["sessions", (chat) => (chat.regions = fail), "POST", "/api/v1/sessions"],
  ["post", (chat) => (chat.post = fail), "POST", "/api/v1/rooms/lobby/messages"],
  ["history", (chat) => (chat.history = fail), "GET", "/api/v1/rooms/lobby/messages"],
  ["sync", (chat) => (chat.subscribe = fail), "GET", "/api/v1/sync?rooms=lobby"],
  ["regions", (chat) => (chat.regions = fail), "GET", "/api/v1/regions"],
  ["digests", (chat) => (chat.digests = fail), "GET", "/api/v1/digests"],
  ["readyz", (chat) => (chat.regions = fail), "GET", "/readyz"],
];

for (const [name, breakIt, method, path] of DOORS) {
  test(`[A23] [R15] a throw behind ${name} ends that request with a 500 that tells nothing, and no other`, async (t) => {
    const doors = await openTestDoors(t);
    const token = await doors.signIn();
    const neighbour = await open(`${doors.url}/api/v1/stream?rooms=lobby`);
    breakIt(doors.chat);
    const headers = { ...token, "content-type": "application/json" };
    const body = JSON.stringify({ name: "Ana", mid: midOf(1), text: "hello" });
    const answer = await ask(doors.url + path, { method, ...(method === "POST" ? { headers, body } : {}) });
    t.is(answer.status, 500);
    t.is(code(answer), "internal");
    t.notRegex(answer.text + doors.lines.join(""), /hunter2|SECRET|couch\.example|Bearer|hello/);
    t.is(doors.lines.length, 1);
    t.like(JSON.parse(doors.lines[0] ?? ""), { event: "request-failed", error: "RangeError" });
    t.is((await ask(`${doors.url}/livez`)).status, 200);
    t.true(neighbour.readable);
    neighbour.destroy();
  });
}

test("[R15] a throw is logged with the number of its connection", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.history = fail;
  const request = "GET /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\n\r\n";
  const [one, other] = [connectRaw(doors.port), connectRaw(doors.port)];
  for (const raw of [one, other, one]) {
    const count = doors.lines.length;
    raw.socket.write(request);
    while (doors.lines.length === count) await new Promise(setImmediate);
  }
  const [first, second, third] = doors.lines.map((line) => {
    const fields: unknown = JSON.parse(line);
    return isRecord(fields) ? fields["connection"] : undefined;
  });
  t.is(typeof first, "number");
  t.not(first, second);
  t.is(first, third);
  for (const raw of [one, other]) raw.socket.destroy();
});

/** A batch that cannot be written down. */
const POISON: Batch = {
  get entries(): never {
    return fail();
  },
  get cursor(): never {
    return fail();
  },
};

for (const path of ["stream", "sync"]) {
  test(`[R15] an arrival that cannot be written to one reader of /${path} ends that one, and the next gets its own`, async (t) => {
    const doors = await openTestDoors(t);
    const url = `${doors.url}/api/v1/${path}?rooms=lobby&cursor=fake.0`;
    const poisoned = connectRaw(doors.port);
    poisoned.socket.write(`GET /api/v1/${path}?rooms=lobby&cursor=fake.0 HTTP/1.1\r\nHost: x\r\n\r\n`);
    while (doors.chat.readers.size < 1) await new Promise(setImmediate);
    const [first] = doors.chat.readers;
    const neighbour = open(url);
    while (doors.chat.readers.size < 2) await new Promise(setImmediate);
    t.notThrows(() => first?.deliver(POISON));
    t.notRegex(await poisoned.ended, /SECRET|RangeError/);
    t.like(JSON.parse(doors.lines[0] ?? ""), { event: "request-failed", error: "RangeError" });
    doors.chat.say(roomOf("lobby"), "for the next");
    const response = await neighbour;
    response.setEncoding("utf8");
    let text = "";
    response.on("data", (chunk: string) => (text += chunk));
    while (!text.includes("for the next")) await once(response, "data");
    response.destroy();
    while (doors.chat.readers.size > 0) await new Promise(setImmediate);
    t.is(doors.lines.length, 1);
  });
}
