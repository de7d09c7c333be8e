import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import test from "ava";
import { branded } from "../../sync/brand.ts";
import type { Cursor } from "../../sync/wire.ts";
import { ask, connectRaw, json, open } from "./client.ts";
import { roomOf } from "./names.ts";
import { openTestDoors, type TestDoors } from "./test-doors.ts";

const LOBBY = roomOf("lobby");

/** Reads a stream as it comes. */
class StreamReader {
  readonly #response: IncomingMessage;
  #text = "";

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      this.#text += text;
    });
  }

  static async open({ url }: TestDoors, query: string, headers: Readonly<Record<string, string>> = {}) {
    return new StreamReader(await open(`${url}/api/v1/stream?${query}`, { headers }));
  }

  /** All that came, once it holds `text`. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) await new Promise((resolve) => this.#response.once("data", resolve));
    return this.#text;
  }

  async end(): Promise<string> {
    if (!this.#response.complete) await new Promise((resolve) => this.#response.once("end", resolve));
    return this.#text;
  }

  drop(): void {
    this.#response.destroy();
  }
}

test("events come one by one, each with its cursor, after a start and a retry time", async (t) => {
  const doors = await openTestDoors(t, { random: () => 0.5 });
  const reader = await StreamReader.open(doors, "rooms=lobby");
  await reader.until("reset");
  doors.chat.say(LOBBY, "one\ntwo");
  doors.chat.arrive({ type: "regions" });
  const text = await reader.until("event: regions");
  const [first, second] = doors.chat.arrivals;
  t.is(
    text.slice(0, text.indexOf("id: fake.2")),
    `retry: 2000\n\nid: fake.0\nevent: reset\ndata: {"type":"reset","reason":"start"}\n\n` +
      `id: fake.1\nevent: message\ndata: ${first?.json ?? ""}\n\n`,
  );
  t.true((await reader.until('\ndata: {"type":"regions"}\n\n')).endsWith(`data: ${second?.json ?? ""}\n\n`));
});

test("[C11] head and backlog of a stream leave in one piece", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.say(LOBBY, "hello");
  const raw = connectRaw(doors.port);
  t.teardown(() => raw.socket.destroy());
  const [socket] = await once(doors.doors.server, "connection");
  const pieces: string[] = [];
  for (const method of ["_write", "_writev"] as const) {
    const write = socket[method].bind(socket);
    socket[method] = (...given: unknown[]) => {
      pieces.push(method);
      return write(...given);
    };
  }
  raw.socket.write("GET /api/v1/stream?rooms=lobby&cursor=fake.0 HTTP/1.1\r\nHost: x\r\n\r\n");
  await raw.received(/^HTTP\/1\.1 200 OK\r\n[^]*retry: [^]*event: message\n/);
  t.deepEqual(pieces, ["_writev"]);
});

test("a reset comes before its page and without an id, so that a cut in between loses nothing", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.say(LOBBY, "hello");
  const reader = await StreamReader.open(doors, "rooms=lobby&cursor=from-elsewhere");
  const text = await reader.until("hello");
  t.regex(
    text,
    /\n\nevent: reset\ndata: \{"type":"reset","reason":"unknown-cursor"\}\n\nid: fake\.1\nevent: message\n/,
  );
});

test("[C5] Last-Event-ID resumes after it, and is newer than the cursor in the address", async (t) => {
  const doors = await openTestDoors(t);
  for (const text of ["one", "two", "three"]) doors.chat.say(LOBBY, text);
  const byHeader = await StreamReader.open(doors, "rooms=lobby&cursor=fake.0", { "last-event-id": "fake.2" });
  t.notRegex(await byHeader.until("three"), /one|two|reset/);
  const byQuery = await StreamReader.open(doors, "rooms=lobby&cursor=fake.1");
  t.notRegex(await byQuery.until("three"), /one|reset/);
});

test("[C5] cut at any byte and resumed by the last complete id, every event is seen once and in order", async (t) => {
  const doors = await openTestDoors(t);
  for (let n = 0; n < 10; n++) doors.chat.say(LOBBY, `message ${n}`);
  const whole = await (await StreamReader.open(doors, "rooms=lobby&cursor=fake.0")).until("message 9");
  for (let cut = 0; cut < whole.length; cut += 37) {
    const complete = whole.slice(0, whole.lastIndexOf("\n\n", cut) + 2);
    const before = complete.match(/message [0-9]/g) ?? [];
    const id = [...complete.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? "fake.0";
    const rest =
      before.length === 10
        ? ""
        : await (await StreamReader.open(doors, "rooms=lobby", { "last-event-id": id })).until("message 9");
    t.deepEqual(
      [...before, ...(rest.match(/message [0-9]/g) ?? [])],
      doors.chat.messages.map(({ text }) => text),
    );
  }
});

test("[A7] a Last-Event-ID over 4 KB is refused", async (t) => {
  const { url } = await openTestDoors(t);
  const answer = await ask(`${url}/api/v1/stream?rooms=lobby`, {
    headers: { "last-event-id": "a".repeat(4097) },
  });
  t.like(json(answer), { status: 400, code: "invalid-parameter", field: "cursor" });
});

test("incomplete rooms are told with the reset, or by themselves", async (t) => {
  const doors = await openTestDoors(t);
  const reader = await StreamReader.open(doors, "rooms=lobby&cursor=fake.0");
  while (doors.chat.readers.size === 0) await new Promise(setImmediate);
  const cursor = branded<Cursor>("fake.0");
  for (const { deliver } of doors.chat.readers) {
    deliver({ entries: [], cursor, reset: { reason: "store-away" }, incomplete: [LOBBY] });
    deliver({ entries: [], cursor, incomplete: [LOBBY] });
  }
  const text = await reader.until("event: incomplete");
  t.regex(text, /event: reset\ndata: \{"type":"reset","reason":"store-away","incomplete":\["lobby"\]\}\n\n/);
  t.regex(
    await reader.until('event: incomplete\ndata: {"type":"incomplete","incomplete":["lobby"]}\n\n'),
    /lobby/,
  );
});

test("a comment every 15 seconds keeps a quiet stream open", async (t) => {
  const doors = await openTestDoors(t);
  const reader = await StreamReader.open(doors, "rooms=lobby");
  const start = (await reader.until("reset")).length;
  doors.clock.pass(14);
  doors.chat.say(LOBBY, "first");
  t.false((await reader.until("first")).slice(start).includes("\n:\n"));
  doors.clock.pass(1);
  await reader.until("\n:\n\n");
  doors.clock.pass(30);
  doors.chat.say(LOBBY, "last");
  t.is((await reader.until("last")).match(/^:$/gm)?.length, 3);
});

test("[C10] a reader that never reads is cut at its byte cap and resumes by cursor", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
  await raw.received("event: reset");
  raw.socket.pause();
  let said = 0;
  // What the kernel takes comes on top of the cap; it is a few megabytes on the loopback.
  while (doors.chat.readers.size > 0 && said < 20_000) {
    doors.chat.say(LOBBY, `${said++} ${"x".repeat(3000)}`);
    if (said % 100 === 0) await new Promise(setImmediate);
  }
  t.is(doors.chat.readers.size, 0);
  t.true(said < 20_000);
  t.is(doors.doors.connections(), 0);
  const reader = await StreamReader.open(doors, `rooms=lobby&cursor=fake.${said - 1}`);
  t.regex(await reader.until(`${said - 1} xxx`), /event: message/);
});

test("a stream whose reader has gone leaves nothing behind", async (t) => {
  const doors = await openTestDoors(t);
  const reader = await StreamReader.open(doors, "rooms=lobby");
  await reader.until("reset");
  reader.drop();
  while (doors.chat.readers.size > 0) await new Promise(setImmediate);
  doors.chat.say(LOBBY, "nobody hears");
  doors.clock.pass(60);
  t.deepEqual(doors.lines, []);
});

test("[R14] a stopping region ends its streams", async (t) => {
  const doors = await openTestDoors(t);
  const reader = await StreamReader.open(doors, "rooms=lobby");
  await reader.until("reset");
  const closed = doors.doors.close(60_000);
  t.true((await reader.end()).endsWith("\n\n"));
  await closed;
});

test("HEAD tells the type and ends", async (t) => {
  const { url, chat } = await openTestDoors(t);
  const answer = await ask(`${url}/api/v1/stream?rooms=lobby`, { method: "HEAD" });
  t.is(answer.status, 200);
  t.is(answer.headers["content-type"], "text/event-stream; charset=utf-8");
  while (chat.readers.size > 0) await new Promise(setImmediate);
});

test("[A11] a stream that is asked for behind another request begins when that was answered", async (t) => {
  const { port, chat } = await openTestDoors(t);
  const raw = connectRaw(port);
  const poll = "GET /api/v1/sync?rooms=lobby&cursor=fake.0 HTTP/1.1\r\nHost: x\r\n\r\n";
  raw.socket.write(`${poll}GET /api/v1/stream?rooms=garden HTTP/1.1\r\nHost: x\r\n\r\n`);
  while (chat.readers.size < 2) await new Promise(setImmediate);
  chat.say(roomOf("garden"), "the second one's");
  chat.say(LOBBY, "the first one's");
  const text = await raw.received("the second one's");
  t.regex(text, /^HTTP\/1\.1 200 OK\r\n[^]*the first one's[^]*HTTP\/1\.1 200 OK\r\n[^]*the second one's/);
  raw.socket.destroy();
});

test("[A11] what is sent behind a request for a stream is not answered in it", async (t) => {
  const { port, chat } = await openTestDoors(t);
  const raw = connectRaw(port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.1\r\nHost: x\r\n\r\n");
  await raw.received("event: reset");
  raw.socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\nno request at all\r\n\r\n");
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  chat.say(LOBBY, "hello");
  t.is((await raw.received("hello")).match(/HTTP\/1\.1/g)?.length, 1);
  raw.socket.destroy();
});

test("[A11] a stream asked for in HTTP/1.0 comes without chunks", async (t) => {
  const { port, chat } = await openTestDoors(t);
  const raw = connectRaw(port);
  raw.socket.write("GET /api/v1/stream?rooms=lobby HTTP/1.0\r\nHost: x\r\n\r\n");
  await raw.received("event: reset");
  chat.say(LOBBY, "hello");
  const text = await raw.received("hello");
  t.notRegex(text, /transfer-encoding/i);
  t.regex(text, /\r\n\r\nretry: /);
  raw.socket.destroy();
});
