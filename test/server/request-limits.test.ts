import test from "ava";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { ask, code, connectRaw, json } from "./client.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

/** A message's JSON of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const bare = JSON.stringify({ mid: midOf(1), text: "hello", padding: "" });
  return JSON.stringify({ mid: midOf(1), text: "hello", padding: "x".repeat(bytes - bare.length) });
}

test("[A7] a body of 16 KB is taken, one byte more is 413, declared or in chunks", async (t) => {
  const doors = await openTestDoors(t);
  const headers = { ...(await doors.signIn()), "content-type": "application/json" };
  const url = `${doors.url}/api/v1/rooms/lobby/messages`;
  for (const [bytes, status] of [
    [DOOR_LIMITS.bodyBytes - 1, 201],
    [DOOR_LIMITS.bodyBytes, 201],
    [DOOR_LIMITS.bodyBytes + 1, 413],
  ] as const) {
    const body = bodyOf(bytes);
    t.is((await ask(url, { method: "POST", headers, body })).status, status);
    t.is(
      (await ask(url, { method: "POST", headers: { ...headers, "transfer-encoding": "chunked" }, body }))
        .status,
      status,
    );
  }
});

test("[A7] a body over 16 KB is refused before it is read to the end", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const head = `POST /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: ${authorization}\r\n`;
  const declared = connectRaw(doors.port);
  declared.socket.write(`${head}Content-Length: 1000000000\r\n\r\n{`);
  t.regex(await declared.ended, /^HTTP\/1.1 413 .*"code":"body-too-large"/s);
  const chunked = connectRaw(doors.port);
  chunked.socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n4001\r\n${" ".repeat(0x4001)}\r\n`);
  t.regex(await chunked.ended, /^HTTP\/1.1 413 .*\r\nconnection: close\r\n/is);
  const unread = connectRaw(doors.port);
  unread.socket.write(
    "POST /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16000\r\n\r\n{",
  );
  t.regex(await unread.ended, /^HTTP\/1.1 401 .*\r\nconnection: close\r\n/is);
  t.deepEqual(doors.chat.messages, []);
});

test("[A7] 100-continue is answered only to a body that will be read", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const head = `POST /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: ${authorization}\r\nConnection: close\r\n`;
  const body = bodyOf(100);
  const welcome = connectRaw(doors.port);
  welcome.socket.write(`${head}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
  await welcome.received("HTTP/1.1 100 Continue\r\n\r\n");
  welcome.socket.write(body);
  t.regex(await welcome.ended, /HTTP\/1.1 201/);
  const large = connectRaw(doors.port);
  large.socket.write(`${head}Expect: 100-continue\r\nContent-Length: 20000\r\n\r\n`);
  t.regex(await large.ended, /^HTTP\/1.1 413/);
  const strange = connectRaw(doors.port);
  strange.socket.write(`${head}Expect: a-miracle\r\nContent-Length: 1\r\n\r\n`);
  t.regex(await strange.ended, /^HTTP\/1.1 417 .*"code":"expectation-failed"/s);
});

function path(length: number): string {
  return `/${"a".repeat(length - 1)}`;
}

test("[A7] an address of 2 KB is looked at, one byte more is 414", async (t) => {
  const { url } = await openTestDoors(t);
  for (const length of [DOOR_LIMITS.urlBytes - 1, DOOR_LIMITS.urlBytes]) {
    t.is((await ask(`${url}${path(length)}`)).status, 404);
  }
  t.is(code(await ask(`${url}${path(DOOR_LIMITS.urlBytes + 1)}`)), "url-too-long");
});

test("[A7] headers over 8 KB are 431", async (t) => {
  const { url } = await openTestDoors(t);
  t.is((await ask(`${url}/livez`, { headers: { "x-long": "a".repeat(7000) } })).status, 200);
  const answer = await ask(`${url}/livez`, { headers: { "x-long": "a".repeat(8192) } });
  t.is(answer.status, 431);
  t.is(code(answer), "headers-too-large");
});

const QUICK = { headersMs: 200, requestMs: 300, checkMs: 50, keepAliveMs: 100 };

test("[A9] headers and bodies that do not come in time are 408, and the log stays short", async (t) => {
  const { port, lines, url } = await openTestDoors(t, { limits: QUICK });
  const slow = [
    "",
    "GET /livez HTTP/1.1\r\n",
    "GET /livez HTTP/1.1\r\nHost: x\r\nX-a: b\r\n",
    "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
  ];
  const connections = Array.from({ length: 100 }, (_, n) => {
    const raw = connectRaw(port);
    raw.socket.write(slow[n % slow.length] ?? "");
    return raw;
  });
  t.is((await ask(`${url}/livez`)).status, 200);
  for (const { ended } of connections) t.regex(await ended, /^HTTP\/1.1 408 .*"code":"request-timeout"/s);
  // [A10] as many lines as one event may have in a minute.
  t.true(lines.length <= 20);
});

test("[A9] a parked poll and a stream outlive the time a request has to arrive", async (t) => {
  const { port, url, chat } = await openTestDoors(t, { limits: QUICK });
  const poll = ask(`${url}/api/v1/sync?rooms=lobby&cursor=fake.0`);
  const slow = connectRaw(port);
  while (chat.readers.size === 0) await new Promise(setImmediate);
  // The server's own check has cut what was late; the poll is still there.
  t.regex(await slow.ended, /^HTTP\/1.1 408/);
  t.is(chat.readers.size, 1);
  chat.arrive({ type: "regions" });
  t.is(json(await poll)["cursor"], "fake.1");
});

test("[A9] an idle connection is closed after the keep-alive time, and any after its last request", async (t) => {
  const { port } = await openTestDoors(t, { limits: { ...QUICK, requestsPerConnection: 2 } });
  const idle = connectRaw(port);
  idle.socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  t.regex(await idle.ended, /^HTTP\/1.1 200/);
  const busy = connectRaw(port);
  busy.socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  t.regex(await busy.ended, /alive.*HTTP\/1.1 200.*connection: close.*alive/is);
});

test("[A9] the limits are those of the security page", (t) => {
  t.like(DOOR_LIMITS, {
    bodyBytes: 16_384,
    urlBytes: 2048,
    headerBytes: 8192,
    cursorBytes: 4096,
    jsonDepth: 8,
    jsonKeys: 32,
    roomsPerReader: 100,
    headersMs: 10_000,
    requestMs: 15_000,
    checkMs: 1000,
    keepAliveMs: 5000,
    requestsPerConnection: 1000,
    writeStallSeconds: 15,
  });
});

test("[A10] connections that break off cost no more lines than one event may have", async (t) => {
  const doors = await openTestDoors(t);
  const { authorization } = await doors.signIn();
  const head = `POST /api/v1/rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: ${authorization}\r\nContent-Length: 100\r\n\r\n{`;
  for (let n = 0; n < 200; n++) {
    const raw = connectRaw(doors.port);
    raw.socket.write(head, () => raw.socket.resetAndDestroy());
    await raw.ended;
  }
  while (doors.doors.connections() > 0) await new Promise(setImmediate);
  t.true(doors.lines.length <= 40, `${doors.lines.length} lines`);
  t.notRegex(doors.lines.join(""), /Bearer|eyJ/);
  t.is((await ask(`${doors.url}/livez`)).status, 200);
});

test("[A15] neither tokens nor texts nor names are in the log, whatever is asked", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn("SECRETNAME");
  await doors.post("lobby", { mid: midOf(1), text: "SECRETTEXT" }, token);
  await doors.post("lobby", { mid: "SECRETMID", text: "SECRETTEXT" }, token);
  await ask(`${doors.url}/api/v1/sync?rooms=SECRETROOM&cursor=SECRETCURSOR`);
  const raw = connectRaw(doors.port);
  raw.socket.write("GET /SECRET\r\n\r\n");
  await raw.ended;
  doors.chat.failure = new Error("SECRETREASON");
  await doors.post("lobby", { mid: midOf(2), text: "SECRETTEXT" }, token);
  t.true(doors.lines.length > 0);
  t.notRegex(doors.lines.join(""), /SECRET|eyJ/);
});
