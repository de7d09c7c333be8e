import test, { type ExecutionContext } from "ava";
import { connectRaw } from "./client.ts";
import { midOf, openTestDoors, type TestDoors } from "./test-doors.ts";

const DOOR = "/api/v1/rooms/lobby/messages";
const HELLO = { mid: midOf(1), text: "hello é😀" };

interface Asked {
  readonly path?: string;
  readonly head?: readonly string[];
  readonly body?: string;
  readonly version?: string;
  /** The connection ends with the answer, so that all of it was heard. */
  readonly isLast?: boolean;
}

const JSON_BODY = "Content-Type: application/json";

function post(asked: Asked): string {
  const { path = DOOR, head = [JSON_BODY], body = "", version = "1.1", isLast = true } = asked;
  const lines = ["Host: x", `Content-Length: ${Buffer.byteLength(body)}`, ...head];
  if (isLast) lines.push("Connection: close");
  return `POST ${path} HTTP/${version}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

async function answerTo(doors: TestDoors, request: string): Promise<string> {
  const raw = connectRaw(doors.port);
  raw.socket.write(request);
  return plain((await raw.ended).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ""));
}

/** An answer without what differs from one to the next. */
function plain(answer: string): string {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const lines = head.split("\r\n").map((line) => line.toLowerCase().replace(/, max=\d+$/, ""));
  const kept = lines.filter((line) => !line.startsWith("date:")).toSorted();
  return `${kept.join("\n")}\n\n${body}`;
}

/** The same request by the short way and, in another spelling of its address, by the whole one. */
async function bothWays(
  t: ExecutionContext,
  asked: Asked,
  prepare: (doors: TestDoors) => unknown = () => undefined,
): Promise<{ short: string; whole: string; taken: readonly [short: number, whole: number] }> {
  const one = await openTestDoors(t);
  // The same key: a token of the one is good at the other.
  const other = await openTestDoors(t, { signingKey: one.signingKey });
  const { authorization } = await one.signIn();
  const head = (asked.head ?? [JSON_BODY]).map((line) => line.replace("TOKEN", authorization));
  for (const doors of [one, other]) await prepare(doors);
  const { path = DOOR } = asked;
  const short = await answerTo(one, post({ ...asked, head }));
  const whole = await answerTo(other, post({ ...asked, head, path: `${path}?` }));
  return { short, whole, taken: [one.doors.figures().shortPosts, other.doors.figures().shortPosts] };
}

const SIGNED = [JSON_BODY, "Authorization: TOKEN"];
const BODY = JSON.stringify(HELLO);

const TAKEN: Readonly<Record<string, readonly [status: number, Asked]>> = {
  "[A2] [A3] a message": [201, { head: SIGNED, body: BODY }],
  "[A17] no token": [401, { body: BODY }],
  "[A17] a token that is none": [401, { head: [JSON_BODY, "Authorization: Bearer x"], body: BODY }],
  "[A7] a room's name that is none": [400, { path: "/api/v1/rooms/-/messages", head: SIGNED, body: BODY }],
  "[A12] a body that is no JSON": [400, { head: SIGNED, body: "{" }],
  "[A12] a body that reaches for a prototype": [400, { head: SIGNED, body: `{"__proto__":${BODY}}` }],
  "[A7] a wrong field": [422, { head: SIGNED, body: "{}" }],
  "[A11] the older version": [201, { head: SIGNED, body: BODY, version: "1.0" }],
  "an expectation": [201, { head: [...SIGNED, "Expect: 100-continue"], body: BODY }],
  "an Idempotency-Key": [201, { head: [...SIGNED, `Idempotency-Key: ${midOf(7)}`], body: '{"text":"a"}' }],
  "our own page's origin": [201, { head: [...SIGNED, "Origin: http://x"], body: BODY }],
};

for (const [what, [status, asked]] of Object.entries(TAKEN))
  test(`${what} by the short way is answered as by the whole one: ${status}`, async (t) => {
    const { short, whole, taken } = await bothWays(t, asked);
    t.is(short, whole);
    t.regex(short, new RegExp(`^http/1\\.1 ${status} `, "m"));
    t.deepEqual(taken, [1, 0]);
  });

const REFUSED: Readonly<Record<string, readonly [status: number, Asked]>> = {
  "[A11] two Host lines": [400, { head: [...SIGNED, "Host: y"], body: BODY }],
  "[A5] a form's type": [415, { head: ["Content-Type: text/plain", "Authorization: TOKEN"], body: BODY }],
  "[A5] another site's page": [403, { head: [...SIGNED, "Origin: https://evil.example"], body: BODY }],
  "[A7] a body over its limit": [413, { head: SIGNED, body: " ".repeat(16_385) }],
  "[A4] a page that the operator listed": [
    201,
    { head: [...SIGNED, "Origin: https://good.example"], body: BODY },
  ],
};

for (const [what, [status, asked]] of Object.entries(REFUSED))
  test(`${what} goes the whole way: ${status}`, async (t) => {
    const doors = await openTestDoors(t, { config: { corsOrigins: ["https://good.example"] } });
    const { authorization } = await doors.signIn();
    const head = asked.head?.map((line) => line.replace("TOKEN", authorization)) ?? [];
    t.regex(await answerTo(doors, post({ ...asked, head })), new RegExp(`^http/1\\.1 ${status} `, "m"));
    t.is(doors.doors.figures().shortPosts, 0);
  });

test("[C1] [A23] a repeat, a refusal of the store and a bug of ours are answered alike on both ways", async (t) => {
  const asked = { head: SIGNED, body: BODY };
  const moods: readonly ((doors: TestDoors) => unknown)[] = [
    ({ chat }) => (chat.mood = "accepted"),
    ({ chat }) => (chat.mood = { type: "rejected", reason: "too blue" }),
    ({ chat }) => (chat.mood = { type: "overloaded" }),
    ({ chat }) => (chat.failure = new TypeError("of ours")),
  ];
  for (const mood of moods) {
    const { short, whole, taken } = await bothWays(t, asked, mood);
    t.is(short, whole);
    t.deepEqual(taken, [1, 0]);
  }
});

test("[A8] a post by the short way counts once against its session's rate", async (t) => {
  const session = { perSecond: 1, burst: 2 };
  const doors = await openTestDoors(t, {
    config: { rates: { address: undefined, session, room: undefined } },
  });
  const token = await doors.signIn();
  const statuses: number[] = [];
  for (const n of [1, 2, 3]) {
    statuses.push((await doors.post("lobby", { mid: midOf(n), text: "hello" }, token)).status);
  }
  t.deepEqual(statuses, [201, 201, 429]);
  t.is(doors.doors.figures().shortPosts, 3);
});

/** A post on a connection that is kept, and what came before the next answer on it. */
async function keptAnswer(doors: TestDoors, path: string): Promise<string> {
  const { authorization } = await doors.signIn();
  const head = [JSON_BODY, `Authorization: ${authorization}`];
  const raw = connectRaw(doors.port);
  raw.socket.write(post({ path, head, body: BODY, isLast: false }));
  await raw.received("}}");
  raw.socket.end("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  const [first = "", second = ""] = (await raw.ended).split(/(?=HTTP\/1\.1 200 )/);
  return second.includes("alive") ? plain(first).replace(/"session":"[^"]*"/, "") : "";
}

test("[A2] [A3] [A11] on a connection that is kept the answer is the same, and the connection free for the next", async (t) => {
  const [one, other] = [await openTestDoors(t), await openTestDoors(t)];
  const short = await keptAnswer(one, DOOR);
  t.regex(short, /^keep-alive: timeout=5$/m);
  t.is(short, await keptAnswer(other, `${DOOR}?`));
  t.deepEqual([one.doors.figures().shortPosts, other.doors.figures().shortPosts], [1, 0]);
});

test("[A11] posts sent at once are answered in their order", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const head = [JSON_BODY, `Authorization: ${authorization}`];
  const raw = connectRaw(doors.port);
  const bodies = [1, 2, 3, 4].map((n) => JSON.stringify({ mid: midOf(n), text: "hello" }));
  raw.socket.write(
    bodies.map((body, place) => post({ head, body, isLast: place === bodies.length - 1 })).join(""),
  );
  const mids = [...(await raw.ended).matchAll(/"mid":"([^"]*)"/g)].map(([, mid]) => mid);
  t.deepEqual<unknown, unknown>(mids, [1, 2, 3, 4].map(midOf));
});

test("[A9] the last answer that a connection is given says so", async (t) => {
  const doors = await openTestDoors(t, { limits: { requestsPerConnection: 2 } });
  const { authorization } = await doors.signIn();
  const head = [JSON_BODY, `Authorization: ${authorization}`];
  const raw = connectRaw(doors.port);
  const request = post({ head, body: BODY, isLast: false });
  raw.socket.write(request);
  const first = await raw.received("}}");
  raw.socket.write(request);
  const second = (await raw.ended).slice(first.length);
  t.regex(first, /^connection: keep-alive\r$/im);
  t.regex(second, /^connection: close\r$/im);
  t.regex(second, /^HTTP\/1\.1 201 /);
});

test("[A7] [A11] who is refused before the body was read is told that the connection ends", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  const [head = "", body = ""] = post({ body: BODY, isLast: false }).split(/(?<=\r\n\r\n)/);
  raw.socket.write(head);
  const answer = await raw.received("no-token");
  raw.socket.end(body);
  t.regex(answer, /^connection: close\r$/im);
  t.is((await raw.ended).match(/HTTP/g)?.length, 1);
  t.is(doors.doors.figures().shortPosts, 1);
});

test("[C1] a repeat says so by the short way, too", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const first = await doors.post("lobby", HELLO, token);
  const again = await doors.post("lobby", HELLO, token);
  t.deepEqual([first.status, again.status, again.text], [201, 201, first.text]);
  t.is(again.headers["idempotent-replayed"], "true");
  t.is(doors.doors.figures().shortPosts, 2);
});

test("[A22] [R14] while the region sheds load nothing goes the short way", async (t) => {
  const doors = await openTestDoors(t, { loopDelay: { read: () => 1_000, close: () => undefined } });
  const token = await doors.signIn();
  doors.clock.pass(2);
  const answer = await doors.post("lobby", HELLO, token);
  t.is(answer.status, 503);
  t.is(doors.doors.figures().shortPosts, 0);
});
