import test from "ava";
import { parseAddress } from "../../../couchdb/address.ts";
import { judgeClock } from "../../../couchdb/doctor/clock.ts";
import { examine } from "../../../couchdb/doctor/examine.ts";
import type { Verdict } from "../../../couchdb/doctor/finding.ts";
import { isOpen, judgePorts, judgeTransport } from "../../../couchdb/doctor/transport.ts";
import { startCouch, temporaryDirectory } from "../embedded/start.ts";
import { scriptedServer } from "../scripted-server.ts";
import { examined, SOUND, type Answers } from "./scripted-couch.ts";

test("a server that is set up well has nothing to be mended, and nothing is left on it", async (t) => {
  const { findings, asked } = await examined(t);
  const verdicts = findings.map(({ verdict, subject }) => `${subject} ${verdict}`);
  t.deepEqual(verdicts, [
    "transport ok",
    "version ok",
    "clock ok",
    "strangers ok",
    "up ok",
    "database ok",
    "members ok",
    "account ok",
    "users ok",
    "limits skip",
    "ports skip",
  ]);
  t.deepEqual(asked, Object.keys(SOUND));
});

const ADMIN = { ok: true, userCtx: { name: "root", roles: ["_admin"] } };
const CONFIG = "us GET /_node/_local/_config";

const cases: [sentence: string, changes: Answers, verdict: Verdict, subject: string, text: RegExp][] = [
  [
    "anonymous access to the database",
    { "nobody GET /settee": [200, {}] },
    "fail",
    "strangers",
    /read settee and write/,
  ],
  ["a stranger who is answered strangely", { "nobody GET /settee": [502, ""] }, "warn", "strangers", /502/],
  [
    "an account that is a server admin",
    { "us GET /_session": [200, ADMIN] },
    "fail",
    "account",
    /admin of the whole/,
  ],
  [
    "an account that is named a database admin",
    { "us GET /settee/_security": [200, { members: { names: ["a"] }, admins: { names: ["region"] } }] },
    "fail",
    "account",
    /admin of the database/,
  ],
  [
    "an account that may write design documents",
    { "us PUT /settee/_design/settee-doctor": [400, { error: "invalid_design_doc", reason: "views" }] },
    "fail",
    "account",
    /admin of the database/,
  ],
  ["an account that may read accounts", { "us GET /_users": [200, {}] }, "fail", "users", /all accounts/],
  [
    "an account that may read the configuration",
    { [`${CONFIG}/couchdb/max_document_size`]: [200, '"262144"'] },
    "fail",
    "limits",
    /may read the server's configuration/,
  ],
  [
    "a database without members",
    { "us GET /settee/_security": [200, {}] },
    "fail",
    "members",
    /makes everybody one/,
  ],
  [
    "an account that is no member",
    { "us GET /settee": [403, { error: "forbidden" }] },
    "fail",
    "database",
    /no member/,
  ],
  ["a database that is not there", { "us GET /settee": [404, {}] }, "fail", "database", /may not make it/],
  [
    "a database that the first region will make",
    { "us GET /settee": [404, {}], "us GET /_session": [200, ADMIN] },
    "warn",
    "database",
    /yet/,
  ],
  [
    "a server in maintenance mode",
    { "us GET /_up": [404, { status: "maintenance_mode" }] },
    "fail",
    "up",
    /not ready/,
  ],
  ["a wrong password", { "us GET /_session": [401, {}] }, "fail", "account", /name or the password/],
  ["an account that is locked out", { "us GET /_session": [403, {}] }, "fail", "account", /locked out/],
  [
    "an account that the server does not look at",
    { "us GET /_session": [200, { userCtx: { name: null, roles: [] } }] },
    "fail",
    "account",
    /as nobody/,
  ],
  [
    "an old version",
    { "nobody GET /": [200, { couchdb: "Welcome", version: "3.2.1" }] },
    "fail",
    "version",
    /24706/,
  ],
  [
    "a default limit on documents",
    { "us GET /_session": [200, ADMIN], [`${CONFIG}/couchdb/max_document_size`]: [404, {}] },
    "warn",
    "limits",
    /max_document_size is 8,000,000 bytes, far more/,
  ],
  [
    "a limit that refuses our own documents",
    { "us GET /_session": [200, ADMIN], [`${CONFIG}/couchdb/max_document_size`]: [200, '"65536"'] },
    "warn",
    "limits",
    /max_document_size is 65,536 bytes: too small/,
  ],
  [
    "a default limit on requests",
    {
      "us GET /_session": [200, ADMIN],
      [`${CONFIG}/couchdb/max_document_size`]: [200, '"262144"'],
      [`${CONFIG}/chttpd/max_http_request_size`]: [404, {}],
    },
    "warn",
    "limits",
    /max_http_request_size is 4,294,967,296 bytes, far more/,
  ],
];
for (const [sentence, changes, verdict, subject, text] of cases) {
  test(`${sentence}: ${verdict}, with a remedy`, async (t) => {
    const { findings } = await examined(t, changes);
    const found = findings.find((each) => each.subject === subject && each.verdict === verdict);
    t.regex(found?.text ?? "", text);
    t.regex(found?.remedy ?? "", /\.$|\?$/);
  });
}

