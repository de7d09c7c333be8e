import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "ava";
import * as fc from "fast-check";
import { isRecord } from "../../sync/json.ts";
import { parseJson } from "../../server/json-body.ts";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { ask, code } from "./client.ts";
import { openTestDoors } from "./test-doors.ts";

const SUITE = "../shared/data/corpora/jsontestsuite/test_parsing";

function parse(text: string | Buffer): unknown {
  const result = parseJson(Buffer.from(text), DOOR_LIMITS);
  return result.type === "json" ? result.fields : result.code;
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
}

function wide(keys: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, n) => [`key${n}`, n])));
}

test("[A7] depth 8 and 32 keys pass, one more of either does not", (t) => {
  t.true(isRecord(parse(nested(8))));
  t.is(parse(nested(9)), "invalid-json");
  t.true(isRecord(parse(wide(32))));
  t.is(parse(wide(33)), "invalid-json");
  t.is(parse(`{"a":[${wide(33)}]}`), "invalid-json");
});

test("[A12] keys that reach a prototype are refused at any depth, and nothing is polluted", (t) => {
  for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__"]) {
    t.is(parse(`{"${key}":{"polluted":1}}`), "invalid-json", key);
    t.is(parse(`{"a":[{"${key}":1}]}`), "invalid-json", key);
  }
  t.false("polluted" in {});
});

test("[A12] only one object in UTF-8 is a body", (t) => {
  for (const body of ["", "null", "1", '"text"', "[]", "{} {}", "\ufeff{}", "{'a':1}"])
    t.is(parse(body), "invalid-json", body);
  t.is(parse(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), "invalid-json");
});

test("[A12] of two fields with one name the last counts, as it does in CouchDB", (t) => {
  t.deepEqual(parse('{"a":1,"a":2}'), { a: 2 });
});

test("[A12] whatever JSON comes, it is parsed as it stands or refused", (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 12 }), (text) => {
      const result = parseJson(Buffer.from(text), DOOR_LIMITS);
      return result.type === "refusal" || JSON.stringify(result.fields) === JSON.stringify(JSON.parse(text));
    }),
  );
  t.pass();
});

(existsSync(SUITE) ? test : test.skip)(
  "[A12] JSONTestSuite as bodies: what is no JSON is 400, and nothing is our mistake (skipped without the corpora)",
  async (t) => {
    const doors = await openTestDoors(t);
    const token = await doors.signIn();
    const names = readdirSync(SUITE).filter((name) => name.endsWith(".json"));
    t.is(names.length, 318);
    for (const name of names) {
      const body = readFileSync(`${SUITE}/${name}`);
      const headers = { ...token, "content-type": "application/json" };
      for (const path of ["sessions", "rooms/lobby/messages"]) {
        const answer = await ask(`${doors.url}/api/v1/${path}`, { method: "POST", headers, body });
        if (body.length > DOOR_LIMITS.bodyBytes) t.is(code(answer), "body-too-large", name);
        else if (name.startsWith("n_")) t.is(code(answer), "invalid-json", name);
        else t.true(answer.status < 500, name);
      }
    }
    t.deepEqual(doors.chat.messages, []);
    t.false("polluted" in {});
  },
);
