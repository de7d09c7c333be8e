import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import test from "ava";
import { connect } from "../../couchdb/connect.ts";
import { Exchange } from "../../couchdb/exchange.ts";
import type { StoreFault } from "../../sync/store.ts";
import { BEGINNING } from "../../sync/store.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { numbered } from "./premises.ts";
import { answer, scriptedStore, type Script } from "./scripted-server.ts";

const DOCUMENTS = numbered("a", 1);
const STORED = [{ ok: true, id: "a:1", rev: "1-967a00dff5e02add41819138abb3284d" }];

const COMPRESSED = gzipSync(JSON.stringify(STORED));

function faultOf(result: { readonly type: string; readonly fault?: StoreFault }): StoreFault | undefined {
  return result.fault;
}

test("[S7] a write is one _bulk_docs request, and its row says `stored`", async (t) => {
  const { store, server } = await scriptedStore(t, (_, socket) => socket.write(answer(201, STORED)));
  t.deepEqual(await store.write(DOCUMENTS), { type: "rows", outcomes: [{ type: "stored" }] });
  t.is(server.asked.length, 1);
  t.like(server.asked[0], {
    method: "POST",
    path: "/settee/_bulk_docs",
    body: '{"docs":[{"_id":"a:1","n":1}]}',
  });
});

test("the account goes into a header, decoded, and never into the path", async (t) => {
  const { store, server } = await scriptedStore(t, (_, socket) => socket.write(answer(201, STORED)));
  await store.write(DOCUMENTS);
  const account = Buffer.from("region:planted secret").toString("base64");
  t.true(server.asked[0]?.head.includes(`Basic ${account}`));
  t.notRegex(server.asked[0]?.path ?? "", /planted/);
});

test("a proxy's path prefix and a slash in the database's name are kept apart", async (t) => {
  const { server } = await scriptedStore(t, (_, socket) => socket.write(answer(200, { update_seq: "1-x" })));
  const url = `http://127.0.0.1:${server.port}/some/proxy/`;
  const result = connect({ url, database: "region/eu" });
  if (result.type === "malformed") throw new Error(result.remedy);
  t.teardown(() => result.store.close());
  t.like(await result.store.head(), { type: "head" });
  t.is(server.asked[0]?.path, "/some/proxy/region%2Feu");
});

test("[S2] no answer within the deadline is `unreachable`, and the connection is given up", async (t) => {
  const server = new EventEmitter();
  let asked = 0;
  const script: Script = (_, socket) => {
    asked += 1;
    if (asked === 1) socket.write(answer(201, STORED));
    else socket.on("close", () => server.emit("gave up"));
  };
  const { store } = await scriptedStore(t, script, { deadlineMs: 1000 });
  t.is((await store.write(DOCUMENTS)).type, "rows");
  const [result] = await Promise.all([store.write(DOCUMENTS), once(server, "gave up")]);
  t.is(faultOf(result)?.code, "unreachable");
});

test("[S2] a deadline holds also when garbage was collected while the body was awaited", async (t) => {
  const { store } = await scriptedStore(
    t,
    (_, socket) => {
      socket.write(answer(201, STORED, { "Content-Length": "4000" }));
      setTimeout(() => void collectGarbage(), 100);
    },
    { deadlineMs: 300 },
  );
  t.is(faultOf(await store.write(DOCUMENTS))?.code, "unreachable");
});

test("[S2] a request that was given up before there was a connection is not sent on it", async (t) => {
  const exchange = new Exchange();
  exchange.giveUp("too late");
  await t.throwsAsync(exchange.givenUp, { message: "too late" });
  const aborts: string[] = [];
  const abort = (reason: Error) => aborts.push(reason.message);
  const dispatch = exchange.interceptor((_, handler) => {
    const controller = { aborted: false, paused: false, reason: null, abort, pause() {}, resume() {} };
    handler.onRequestStart?.(controller, {});
    return true;
  });
  dispatch({ path: "/", method: "GET" }, {});
  t.deepEqual(aborts, ["too late"]);
});

