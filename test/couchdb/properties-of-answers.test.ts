import test from "ava";
import * as fc from "fast-check";
import { parseAddress } from "../../couchdb/address.ts";
import {
  changesResult,
  checkResult,
  creationResult,
  faultOf,
  headResult,
  rangeResult,
  readResult,
  standingResult,
  writeResult,
} from "../../couchdb/answers.ts";
import { arrayField, parseJson, textField } from "../../couchdb/json.ts";
import { LineSplitter } from "../../couchdb/lines.ts";
import type { Answer } from "../../couchdb/requests.ts";
import { isRecord } from "../../sync/json.ts";
import { spoilt } from "../sync/arbitraries.ts";

const IDS = ["a:1", "a:2"];
const DOCUMENTS = IDS.map((id) => ({ _id: id }));
const REV = "1-967a00dff5e02add41819138abb3284d";

type Kind = (id: string) => Record<string, unknown>;

/** Rows as CouchDB writes them. */
const WRITTEN: readonly Kind[] = [
  (id) => ({ id, ok: true, rev: REV }),
  (id) => ({ id, ok: true, rev: REV, accepted: true }),
  (id) => ({ id, error: "conflict", reason: "Document update conflict." }),
  (id) => ({ id, error: "forbidden", reason: "no" }),
];
const READ: readonly Kind[] = [
  (id) => ({ id, key: id, value: { rev: REV }, doc: { _id: id, _rev: REV, _conflicts: ["1-b", 7] } }),
  (id) => ({ id, key: id, value: { rev: REV, deleted: true }, doc: null }),
  (id) => ({ key: id, error: "not_found" }),
];
const CHANGED: readonly Kind[] = [
  (id) => ({ seq: "3-g1AAA", id, changes: [{ rev: REV }], doc: { _id: id, _rev: REV } }),
  (id) => ({ seq: null, id, changes: [{ rev: REV }], deleted: true, doc: { _id: id, _deleted: true } }),
];

/** Answers with rows of these kinds, sound ones and spoilt ones, and answers of any other making. */
function answersWith(kinds: readonly Kind[]): fc.Arbitrary<Answer> {
  const row = fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...IDS))
    .chain(([kind, id]) => fc.oneof(fc.constant(kind(id)), spoilt(kind(id))));
  const rows = fc.oneof(
    // Of one kind and in the order asked, which is what a sound answer is, and with a little damage.
    fc.constantFrom(...kinds).map((kind): unknown[] => IDS.map(kind)),
    fc.constantFrom(...kinds).chain((kind) => fc.tuple(...IDS.map((id) => spoilt(kind(id))))),
    fc.array(fc.oneof({ weight: 8, arbitrary: row }, { weight: 1, arbitrary: fc.jsonValue() }), {
      maxLength: 3,
    }),
  );
  const body: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 3, arbitrary: rows },
    { weight: 3, arbitrary: rows.map((all) => ({ rows: all, total_rows: 2, offset: 0 })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(rows, fc.jsonValue())
        .map(([results, pending]) => ({ results, last_seq: "9-x", pending })),
    },
    { weight: 1, arbitrary: spoilt({ error: "not_found", reason: "missing", ok: true, update_seq: "5-x" }) },
    { weight: 1, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const status = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(200, 201, 202) },
    { weight: 1, arbitrary: fc.constantFrom(400, 404, 412, 413, 500) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 599 }) },
  );
  const retryAfter = fc.option(fc.oneof(fc.string(), fc.nat().map(String)), { nil: undefined });
  return fc.record({ type: fc.constant("answered" as const), status, retryAfter, body });
}

/** The row that is the answer to the question at this place. */
function rowAt(answer: Answer, place: number): Record<string, unknown> {
  const body = answer.type === "answered" ? answer.body : undefined;
  const rows: unknown = Array.isArray(body) ? body : arrayField(body, "rows");
  const row: unknown = Array.isArray(rows) ? rows[place] : undefined;
  return isRecord(row) ? { ...row } : {};
}

test("[S6] [S7] [S8] [I8] whatever comes as an answer, a document is stored only with its id, ok, a revision and a full quorum", (t) => {
  let stored = 0;
  fc.assert(
    fc.property(answersWith(WRITTEN), (answer) => {
      const result = writeResult(answer, DOCUMENTS);
      if (result.type !== "rows") return;
      t.is(result.outcomes.length, DOCUMENTS.length);
      for (const [place, outcome] of result.outcomes.entries()) {
        if (outcome.type !== "stored") continue;
        stored++;
        const row = rowAt(answer, place);
        t.like(row, { id: IDS[place], ok: true });
        t.not(textField(row, "rev"), undefined);
        t.not(row["accepted"], true);
        t.is(answer.type === "answered" && answer.status, 201);
      }
    }),
    { numRuns: 400 },
  );
  t.true(stored > 0);
});

