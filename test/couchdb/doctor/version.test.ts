import test from "ava";
import { judgeWelcome, parseWelcome } from "../../../couchdb/doctor/version.ts";
import type { Verdict } from "../../../couchdb/doctor/finding.ts";

const versions: [version: string, verdict: Verdict, holes: readonly string[]][] = [
  ["1.6.1", "fail", ["2017-12635", "2017-12636", "2018-8007", "2018-17188", "2022-24706"]],
  ["2.1.1", "fail", ["2018-8007", "2018-11769", "2018-17188"]],
  ["2.3.1", "fail", ["2021-38295", "2022-24706"]],
  ["3.0.0", "fail", ["2020-1955", "2021-38295", "2022-24706"]],
  ["3.1.1", "fail", ["2021-38295", "2022-24706", "2023-26268", "2023-45725"]],
  ["3.2.2", "fail", ["2023-26268", "2023-45725"]],
  ["3.2.3", "fail", ["2023-45725"]],
  ["3.3.1", "fail", ["2023-26268", "2023-45725"]],
  ["3.3.2", "fail", ["2023-45725"]],
  ["3.3.3", "warn", []],
  ["3.4.3", "warn", []],
  ["3.5.0", "ok", []],
  ["3.5.2-1-gabcdef0", "ok", []],
  ["4.0.0", "ok", []],
  ["next", "warn", []],
];
for (const [version, verdict, holes] of versions) {
  test(`CouchDB ${version} is ${verdict}, and its known holes are named`, (t) => {
    const finding = judgeWelcome({ type: "couchdb", version });
    t.is(finding.verdict, verdict);
    for (const hole of holes) t.true(finding.text.includes(`CVE-${hole}`), hole);
    if (verdict !== "fail") t.notRegex(finding.text, /CVE/);
  });
}

test("3.0.1 no longer has the hole that 3.0.0 alone had", (t) => {
  t.notRegex(judgeWelcome({ type: "couchdb", version: "3.0.1" }).text, /2020-1955/);
});

test("what says neither its name nor its version is no CouchDB", (t) => {
  for (const body of [undefined, "Welcome", {}, { couchdb: "Welcome" }, { version: "3.5.0" }]) {
    t.is(parseWelcome(body).type, "stranger");
  }
});
