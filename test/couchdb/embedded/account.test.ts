import { request } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import test from "ava";
import { startEmbeddedCouch } from "../../../couchdb/embedded/server.ts";
import { ask, basic, startCouch, temporaryDirectory } from "./start.ts";

test("only the welcome, _up, _session and Fauxton's files are for everybody", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  for (const path of ["/", "/_up", "/_session"]) t.is((await fetch(couch.url + path)).status, 200, path);
  for (const path of [
    "/_all_dbs",
    "/_uuids",
    "/_active_tasks",
    "/chat",
    "/chat/_changes",
    "/chat/_all_docs",
    "/nope",
  ]) {
    const response = await fetch(couch.url + path);
    t.is(response.status, 401, path);
  }
  t.is((await fetch(`${couch.url}/chat`, { method: "DELETE" })).status, 401);
  t.is((await fetch(`${couch.url}/_all_dbs`, { headers: { authorization: basic("wrong") } })).status, 401);
  t.is((await fetch(`${couch.url}/_all_dbs`, { headers: { authorization: "Basic !!!" } })).status, 401);
});

test("after many wrong passwords the right one is still taken", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  for (let i = 0; i < 10; i++) {
    t.is((await fetch(`${couch.url}/_all_dbs`, { headers: { authorization: basic("no") } })).status, 401);
  }
  t.is((await ask(couch, "GET", "/_all_dbs")).status, 200);
});

test("a session's cookie is as good as the password, but not from another page, and not when it is forged", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  const login = await fetch(`${couch.url}/_session`, {
    method: "POST",
    body: new URLSearchParams({ name: "admin", password: couch.password }),
  });
  const header = login.headers.get("set-cookie") ?? "";
  t.regex(header, /HttpOnly; SameSite=Strict$/);
  const cookie = header.split(";")[0] ?? "";
  const status = async (headers: Record<string, string>) =>
    (await sent(`${couch.url}/_all_dbs`, headers)).status;
  t.is(await status({ cookie }), 200);
  t.is(await status({ cookie, "sec-fetch-site": "same-site" }), 403);
  t.is(await status({ cookie: cookie.replace("=", "=9") }), 401);
  t.is(await status({ cookie: "AuthSession=99999999999999." }), 401);
  t.is(await status({ cookie: "AuthSession=" }), 401);
});

test("the password is made once, kept for its owner alone, and has 128 bits or more", async (t) => {
  const directory = await temporaryDirectory(t);
  const couch = await startCouch(t, directory);
  await couch.stop();
  const again = await startCouch(t, directory);
  t.is(again.password, couch.password);
  t.true(Buffer.from(couch.password, "base64url").length >= 16);
  t.is((await stat(`${directory}/password`)).mode & 0o777, 0o600);
});

test("a second server of one directory is told that it is taken, by whom, and how to use that one", async (t) => {
  const directory = await temporaryDirectory(t);
  const couch = await startCouch(t, directory);
  const second = await startEmbeddedCouch({ directory, port: 0, fetchFauxton: false });
  t.deepEqual(second, {
    type: "locked",
    endpoint: { url: couch.url, pid: process.pid },
    password: couch.password,
  });
  await couch.stop();
  await t.throwsAsync(readFile(`${directory}/endpoint`), { code: "ENOENT" });
  const third = await startCouch(t, directory);
  t.is(third.type, "started");
});

test("a port that is taken is a value, and leaves the directory free", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  const directory = await temporaryDirectory(t);
  const port = Number(new URL(couch.url).port);
  const second = await startEmbeddedCouch({ directory, port, fetchFauxton: false });
  t.is(second.type, "failed");
  await startCouch(t, directory);
});

test("it listens on this machine only", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  t.is(new URL(couch.url).hostname, "127.0.0.1");
});

test("hostile bytes are refused and the server goes on", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const port = Number(new URL(couch.url).port);
  const login = `authorization: ${basic(couch.password)}\r\n`;
  const bytes = [
    "\0\0\0\0\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET /chat/%ff%00 HTTP/1.1\r\nhost: x\r\n${login}\r\n`,
    `PUT /chat/x HTTP/1.1\r\nhost: x\r\n${login}content-length: 5\r\n\r\n{"\xff`,
    `PUT /chat/x HTTP/1.1\r\nhost: x\r\n${login}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    `POST /chat/_bulk_docs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${login}content-length: 9999999999\r\n\r\n{`,
    `GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET /_utils/../../password HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET /_utils/%2e%2e/%2e%2e/password HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET /_utils/..%2f..%2fpassword HTTP/1.1\r\nhost: x\r\n\r\n`,
  ];
  for (const text of bytes) {
    const answer = await new Promise<string>((resolve) => {
      let heard = "";
      const socket = connect(port, "127.0.0.1", () => socket.end(Buffer.from(text, "latin1")));
      socket
        .on("data", (piece) => (heard += String(piece)))
        .on("close", () => resolve(heard))
        .on("error", () => undefined);
    });
    t.notRegex(answer, /^HTTP\/1\.1 [25]0[0-2]/, text.slice(0, 40));
    t.false(answer.includes(couch.password));
  }
  t.is((await ask(couch, "GET", "/chat")).status, 200);
});

test("deep, wide and odd JSON is stored or refused, never a crash", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  let count = 0;
  const put = async (body: string) =>
    (
      await fetch(`${couch.url}/chat/_bulk_docs`, {
        method: "POST",
        body: `{"docs":[{"_id":"m${(count += 1)}",${body.slice(1)}]}`,
        headers: { authorization: basic(couch.password), "content-type": "application/json" },
      })
    ).status;
  t.is(await put(`{"t":${"[".repeat(3000)}${"]".repeat(3000)}}`), 201);
  t.is(await put(`${'{"t":'.repeat(3000)}1${"}".repeat(3000)}`), 201);
  t.is(await put(`{"t":${"[".repeat(4000)}${"]".repeat(4000)}}`), 400);
  t.is(await put(`{"t":${"[".repeat(200_000)}${"]".repeat(200_000)}}`), 400);
  t.is(await put(`{"__proto__":{"polluted":1}}`), 400);
  t.is(await put(`{"a":{"__proto__":{"polluted":1},"constructor":1}}`), 201);
  t.is(await put(`{"t":"\\ud800"}`), 400);
  t.is(await put(`{"\\ud800":1}`), 400);
  t.is(await put(`{"t":1e400}`), 400);
  t.is(await put(`{"t":"${"x".repeat(1_000_000)}"}`), 413);
  t.is(await put(`{"t":"${"x".repeat(16_000_000)}"}`), 413);
  t.is(Reflect.get({}, "polluted"), undefined);
});

function sent(url: string, headers: Record<string, string>): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    asked.on("error", reject).end();
  });
}