test("[S6] [S9] whatever comes as an answer, something is found, deleted or missing only if its row says so of this id", (t) => {
  let read = 0;
  fc.assert(
    fc.property(answersWith(READ), (answer) => {
      const found = readResult(answer, IDS);
      const checked = checkResult(answer, IDS);
      const standing = standingResult(answer, IDS);
      if (found.type === "found") t.is(checked.type, "checked");
      if (checked.type === "fault") return;
      read++;
      for (const [place, presence] of checked.presences.entries()) {
        const row = rowAt(answer, place);
        t.is(row["key"], IDS[place]);
        if (presence === "missing") t.is(row["error"], "not_found");
        if (presence === "deleted") t.like(row, { value: { deleted: true } });
        const one = found.type === "found" ? found.found[place] : undefined;
        if (one?.type === "found") t.is(one.document, row["doc"]);
        else if (one !== undefined) t.is<string, string>(presence, one.type);
        const there = standing.type === "standing" ? standing.standings[place] : undefined;
        if (there === "missing") t.is(presence, "missing");
        else if (there !== undefined) t.is(there.length === 0, presence === "deleted");
      }
    }),
    { numRuns: 400 },
  );
  t.true(read > 0);
});

test("[S6] [S22] whatever comes as a page of changes or ids, each row is read or counted, and none looks deleted that is not", (t) => {
  let read = 0;
  fc.assert(
    fc.property(answersWith([...READ, ...CHANGED]), (answer) => {
      const body = answer.type === "answered" ? answer.body : undefined;
      const changes = changesResult(answer);
      if (changes.type === "changes") {
        const results = arrayField(body, "results") ?? [];
        t.is(changes.rows.length + changes.skipped, results.length);
        for (const { id, document } of changes.rows) {
          const isDeletion = results.some(
            (row) => isRecord(row) && row["id"] === id && row["deleted"] === true,
          );
          t.true(isRecord(document) || isDeletion);
          read++;
        }
      }
      const range = rangeResult(answer, false);
      if (range.type === "range") for (const { document } of range.rows) t.true(isRecord(document));
    }),
    { numRuns: 400 },
  );
  t.true(read > 0);
});

test("[S13] [S27] whatever comes as an answer, a fault has a short text, and asks to wait five minutes at most", (t) => {
  fc.assert(
    fc.property(answersWith([...WRITTEN, ...READ]), (answer) => {
      const { text, retryAfterMs = 0 } = faultOf(answer);
      t.true(text.length <= 250);
      t.true(retryAfterMs >= 0 && retryAfterMs <= 300_000);
      for (const result of [headResult(answer), creationResult(answer)])
        if (result.type === "fault") t.true(result.fault.text.length <= 250);
    }),
  );
});

test("[S5] [S6] whatever bytes come, however they are cut, the lines are those of the whole, and too long ones are counted", (t) => {
  const MAX = 12;
  // Newlines and the bytes of UTF-8 are as frequent as anything else.
  const bytes = fc
    .uint8Array({ maxLength: 200, size: "max" })
    .map((some) => some.map((byte) => (byte % 9 === 0 ? 10 : byte)));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(20)), (whole, cuts) => {
      const splitter = new LineSplitter(MAX);
      const lines: string[] = [];
      let skipped = 0;
      let rest = Buffer.from(whole);
      for (const cut of [...cuts, whole.length]) {
        const pushed = splitter.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
        lines.push(...pushed.lines);
        skipped += pushed.skipped;
      }
      const naive = Buffer.from(whole).toString("latin1").split("\n").slice(0, -1);
      const short = naive.filter((line) => line.length <= MAX);
      t.deepEqual(
        lines,
        short.map((line) => Buffer.from(line, "latin1").toString("utf8")),
      );
      t.is(skipped, naive.length - short.length);
    }),
  );
});

test("[S6] whatever text comes, it is JSON or undefined, and its fields are of their types", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: "binary" })), fc.string(), (text, name) => {
      const value = parseJson(text);
      if (value !== undefined) t.is(JSON.stringify(value), JSON.stringify(JSON.parse(text)));
      t.true(["string", "undefined"].includes(typeof textField(value, name)));
      t.true(arrayField(value, name) === undefined || Array.isArray(arrayField(value, name)));
    }),
  );
});

const someSecret = fc.string({ unit: "grapheme", minLength: 6, maxLength: 20 });

test("[A24] whatever account stands in the address, it goes into the header as it was and nowhere else", (t) => {
  const prefix = fc.constantFrom("", "/", "/couch", "/couch/", "/a/b");
  fc.assert(
    fc.property(someSecret, someSecret, prefix, (user, password, path) => {
      const [name, secret] = [encodeURIComponent(user), encodeURIComponent(password)];
      const result = parseAddress(`https://${name}:${secret}@couch.example:6984${path}`, "chat");
      if (result.type === "malformed") return t.fail(result.remedy);
      const { url, authorization = "" } = result.address;
      t.is(Buffer.from(authorization.slice(6), "base64").toString(), `${user}:${password}`);
      t.is(url, `https://couch.example:6984${path.replace(/\/$/, "")}/`);
      return undefined;
    }),
  );
});

test("[A24] whatever is given as an address, it is understood or refused without a word of it", (t) => {
  const planted = "hunter2-secret";
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("http://", "@", ":", "/", "%", "?x", "#"),
  );
  fc.assert(
    fc.property(fc.array(part), part, fc.string(), (before, after, database) => {
      const result = parseAddress(`${before.join("")}${planted}${after}`, database);
      if (result.type === "malformed") t.false(result.remedy.includes(planted));
      else t.regex(result.address.url, /^https?:\/\/[^?#]*\/$/);
    }),
  );
});
