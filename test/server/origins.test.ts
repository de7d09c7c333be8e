import test from "ava";
import { Origins } from "../../server/origins.ts";
import { ask, code } from "./client.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

const LISTED = "https://good.example";

/** [origin, is it listed, may it post to a server reached as chat.example:8080] */
const ORIGINS: readonly (readonly [origin: string, isListed: boolean, mayPost: boolean])[] = [
  [LISTED, true, true],
  ["http://chat.example:8080", false, true],
  ["https://chat.example:8080", false, true],
  ["null", false, false],
  ["", false, false],
  ["*", false, false],
  ["good.example", false, false],
  ["http://good.example", false, false],
  ["https://good.example/", false, false],
  ["https://good.example:443", false, false],
  ["https://good.example:8443", false, false],
  ["https://GOOD.example", false, false],
  ["HTTPS://good.example", false, false],
  ["https://good.example.evil", false, false],
  ["https://good.evil", false, false],
  ["https://evilgood.example", false, false],
  ["https://evil.good.example", false, false],
  ["https://good.example@evil.example", false, false],
  ["https://good.example%2eevil", false, false],
  ["https://good.example\t", false, false],
  [" https://good.example", false, false],
  ["https://good.example, https://evil.example", false, false],
  ["https://good.example https://evil.example", false, false],
  ["https://evil.example", false, false],
  ["http://chat.example", false, false],
  ["http://chat.example:8081", false, false],
  ["http://chat.example:8080/", false, false],
  ["http://user@chat.example:8080", false, false],
  ["http://chat.example:8080.evil", false, false],
  ["ftp://chat.example:8080", false, false],
  ["file://", false, false],
  ["data:text/html,hi", false, false],
  ["chrome-extension://abcdefghijklmnop", false, false],
];

test("[A4] [A5] of all origins only our own and the listed one may post, and only the listed one may read", (t) => {
  const origins = new Origins([LISTED], undefined, () => []);
  for (const [origin, isListed, mayPost] of ORIGINS) {
    t.is(origins.isListed(origin), isListed, origin);
    t.is(origins.mayPost({ origin, host: "chat.example:8080", fetchSite: undefined }), mayPost, origin);
  }
});

test("[A5] Sec-Fetch-Site refuses what another site's page sends, whatever the rest says", (t) => {
  const origins = new Origins([LISTED], "https://public.example/chat", () => []);
  const may = (origin: string | undefined, fetchSite: string | undefined): boolean =>
    origins.mayPost({ origin, host: "chat.example", fetchSite });
  t.true(may(undefined, undefined));
  t.true(may(undefined, "none"));
  t.true(may("https://chat.example", "same-origin"));
  t.true(may("https://public.example", "same-origin"));
  t.true(may(LISTED, "cross-site"));
  t.false(may(undefined, "cross-site"));
  t.false(may(undefined, "same-site"));
  t.false(may("https://chat.example", "cross-site"));
  t.false(may("https://other.example", "same-site"));
});

test("[A4] over HTTP a listed origin is named and no other is, with Vary in every case", async (t) => {
  const { url } = await openTestDoors(t, { config: { corsOrigins: [LISTED], publicUrl: undefined } });
  for (const [origin, isListed] of ORIGINS) {
    if (origin !== origin.trim()) continue;
    const { headers } = await ask(`${url}/api/v1/regions`, { headers: { origin } });
    t.is(headers["access-control-allow-origin"], isListed ? origin : undefined, origin);
    t.is(headers["access-control-allow-credentials"], undefined);
    t.is(headers.vary, "Origin");
  }
});

test("[A4] without a list no origin is named and a preflight is refused", async (t) => {
  const { url } = await openTestDoors(t);
  const headers = { origin: LISTED, "access-control-request-method": "POST" };
  const answer = await ask(`${url}/api/v1/sessions`, { method: "OPTIONS", headers });
  t.is(answer.status, 405);
  t.is(answer.headers["access-control-allow-origin"], undefined);
});

test("[A4] a listed origin's preflight is told what it may send", async (t) => {
  const { url } = await openTestDoors(t, { config: { corsOrigins: [LISTED], publicUrl: undefined } });
  const headers = { origin: LISTED, "access-control-request-method": "POST" };
  const answer = await ask(`${url}/api/v1/sessions`, { method: "OPTIONS", headers });
  t.is(answer.status, 204);
  t.is(answer.headers["access-control-allow-methods"], "GET, POST");
  t.regex(String(answer.headers["access-control-allow-headers"]), /authorization/);
});

test("[A5] a request a form or a foreign page can send is 403 or 415 and leaves no message", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const body = JSON.stringify({ mid: midOf(1), text: "hello" });
  const url = `${doors.url}/api/v1/rooms/lobby/messages`;
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonx",
    "",
  ];
  for (const type of types) {
    const headers = { ...token, ...(type === "" ? {} : { "content-type": type }) };
    t.is(code(await ask(url, { method: "POST", headers, body })), "unsupported-media-type", type);
  }
  const encoded = { ...token, "content-type": "application/json", "content-encoding": "gzip" };
  t.is(code(await ask(url, { method: "POST", headers: encoded, body })), "unsupported-media-type");
  for (const foreign of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
  ]) {
    const headers = { ...token, "content-type": "application/json", ...foreign };
    t.is(code(await ask(url, { method: "POST", headers, body })), "cross-origin", JSON.stringify(foreign));
  }
  const declared = { ...token, "content-type": "application/json", "content-length": String(body.length) };
  for (const method of ["PUT", "PATCH", "DELETE"]) {
    t.is((await ask(url, { method, headers: declared, body })).status, 405, method);
  }
  t.deepEqual(doors.chat.messages, []);
  const own = {
    ...token,
    "content-type": "application/json; charset=UTF-8",
    origin: doors.url,
    "sec-fetch-site": "same-origin",
  };
  t.is((await ask(url, { method: "POST", headers: own, body })).status, 201);
});
