import test from "ava";
import {
  changesFault,
  changesResult,
  checkResult,
  creationResult,
  faultOf,
  headResult,
  presenceResult,
  rangeResult,
  readResult,
  standingResult,
  writeResult,
} from "../../couchdb/answers.ts";
import type { Answer } from "../../couchdb/requests.ts";
import type { StoreFaultCode } from "../../sync/store.ts";

function answered(status: number, body: unknown, retryAfter?: string): Answer {
  return { type: "answered", status, retryAfter, body };
}

const REV = "1-967a00dff5e02add41819138abb3284d";
const DOCUMENTS = [{ _id: "a:1" }, { _id: "a:2" }];
const ok = (id: string) => ({ ok: true, id, rev: REV });

const faults: [string, StoreFaultCode, number, unknown][] = [
  ["[S11] 401", "denied", 401, { error: "unauthorized", reason: "Name or password is incorrect." }],
  ["[S11] 403", "denied", 403, { error: "forbidden", reason: "Account is temporarily locked" }],
  ["[S11] 403 of a proxy", "denied", 403, ""],
  ["[S12] 404 `not_found`", "missing", 404, { error: "not_found", reason: "Database does not exist." }],
  ["[S12] 404 `no_db_file`", "missing", 404, { error: "not_found", reason: "no_db_file" }],
  ["[S6] 404 of a proxy", "unreachable", 404, ""],
  ["[S6] 404 of another API", "unreachable", 404, { message: "no route" }],
  ["405", "failing", 405, { error: "method_not_allowed", reason: "Only GET allowed" }],
  ["[S13] 412 `nodedown`", "unavailable", 412, { error: "nodedown", reason: "progress not possible" }],
  ["[S13] 429", "unavailable", 429, ""],
  ["[S13] 500", "failing", 500, { error: "internal_server_error", reason: "No DB shards could be opened." }],
  ["[S13] 500 without a body", "failing", 500, ""],
  ["[S27] 502", "unavailable", 502, ""],
  ["[S13] 503", "unavailable", 503, { error: "service_unavailable", reason: "x" }],
  ["[S27] 504", "unavailable", 504, ""],
  ["501", "failing", 501, { error: "not_implemented", reason: "x" }],
  ["418 of nobody knows whom", "unreachable", 418, ""],
  ["[S6] 302", "unreachable", 302, ""],
  ["[S6] 200 without the answer", "unreachable", 200, ""],
];
for (const [what, code, status, body] of faults) {
  test(`${what} is \`${code}\`, to whatever question`, (t) => {
    const answer = answered(status, body);
    t.is(faultOf(answer).code, code);
    const results = [
      writeResult(answer, DOCUMENTS),
      readResult(answer, ["a:1", "a:2"]),
      rangeResult(answer, false),
      headResult(answer),
      changesResult(answer),
      presenceResult(answer),
      checkResult(answer, ["a:1", "a:2"]),
      standingResult(answer, ["a:1", "a:2"]),
    ];
    for (const result of results) t.is(result.type === "fault" ? result.fault.code : result.type, code);
  });
}

test("silence is `unreachable`", (t) => {
  const answer: Answer = { type: "silence", reason: "no answer in 10000 ms" };
  t.deepEqual(faultOf(answer), { code: "unreachable", text: "no answer in 10000 ms" });
  t.is(writeResult(answer, DOCUMENTS).type, "fault");
  t.is(changesResult(answer).type, "fault");
});

test("a fault's text names the status and CouchDB's words, and has an end", (t) => {
  const long = { error: "forbidden", reason: "x".repeat(10_000) };
  t.regex(faultOf(answered(403, long)).text, /^status 403: forbidden: x{100,200}$/);
});

test("[S13] Retry-After is seconds or a date, and five minutes at most", (t) => {
  t.is(faultOf(answered(503, "", "7")).retryAfterMs, 7000);
  t.is(faultOf(answered(429, "", new Date(0).toUTCString())).retryAfterMs, 0);
  const soon = faultOf(answered(429, "", new Date(Date.now() + 200_000).toUTCString())).retryAfterMs;
  t.true(soon !== undefined && soon > 100_000 && soon <= 200_000);
  t.is(faultOf(answered(503, "", "86400")).retryAfterMs, 300_000);
  t.is(faultOf(answered(503, "", "soon")).retryAfterMs, undefined);
  t.is(faultOf(answered(503, "")).retryAfterMs, undefined);
});