test("[S11] the account is not used again after the first 401, whatever the question was", async (t) => {
  for (const question of Object.keys(SOUND).filter((each) => each.startsWith("us"))) {
    const { asked } = await examined(t, { [question]: [401, { error: "unauthorized" }] });
    const later = asked.slice(asked.indexOf(question) + 1);
    t.deepEqual(
      later.filter((each) => each.startsWith("us")),
      [],
      question,
    );
  }
});

test("[S11] what was not asked is not called well", async (t) => {
  const { findings } = await examined(t, { "us GET /settee": [401, { error: "unauthorized" }] });
  const after = findings.slice(findings.findIndex(({ verdict }) => verdict === "fail") + 1);
  t.deepEqual(
    after.map(({ verdict, subject }) => `${subject} ${verdict}`),
    ["account skip", "users skip", "limits skip", "ports skip"],
  );
});

test("[A24] what is no CouchDB is not shown the account", async (t) => {
  const { findings, asked } = await examined(t, { "nobody GET /": [200, "<html>"] });
  t.deepEqual(asked, ["nobody GET /"]);
  t.like(findings.at(-1), { verdict: "fail", subject: "server" });
});

test("a server that says nothing to strangers is asked again with the account", async (t) => {
  const { findings, asked } = await examined(t, {
    "nobody GET /": [401, { error: "unauthorized" }],
    "us GET /": SOUND["nobody GET /"],
  });
  t.like(findings[1], { verdict: "ok", subject: "version" });
  t.true(asked.includes("us GET /_users"));
});

test("a design document that was taken all the same is removed", async (t) => {
  const path = "/settee/_design/settee-doctor";
  const { findings, asked } = await examined(t, {
    [`us PUT ${path}`]: [201, { ok: true, id: "_design/settee-doctor", rev: "1-a" }],
    [`us DELETE ${path}?rev=1-a`]: [200, { ok: true }],
  });
  t.true(asked.includes(`us DELETE ${path}?rev=1-a`));
  t.like(
    findings.find(({ subject }) => subject === "account"),
    { verdict: "fail" },
  );
});

test("[S1] a server that does not answer is one finding, and the last", async (t) => {
  const result = parseAddress("http://region:secret@127.0.0.1:9", "settee");
  if (result.type === "malformed") throw new Error(result.remedy);
  const verdicts: string[] = [];
  for await (const { subject, verdict } of examine(result.address)) verdicts.push(`${subject} ${verdict}`);
  t.deepEqual(verdicts, ["transport ok", "server fail"]);
});

test("[S3] a server that accepts and never answers is given up", async (t) => {
  const server = await scriptedServer(t, () => undefined);
  const result = parseAddress(`http://region:secret@127.0.0.1:${server.port}`, "settee");
  if (result.type === "malformed") throw new Error(result.remedy);
  const verdicts: string[] = [];
  for await (const { subject, verdict } of examine(result.address, 100)) {
    verdicts.push(`${subject} ${verdict}`);
  }
  t.deepEqual(verdicts, ["transport ok", "server fail"]);
});

test("the embedded CouchDB has nothing to be mended", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  const url = new URL(couch.url);
  url.username = couch.username;
  url.password = couch.password;
  const result = parseAddress(url.href, "settee");
  if (result.type === "malformed") throw new Error(result.remedy);
  const verdicts: string[] = [];
  for await (const { subject, verdict } of examine(result.address)) verdicts.push(`${subject} ${verdict}`);
  t.deepEqual(verdicts, [
    "transport ok",
    "version ok",
    "clock ok",
    "strangers ok",
    "up ok",
    "database warn",
    "account ok",
  ]);
});

const transports: [url: string, verdict: Verdict][] = [
  ["https://couch.example:6984", "ok"],
  ["http://couch.example:5984", "fail"],
  ["http://10.0.0.7:5984", "fail"],
  ["http://127.0.0.1.example:5984", "fail"],
  ["http://localhost:5984", "ok"],
  ["http://127.8.8.8:5984", "ok"],
  ["http://[::1]:5984", "ok"],
];
for (const [url, verdict] of transports) {
  test(`a password on its way to ${url}: ${verdict}`, (t) => {
    const result = parseAddress(url, "settee");
    t.is(result.type === "address" && judgeTransport(result.address).verdict, verdict);
  });
}

test("[R11] clocks more than 5 s apart are told, and which one is ahead", (t) => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);
  const header = (ms: number) => new Date(now + ms).toUTCString();
  t.is(judgeClock(header(5000), now, now + 1000).verdict, "ok");
  t.is(judgeClock(header(-5000), now, now).verdict, "ok");
  t.regex(judgeClock(header(7000), now, now + 1000).text, /7 s ahead of ours/);
  t.regex(judgeClock(header(-7000), now, now + 1000).text, /7 s behind ours/);
  t.is(judgeClock(undefined, now, now).verdict, "skip");
  t.is(judgeClock("yesterday", now, now).verdict, "skip");
});

test("Erlang's ports: closed is well, epmd is worse than a port that may be something else", (t) => {
  t.is(judgePorts({ epmd: false, distribution: false }).verdict, "ok");
  t.is(judgePorts({ epmd: true, distribution: false }).verdict, "fail");
  t.is(judgePorts({ epmd: false, distribution: true }).verdict, "warn");
});

test("a port is open when something listens there", async (t) => {
  const server = await scriptedServer(t, () => undefined);
  t.true(await isOpen("127.0.0.1", server.port));
  t.false(await isOpen("127.0.0.1", 9));
});