const cutOff: Record<string, (socket: Socket) => void> = {
  "a connection that is reset": (socket) => socket.destroy(),
  "a head that breaks off": (socket) => socket.end("HTTP/1.1 201 Crea"),
  "a body shorter than announced": (socket) => socket.end(answer(201, STORED, { "Content-Length": "4000" })),
  "a chunked body without its last chunk": (socket) =>
    socket.end(
      'HTTP/1.1 201 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{"ok\r\n',
    ),
  "a head and then nothing": (socket) => socket.write(answer(201, STORED, { "Content-Length": "4000" })),
  "a text that breaks off": (socket) =>
    socket.end(answer(200, "<html>", { "Content-Type": "text/html", "Content-Length": "4000" })),
  "a body that is no JSON": (socket) => socket.write(answer(201, "<html>")),
  "an empty body": (socket) => socket.write(answer(201, "")),
  "the body `null`": (socket) => socket.write(answer(201, null)),
  "bytes that are no HTTP": (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
  "a compressed body, which was not asked for": (socket) => {
    const headers = { "Content-Encoding": "gzip", "Content-Length": String(COMPRESSED.length) };
    socket.write(answer(201, "", headers));
    socket.write(COMPRESSED);
  },
  "HTML with status 200": (socket) => socket.write(answer(200, "<html>", { "Content-Type": "text/html" })),
};
for (const [what, act] of Object.entries(cutOff)) {
  test(`[S6] ${what} is no answer, whatever its status`, async (t) => {
    const { store } = await scriptedStore(t, (_, socket) => act(socket), { deadlineMs: 500 });
    const results = [
      await store.write(DOCUMENTS),
      await store.read(["a:1"]),
      await store.head(),
      await store.changes(BEGINNING, 1),
      await store.range({ from: "a", to: "b", limit: 1 }),
      await store.check(["a:1"]),
      await store.erase(["a:1"]),
      await store.replace({ _id: "region:a" }),
    ];
    for (const result of results) {
      t.is(faultOf(result)?.code, "unreachable");
      t.notRegex(JSON.stringify(result), /planted|secret/, "[A24]");
    }
  });
}

test("[S1] [A24] a store that does not listen is `unreachable`, and the fault names no account", async (t) => {
  const result = connect({ url: "http://region:planted-secret@127.0.0.1:9" });
  if (result.type === "malformed") throw new Error(result.remedy);
  t.teardown(() => result.store.close());
  const fault = faultOf(await result.store.head());
  t.is(fault?.code, "unreachable");
  t.notRegex(fault?.text ?? "", /planted|secret/);
});

test("[S13] a 500 whose body is `null` is `failing`, and leaves the process standing", async (t) => {
  const { store } = await scriptedStore(t, (_, socket) => socket.write(answer(500, null)));
  t.is(faultOf(await store.write(DOCUMENTS))?.code, "failing");
});

test("a cookie that is no cookie does no harm", async (t) => {
  const headers = { "Set-Cookie": "AuthSession; Domain=%zz; Expires=never" };
  const { store } = await scriptedStore(t, (_, socket) => socket.write(answer(201, STORED, headers)));
  t.is((await store.write(DOCUMENTS)).type, "rows");
});

test("a redirect is not followed: the account is for one place only", async (t) => {
  const headers = { Location: "/elsewhere" };
  const { store, server } = await scriptedStore(t, (_, socket) => socket.write(answer(302, "", headers)));
  t.is(faultOf(await store.head())?.code, "unreachable");
  t.is(server.asked.length, 1);
});

test("[S13] Retry-After comes through in milliseconds", async (t) => {
  const headers = { "Retry-After": "7", "Content-Type": "text/html" };
  const { store } = await scriptedStore(t, (_, socket) => socket.write(answer(503, "<html>", headers)));
  t.like(faultOf(await store.write(DOCUMENTS)), { code: "unavailable", retryAfterMs: 7000 });
});

test("an answer of more than 64 MB is given up", async (t) => {
  const megabyte = Buffer.alloc(1024 * 1024, " ");
  const { store } = await scriptedStore(t, (_, socket) => {
    socket.write(answer(200, "", { "Content-Length": String(70 * megabyte.length) }));
    for (let sent = 0; sent < 70; sent++) socket.write(megabyte);
  });
  const fault = faultOf(await store.read(["a:1"]));
  t.is(fault?.code, "unreachable");
});

test("however much is asked at once, there are at most 16 connections, and all is answered", async (t) => {
  let most = 0;
  const waiting: Socket[] = [];
  const { store, server } = await scriptedStore(t, (_, socket) => {
    waiting.push(socket);
    most = Math.max(most, server.openSockets());
    // The first ones are answered when no more can come.
    if (server.asked.length >= 16) for (const each of waiting.splice(0)) each.write(answer(201, STORED));
  });
  const results = await Promise.all(Array.from({ length: 40 }, () => store.write(DOCUMENTS)));
  t.true(results.every((result) => result.type === "rows"));
  t.is(most, 16);
});

test("closing the store ends what is in flight", async (t) => {
  const { store } = await scriptedStore(t, () => void store.close());
  t.is(faultOf(await store.write(DOCUMENTS))?.code, "unreachable");
});
