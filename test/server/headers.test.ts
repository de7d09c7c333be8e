import { METHODS } from "node:http";
import test, { type ExecutionContext } from "ava";
import { ask, code, connectRaw, json, open, type Answered } from "./client.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

function checkHeaders(t: ExecutionContext, { headers }: Pick<Answered, "headers">, route: string): void {
  t.is(headers["content-security-policy"], CSP, route);
  t.is(headers["x-content-type-options"], "nosniff", route);
  t.is(headers["referrer-policy"], "no-referrer", route);
  t.is(headers["cross-origin-opener-policy"], "same-origin", route);
  t.is(headers["cross-origin-resource-policy"], "same-origin", route);
  t.is(headers["vary"], "Origin", route);
  t.is(headers["server"], undefined, route);
  t.is(headers["x-powered-by"], undefined, route);
  t.is(headers["set-cookie"], undefined, route);
}

const ROUTES: readonly (readonly [method: string, path: string, status: number])[] = [
  ["GET", "/livez", 200],
  ["HEAD", "/livez", 200],
  ["GET", "/readyz", 200],
  ["GET", "/api/v1/regions", 200],
  ["GET", "/api/v1/digests?window=1767268800000", 200],
  ["GET", "/api/v1/digests?window=1767268800001", 400],
  ["GET", "/api/v1/rooms/lobby/messages", 200],
  ["GET", "/api/v1/rooms/NOT/messages", 400],
  ["GET", "/api/v1/sync?rooms=lobby", 200],
  ["GET", "/api/v1/sync", 400],
  ["GET", "/api/v1/stream", 400],
  ["POST", "/api/v1/sessions", 415],
  ["POST", "/api/v1/rooms/lobby/messages", 415],
  ["DELETE", "/api/v1/rooms/lobby/messages", 405],
  ["GET", "/api/v1/sessions", 405],
  ["GET", "/nowhere", 404],
  ["GET", "/%ff%00", 404],
  ["GET", "//evil.example/", 404],
  ["GET", "/../../etc/passwd", 404],
  ["GET", "/favicon.ico", 404],
];

test("[A2] [A3] every answer carries the headers, problems included, and none tells who we are", async (t) => {
  const { url } = await openTestDoors(t);
  for (const [method, path, status] of ROUTES) {
    const answer = await ask(`${url}${path}`, { method });
    t.is(answer.status, status, `${method} ${path}`);
    checkHeaders(t, answer, `${method} ${path}`);
    t.is(answer.headers["cache-control"], "no-store", path);
    t.is(answer.headers["strict-transport-security"], undefined, path);
    const type = status < 400 ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8";
    t.is(answer.headers["content-type"], type, path);
  }
});

test("[A2] [A3] a stream carries them too", async (t) => {
  const { url } = await openTestDoors(t);
  const response = await open(`${url}/api/v1/stream?rooms=lobby`);
  checkHeaders(t, response, "stream");
  t.is(response.headers["cache-control"], "no-store");
  response.destroy();
});

test("[A2] [A3] what is no request at all is answered with them too", async (t) => {
  const { port } = await openTestDoors(t);
  const raw = connectRaw(port);
  raw.socket.write("nonsense\r\n\r\n");
  const text = (await raw.ended).toLowerCase();
  t.regex(text, /^http\/1.1 400 bad request\r\n.*"code":"malformed-request"/s);
  for (const line of [
    `content-security-policy: ${CSP}`,
    "x-content-type-options: nosniff",
    "cache-control: no-store",
  ]) {
    t.true(text.includes(`\r\n${line.toLowerCase()}\r\n`), line);
  }
});

test("[A3] behind TLS browsers are told to stay with it", async (t) => {
  const { url } = await openTestDoors(t, { config: { publicUrl: "https://chat.example", corsOrigins: [] } });
  t.is((await ask(`${url}/livez`)).headers["strict-transport-security"], "max-age=31536000");
});

test("[A25] only the methods a door has are let in, and Allow names them", async (t) => {
  const { port, url } = await openTestDoors(t);
  const doors = [
    ["/livez", "GET, HEAD"],
    ["/api/v1/regions", "GET, HEAD"],
    ["/api/v1/sync", "GET, HEAD"],
    ["/api/v1/sessions", "POST"],
    ["/api/v1/rooms/lobby/messages", "GET, HEAD, POST"],
  ] as const;
  for (const [path, allow] of doors) {
    for (const method of METHODS) {
      // CONNECT has no answer in HTTP/1.1's sense: Node cuts the connection.
      if (method === "CONNECT" || method === "POST" || allow.split(", ").includes(method)) continue;
      const answer = await ask(`${url}${path}`, { method, headers: { "content-length": "0" } });
      t.is(answer.status, 405, `${method} ${path}`);
      if (method !== "HEAD") t.is(code(answer), "method-not-allowed");
      t.is(answer.headers["allow"], allow);
    }
  }
  const connecting = connectRaw(port);
  connecting.socket.write("CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
  t.is(await connecting.ended, "");
});

test("[A23] a mistake of ours tells the client nothing, and the log where but not what", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const secret = "http://root:hunter2@couch.example said SECRET";
  doors.chat.failure = new TypeError(secret);
  const answers = [
    await doors.post("lobby", { mid: midOf(1), text: "SECRET" }, token),
    await ask(`${doors.url}/api/v1/sync?rooms=lobby`),
  ];
  for (const answer of answers) {
    t.is(answer.status, 500);
    t.is(code(answer), "internal");
    checkHeaders(t, answer, "500");
    t.notRegex(answer.text, /hunter2|SECRET|couch|\.ts|TypeError/);
  }
  t.is(doors.lines.length, 2);
  for (const line of doors.lines) {
    t.like(JSON.parse(line), { event: "request-failed", error: "TypeError" });
    t.regex(line, /\.ts:/);
    t.notRegex(line, /hunter2|SECRET|Bearer/);
  }
});

test("[A23] [I9] a mistake after an answer has begun ends that connection and no other", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.failure = new Error("too late");
  const response = await open(`${doors.url}/api/v1/stream?rooms=lobby`);
  response.resume();
  await new Promise((resolve) => response.once("error", resolve));
  t.is(doors.lines.length, 1);
  t.is((await ask(`${doors.url}/livez`)).status, 200);
});

test("/livez is alive whatever the store does, /readyz says when it is not ready and why", async (t) => {
  let isReady = false;
  const doors = await openTestDoors(t, { isReady: () => isReady });
  doors.chat.store = { state: "away", waiting: 7 };
  t.deepEqual(json(await ask(`${doors.url}/livez`)), { status: "alive" });
  const not = await ask(`${doors.url}/readyz`);
  t.is(not.status, 503);
  t.is(not.headers["retry-after"], "1");
  t.like(json(not), { code: "not-ready", store: { state: "away", waiting: 7 } });
  isReady = true;
  const ready = await ask(`${doors.url}/readyz`);
  t.is(ready.status, 200);
  t.deepEqual(json(ready), { status: "ready", store: { state: "away", waiting: 7 } });
});