test("[S7] [S9] each row of a batch tells its own fate", (t) => {
  const rows = [
    ok("a:1"),
    { ...ok("a:2"), accepted: true },
    { id: "a:3", error: "conflict", reason: "Document update conflict." },
    { id: "a:4", error: "forbidden", reason: "too long" },
    { id: "a:5", error: "unauthorized", reason: "not you" },
  ];
  const documents = rows.map((row) => ({ _id: row.id }));
  t.deepEqual(writeResult(answered(201, rows), documents), {
    type: "rows",
    outcomes: [
      { type: "stored" },
      { type: "unconfirmed" },
      { type: "conflict" },
      { type: "refused", reason: "forbidden: too long" },
      { type: "refused", reason: "unauthorized: not you" },
    ],
  });
});

test("[S8] with status 202 nothing is confirmed, whatever its rows say", (t) => {
  t.deepEqual(writeResult(answered(202, [ok("a:1"), ok("a:2")]), DOCUMENTS), {
    type: "rows",
    outcomes: [{ type: "unconfirmed" }, { type: "unconfirmed" }],
  });
});

const notOurs: Record<string, unknown> = {
  "a row too few": [ok("a:1")],
  "a row too many": [ok("a:1"), ok("a:2"), ok("a:3")],
  "rows of other documents": [ok("a:1"), ok("b:2")],
  "rows in another order": [ok("a:2"), ok("a:1")],
  "a row without a revision": [ok("a:1"), { ok: true, id: "a:2" }],
  "a row that is not `ok`": [ok("a:1"), { ok: false, id: "a:2", rev: REV }],
  "a row that is nothing": [ok("a:1"), null],
};
for (const [what, rows] of Object.entries(notOurs)) {
  test(`[S6] ${what} is no answer to our batch`, (t) => {
    const result = writeResult(answered(201, rows), DOCUMENTS);
    t.is(result.type === "fault" && result.fault.code, "unreachable");
  });
}

test("[S13] a row that failed by itself leaves the batch's outcome unknown", (t) => {
  const rows = [ok("a:1"), { id: "a:2", error: "compilation_error", reason: "SyntaxError" }];
  const result = writeResult(answered(201, rows), DOCUMENTS);
  t.is(result.type === "fault" && result.fault.code, "failing");
});

const refusals: [string, number, unknown][] = [
  ["[S10] 400", 400, { error: "bad_request", reason: "invalid UTF-8 JSON" }],
  ["[S10] 413", 413, { error: "document_too_large", reason: "a:1" }],
  ["[S10] 413 of a proxy", 413, ""],
  ["[S13] 412 `missing_stub`", 412, { error: "missing_stub", reason: "Invalid attachment stub" }],
  ["417", 417, { error: "expectation_failed", reason: "x" }],
];
for (const [what, status, body] of refusals) {
  test(`${what} refuses the batch for what is in it`, (t) => {
    t.is(writeResult(answered(status, body), DOCUMENTS).type, "refused");
  });
}

test("[S27] a proxy's 400 says nothing about the documents", (t) => {
  const result = writeResult(answered(400, ""), DOCUMENTS);
  t.is(result.type === "fault" && result.fault.code, "unreachable");
});

test("[S28] a 400 is about the bookmark only where one was sent, and only in CouchDB's words", (t) => {
  const answer = answered(400, { error: "bad_request", reason: "Malformed sequence supplied" });
  t.is(changesFault(answer).code, "since-refused");
  t.is(faultOf(answer).code, "failing");
  t.is(changesFault(answered(400, "")).code, "unreachable");
});

