import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { connectRaw, type RawConnection } from "./client.ts";
import { roomOf } from "./names.ts";
import { openTestDoors, type TestDoors } from "./test-doors.ts";

const LOBBY = roomOf("lobby");
const HOST = "Host: x\r\n";

/** A poll as a program asks it. Without a wait it is answered at once. */
function poll(cursor: string, { seconds = 0, room = "lobby", head = HOST, version = "1.1" } = {}): string {
  const path = `/api/v1/sync?rooms=${room}&cursor=${cursor}&timeout=${seconds}`;
  return `GET ${path} HTTP/${version}\r\n${head}\r\n`;
}

/** An answer without what differs from one to the next: when it was given, and how many may follow. */
function plain(answer: string): string {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const lines = head.split("\r\n").filter((line) => !/^(date|keep-alive):/i.test(line));
  return `${lines.toSorted().join("\n")}\n\n${body}`;
}

/** A connection on which a poll was answered, and what came. */
async function usedLine({ port }: TestDoors): Promise<{ raw: RawConnection; first: string }> {
  const raw = connectRaw(port);
  raw.socket.write(poll("fake.0"));
  return { raw, first: await raw.received('"cursor"') };
}

/** Everything that comes for this request, on a line of its own and on a used one. */
async function both(doors: TestDoors, request: string): Promise<{ alone: string; behind: string }> {
  const alone = connectRaw(doors.port);
  alone.socket.end(request);
  const { raw, first } = await usedLine(doors);
  raw.socket.end(request);
  return { alone: await alone.ended, behind: (await raw.ended).slice(first.length) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

test("[A2] [A3] a poll that comes back is answered as the first one was, head and body", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.say(LOBBY, "hello");
  const { alone, behind } = await both(doors, poll("fake.0"));
  t.is(plain(behind), plain(alone));
  t.regex(behind, /\r\nKeep-Alive: timeout=5\r\n/);
  t.is(doors.doors.figures().returned, 1);
});

test("the second poll of a connection comes back already, with the first one's cursor", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  raw.socket.write(poll("").replace("&cursor=", ""));
  await raw.received("fake.0");
  raw.socket.write(poll("fake.0"));
  doors.chat.say(LOBBY, "hello");
  await raw.received("hello");
  t.is(doors.doors.figures().returned, 1);
  raw.socket.destroy();
});

test("polls that come back are answered from where they stand, and miss and repeat nothing", async (t) => {
  const doors = await openTestDoors(t);
  const { raw } = await usedLine(doors);
  for (let n = 1; n <= 8; n++) {
    doors.chat.say(LOBBY, `message ${n}`);
    raw.socket.write(poll(`fake.${n - 1}`));
    await raw.received(`"cursor":"fake.${n}"`);
  }
  raw.socket.end();
  t.is((await raw.ended).match(/message \d+/g)?.length, 8);
  t.is(doors.doors.figures().returned, 8);
});

const OTHERS: Readonly<Record<string, string>> = {
  "two Host lines": poll("fake.0", { head: `${HOST}${HOST}` }),
  "no Host line": poll("fake.0", { head: "" }),
  "another header": poll("fake.0", { head: `${HOST}Accept: */*\r\n` }),
  "an origin": poll("fake.0", { head: `${HOST}Origin: https://evil.example\r\n` }),
  "an expectation": poll("fake.0", { head: `${HOST}Expect: nothing\r\n` }),
  "a body": `${poll("fake.0", { head: `${HOST}Content-Length: 2\r\n` })}{}`,
  "the end of the connection": poll("fake.0", { head: `${HOST}Connection: close\r\n` }),
  "an older version": poll("fake.0", { version: "1.0" }),
  "another room": poll("fake.0", { room: "garden" }),
  "no room at all": poll("fake.0", { room: "Garden" }),
  "another wait": poll("fake.0", { seconds: 56 }),
  "a second cursor": poll("fake.0&cursor=fake.1"),
  "an encoded cursor": poll("fake%2E0"),
  "a cursor over its limit": poll("a".repeat(4_097)),
  "an empty cursor": poll(""),
  "a fragment": poll("fake.0#"),
  "another path": poll("fake.0").replace("sync", "digests"),
  "another method": poll("fake.0").replace("GET", "OPTIONS"),
  "only the head": poll("fake.0").replace("GET", "HEAD"),
};

