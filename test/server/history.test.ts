import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import test from "ava";
import { regionsSeenBy } from "../public/client/client-under-test.ts";
import { ask, code, json, open, postJson } from "./client.ts";
import { roomOf } from "./names.ts";
import { openTestDoors } from "./test-doors.ts";

const LOBBY = roomOf("lobby");

function texts(answer: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { messages } = answer;
  return Array.isArray(messages) ? messages.map((message: { text?: unknown }) => message.text) : [];
}

test("the newest page, then older ones by before, and back by after, with links to each", async (t) => {
  const { url, chat } = await openTestDoors(t);
  for (let n = 1; n <= 7; n++) chat.say(LOBBY, `m${n}`);
  chat.say(roomOf("elsewhere"), "not here");
  const newest = await ask(`${url}/api/v1/rooms/lobby/messages?limit=3`);
  t.deepEqual(texts(json(newest)), ["m5", "m6", "m7"]);
  t.is(json(newest)["after"], undefined);
  const prev = /^<([^>]+)>; rel="prev"$/.exec(String(newest.headers["link"]))?.[1] ?? "";
  const older = await ask(`${url}${prev}`);
  t.deepEqual(texts(json(older)), ["m2", "m3", "m4"]);
  const links = /^<([^>]+)>; rel="prev", <([^>]+)>; rel="next"$/.exec(String(older.headers["link"]));
  t.deepEqual(texts(json(await ask(`${url}${links?.[1] ?? ""}`))), ["m1"]);
  t.deepEqual(texts(json(await ask(`${url}${links?.[2] ?? ""}`))), ["m5", "m6", "m7"]);
  t.is(json(await ask(`${url}${links?.[1] ?? ""}`))["before"], undefined);
});

test("a room nobody has spoken in is an empty page without links", async (t) => {
  const { url } = await openTestDoors(t);
  const answer = await ask(`${url}/api/v1/rooms/quiet/messages`);
  t.deepEqual(json(answer), { messages: [] });
  t.is(answer.headers["link"], undefined);
});

test("a page has 50 messages unless asked otherwise, and at most 200", async (t) => {
  const { url, chat } = await openTestDoors(t);
  for (let n = 1; n <= 210; n++) chat.say(LOBBY, `m${n}`);
  t.is(texts(json(await ask(`${url}/api/v1/rooms/lobby/messages`))).length, 50);
  t.is(texts(json(await ask(`${url}/api/v1/rooms/lobby/messages?limit=200`))).length, 200);
});

test("a page is compressed for who can read that, with the same in it; an answer with a token in it never is", async (t) => {
  const { url, chat } = await openTestDoors(t);
  const headers = { "accept-encoding": "gzip, br" };
  const [history, sync] = [`${url}/api/v1/rooms/lobby/messages`, `${url}/api/v1/sync?rooms=lobby&timeout=0`];
  chat.say(LOBBY, "m1");
  t.is((await ask(history, { headers })).headers["content-encoding"], undefined, "it is not worth it");
  for (let n = 2; n <= 30; n++) chat.say(LOBBY, `m${n}`);
  for (const path of [history, sync]) {
    const plain = await ask(path);
    t.is(plain.headers["content-encoding"], undefined);
    t.is(plain.headers["vary"], "Origin, Accept-Encoding");
    const short = await open(path, { headers });
    t.is(short.headers["content-encoding"], "gzip");
    t.is(Number(short.headers["content-length"]) < plain.text.length / 4, true);
    t.is(await text(short.pipe(createGunzip())), plain.text);
  }
  chat.peers = regionsSeenBy("us", [
    { name: "us" },
    { name: "eu" },
    { url: `https://${"a".repeat(2_000)}` },
  ]).regions;
  const session = await postJson(`${url}/api/v1/sessions`, { name: "Maren" }, headers);
  t.true(session.text.length > 2_000);
  t.is(session.headers["content-encoding"], undefined);
});

test("a wrong parameter is 400 and named", async (t) => {
  const { url, chat } = await openTestDoors(t);
  const { order } = chat.say(LOBBY, "hello");
  const wrong = [
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=1e2", "limit"],
    ["limit=", "limit"],
    ["limit=5&limit=6", "limit"],
    ["before=yesterday", "before"],
    ["after=7", "after"],
    [`after=${order}&before=${order}`, "after"],
    [`before=${order}&before=${order}`, "before"],
  ] as const;
  for (const [query, field] of wrong) {
    const answer = await ask(`${url}/api/v1/rooms/lobby/messages?${query}`);
    t.is(answer.status, 400, query);
    t.is(code(answer), "invalid-parameter");
    t.is(json(answer)["field"], field, query);
  }
  t.is(code(await ask(`${url}/api/v1/rooms/LOBBY/messages`)), "invalid-parameter");
});