test("a read answers each id in its place, and only with rows that are about it", (t) => {
  const rows = [
    { id: "a:1", key: "a:1", value: { rev: REV }, doc: { _id: "a:1", _rev: REV } },
    { id: "a:2", key: "a:2", value: { rev: REV, deleted: true }, doc: null },
    { key: "a:3", error: "not_found" },
  ];
  const ids = ["a:1", "a:2", "a:3"];
  t.deepEqual(readResult(answered(200, { rows }), ids), {
    type: "found",
    found: [{ type: "found", document: { _id: "a:1", _rev: REV } }, { type: "deleted" }, { type: "missing" }],
  });
  const mixedUp = readResult(answered(200, { rows }), ids.toReversed());
  t.is(mixedUp.type === "fault" && mixedUp.fault.code, "unreachable");
  const tooFew = readResult(answered(200, { rows }), ["a:1", "a:2"]);
  t.is(tooFew.type === "fault" && tooFew.fault.code, "unreachable");
});

test("[S13] an id that a cluster could not read is neither missing nor deleted", (t) => {
  const answer = answered(200, { rows: [{ key: "a:1", error: "timeout" }] });
  for (const read of [readResult, checkResult, standingResult]) {
    const result = read(answer, ["a:1"]);
    t.is(result.type === "fault" && result.fault.code, "failing");
  }
});

test("[S6] a check counts only rows that are about the ids we asked for", (t) => {
  const rows = [
    { id: "a:1", key: "a:1", value: { rev: REV } },
    { id: "a:2", key: "a:2", value: { rev: REV, deleted: true } },
    { key: "a:3", error: "not_found" },
  ];
  const ids = ["a:1", "a:2", "a:3"];
  const presences = ["present", "deleted", "missing"] as const;
  t.deepEqual(checkResult(answered(200, { rows }), ids), { type: "checked", presences });
  for (const others of [ids.toReversed(), ["a:1", "a:2"], [...ids, "a:4"]]) {
    const result = checkResult(answered(200, { rows }), others);
    t.is(result.type === "fault" && result.fault.code, "unreachable");
  }
  const anonymous = [{ id: "a:1", key: "a:1", value: {} }];
  t.is(checkResult(answered(200, { rows: anonymous }), ["a:1"]).type, "fault");
});

test("[S20] what stands at an id is the version shown and all those beside it", (t) => {
  const doc = { _id: "a:1", _rev: "1-c", _conflicts: ["1-b", "1-a"] };
  const rows = [
    { id: "a:1", key: "a:1", value: { rev: "1-c" }, doc },
    { id: "a:2", key: "a:2", value: { rev: REV, deleted: true }, doc: null },
    { key: "a:3", error: "not_found" },
  ];
  t.deepEqual(standingResult(answered(200, { rows }), ["a:1", "a:2", "a:3"]), {
    type: "standing",
    standings: [["1-c", "1-b", "1-a"], [], "missing"],
  });
});

test("a document that is deleted while a range is read is not in it", (t) => {
  const gone = { id: "a:1", key: "a:1", value: { rev: REV }, doc: null };
  const there = { id: "a:2", key: "a:2", value: { rev: REV }, doc: { _id: "a:2" } };
  t.deepEqual(rangeResult(answered(200, { rows: [gone, there] }), false), {
    type: "range",
    rows: [{ id: "a:2", document: { _id: "a:2" } }],
  });
});

test("a poll without rows still moves the bookmark; `pending` may be unknown", (t) => {
  const result = changesResult(answered(200, { results: [], last_seq: "7-x" }));
  t.like(result, { type: "changes", rows: [], pending: 0, skipped: 0 });
  t.is(result.type === "changes" ? String(result.since) : "", "7-x");
});

test("a database that another region has just created is there", (t) => {
  const answer = answered(412, { error: "file_exists", reason: "x" });
  t.is(creationResult(answer).type, "prepared");
  t.is(creationResult(answered(202, { ok: true })).type, "prepared");
});

test("[S12] an account that may not create the database leaves it missing, and is not refused itself", (t) => {
  const answer = answered(401, { error: "unauthorized", reason: "You are not a server admin." });
  const result = creationResult(answer);
  t.deepEqual(result.type === "fault" && result.fault, {
    code: "missing",
    text: "status 401: unauthorized: You are not a server admin.",
  });
});

test("[S13] a cluster that cannot create the database now may be asked again", (t) => {
  const result = creationResult(answered(503, ""));
  t.is(result.type === "fault" && result.fault.code, "unavailable");
});