for (const [what, request] of Object.entries(OTHERS))
  test(`[A7] [A11] a request with ${what} behind a poll goes the whole way`, async (t) => {
    const doors = await openTestDoors(t);
    const { alone, behind } = await both(doors, request);
    t.is(plain(behind), plain(alone));
    t.is(doors.doors.figures().returned, 0);
  });

test("[A7] a cursor behind one that stands in front is refused as twice the same, whatever came before", async (t) => {
  const doors = await openTestDoors(t);
  const raw = connectRaw(doors.port);
  const inFront = poll("fake.0").replace(/rooms=lobby&(cursor=[^&]*)/, "$1&rooms=lobby");
  raw.socket.write(inFront);
  const first = await raw.received('"cursor":"fake.0"}');
  raw.socket.end(inFront.replace("&timeout", "&cursor=fake.0&timeout"));
  t.regex((await raw.ended).slice(first.length), /^HTTP\/1\.1 400 /);
});

test("[A11] polls sent at once are answered in their order", async (t) => {
  const doors = await openTestDoors(t);
  const { raw, first } = await usedLine(doors);
  const parked = poll("fake.0", { seconds: 25 });
  raw.socket.write(parked);
  doors.chat.say(LOBBY, "one");
  await raw.received("fake.1");
  raw.socket.end(`${parked.replace("fake.0", "fake.1")}${parked}${parked.replace("fake.0", "fake.1")}`);
  await until(() => doors.chat.readers.size === 2);
  doors.chat.say(LOBBY, "two");
  const answers = (await raw.ended).slice(first.length).match(/"text":"\w+"|"cursor":"fake.\d"/g);
  const two = ['"text":"two"', '"cursor":"fake.2"'];
  t.deepEqual(answers, [
    '"text":"one"',
    '"cursor":"fake.1"',
    ...two,
    '"text":"one"',
    '"cursor":"fake.1"',
    ...two,
  ]);
});

async function parkedAgain(t: ExecutionContext, overrides: Parameters<typeof openTestDoors>[1] = {}) {
  const doors = await openTestDoors(t, overrides);
  const raw = connectRaw(doors.port);
  raw.socket.write(poll("fake.0", { seconds: 25 }));
  await until(() => doors.chat.readers.size === 1);
  doors.chat.say(LOBBY, "one");
  await raw.received("fake.1");
  raw.socket.write(poll("fake.1", { seconds: 25 }));
  await until(() => doors.chat.readers.size === 1);
  t.is(doors.doors.figures().returned, 1);
  return { doors, raw };
}

test("[R14] a stopping region answers a poll that came back, and ends its connection", async (t) => {
  const { doors, raw } = await parkedAgain(t);
  const closed = doors.doors.close(60_000);
  t.regex(await raw.ended, /\r\nConnection: close\r\n[^]*\{"events":\[\],"cursor":"fake.1"\}$/i);
  await closed;
});

test("a poll that came back and is gone leaves nothing behind", async (t) => {
  const { doors, raw } = await parkedAgain(t);
  raw.socket.destroy();
  await until(() => doors.chat.readers.size === 0);
  t.is(doors.doors.figures().waiting, 0);
  t.deepEqual(doors.lines, []);
});

test("[A9] the last request that a connection may make is answered as the last", async (t) => {
  const { doors, raw } = await parkedAgain(t, { limits: { requestsPerConnection: 3 } });
  doors.chat.say(LOBBY, "two");
  await raw.received("fake.2");
  raw.socket.write(poll("fake.2"));
  t.regex(await raw.received("close\r\n"), /\r\nConnection: close\r\n/i);
  t.is(doors.doors.figures().returned, 1);
  raw.socket.destroy();
});

test("[A22] while nothing gets on, a poll that comes back is refused as any other", async (t) => {
  const loopDelay = { read: () => 10_000, close: () => undefined };
  const doors = await openTestDoors(t, { loopDelay });
  const { raw, first } = await usedLine(doors);
  doors.clock.pass(3);
  raw.socket.end(poll("fake.0"));
  t.regex((await raw.ended).slice(first.length), /^HTTP\/1\.1 503 /);
});

test("[A23] [R15] a mistake in a poll that came back ends that connection and no other", async (t) => {
  const doors = await openTestDoors(t);
  const { raw, first } = await usedLine(doors);
  doors.chat.failure = new Error("quietly");
  raw.socket.write(poll("fake.0"));
  t.is((await raw.ended).length, first.length);
  t.is(doors.lines.length, 1);
  t.notRegex(doors.lines.join(), /quietly/);
  doors.chat.failure = undefined;
  await usedLine(doors);
});

test("[A11] a poll that is asked before the last one is answered waits for its turn", async (t) => {
  const { doors, raw } = await parkedAgain(t);
  raw.socket.write(poll("fake.1", { seconds: 25 }));
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  t.is(doors.doors.figures().returned, 1);
  doors.chat.say(LOBBY, "two");
  const answers = (await raw.received(/two[^]*two/)).match(/"text":"\w+"/g);
  t.deepEqual(answers, ['"text":"one"', '"text":"two"', '"text":"two"']);
  t.is(doors.doors.figures().returned, 2);
  raw.socket.destroy();
});

test("[A11] what looks like a poll in the middle of another request is a part of that", async (t) => {
  const doors = await openTestDoors(t);
  const { raw, first } = await usedLine(doors);
  raw.socket.write("GET /livez HTTP/1.1\r\nX: ");
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  raw.socket.end(poll("fake.0"));
  t.regex((await raw.ended).slice(first.length), /^HTTP\/1\.1 200 [^]*alive/);
  t.is(doors.doors.figures().returned, 0);
});

test("[A11] a poll that comes back while another request of its connection is under way is answered after that", async (t) => {
  const doors = await openTestDoors(t);
  const { raw } = await usedLine(doors);
  raw.socket.write(poll("fake.0", { room: "garden", seconds: 25 }));
  await until(() => doors.chat.readers.size === 1);
  raw.socket.write(poll("fake.0"));
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  doors.chat.say(roomOf("garden"), "flowers");
  raw.socket.end();
  t.regex(await raw.ended, /"fake.0"[^]*flowers[^]*"fake.[01]"/);
  t.is(doors.doors.figures().returned, 0);
});

test("[A9] a connection on which nothing is asked is closed, and one whose poll came back and waits is not", async (t) => {
  const { doors, raw: waiting } = await parkedAgain(t, { limits: { keepAliveMs: 1 } });
  const { raw: idle } = await usedLine(doors);
  idle.socket.write(poll("fake.0"));
  await idle.ended;
  t.is(doors.doors.figures().returned, 2);
  doors.chat.say(LOBBY, "still here");
  await waiting.received("still here");
  waiting.socket.destroy();
});

/** What a client may send in one piece after another, each answered by itself. */
const PIECES = [
  poll("fake.0"),
  poll("fake.1"),
  poll("fake.0", { room: "garden" }),
  poll("fake.0", { head: `${HOST}Accept: */*\r\n` }),
  `POST /livez HTTP/1.1\r\n${HOST}Content-Length: ${poll("fake.0").length}\r\n\r\n${poll("fake.0")}`,
  `GET /livez HTTP/1.1\r\n${HOST}X: a\r\n\r\n`,
  "\r\n",
];
const LAST = poll("fake.0", { head: `${HOST}Connection: close\r\n` });

test("[A11] however requests are cut into pieces on their way, they are answered as if they came at once", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.say(LOBBY, "hello");
  const answersTo = async (pieces: readonly string[]): Promise<string[]> => {
    const raw = connectRaw(doors.port);
    for (const piece of pieces) {
      raw.socket.write(piece);
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    }
    return (await raw.ended).split(/(?=HTTP\/1\.1 )/).map(plain);
  };
  const requests = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 });
  const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(requests, cuts, fc.boolean(), async (asked, at, isWhole) => {
      const all = [...asked, LAST].join("");
      const places = isWhole ? endsOf([...asked, LAST]) : [...at, all.length].toSorted((a, b) => a - b);
      const pieces = places
        .map((end, n) => all.slice(places[n - 1] ?? 0, end))
        .filter((piece) => piece !== "");
      t.deepEqual(await answersTo(pieces), await answersTo([all]), JSON.stringify(pieces));
    }),
    { numRuns: 150 },
  );
  t.true(doors.doors.figures().returned > 0);
});

function endsOf(texts: readonly string[]): number[] {
  let end = 0;
  return texts.map((text) => (end += text.length));
}
