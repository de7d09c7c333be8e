import test from "ava";
import { parseConfig } from "../../server/config.ts";
import { addressKey } from "../../server/connections.ts";
import { parsePost } from "../../server/doors/post.ts";
import { parseJson } from "../../server/json-body.ts";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { openLog } from "../../server/log.ts";
import { Origins } from "../../server/origins.ts";
import { parseOrder, parseRooms, parseWhole } from "../../server/parameters.ts";
import { decodeCursor } from "../../sync/cursor.ts";
import { classify } from "../../sync/document.ts";
import { isMid, isOrderKey, isOrigin, isRoom, parseMessageId } from "../../sync/names.ts";
import { isStamp } from "../../sync/stamp.ts";
import { isMessageText, isName, isSession } from "../../sync/text.ts";
import { parseRetryAfter } from "../../public/client/backoff.ts";
import { PROJECT } from "../project.ts";
import { TestClock } from "../server/test-clock.ts";
import { literalsBelow, literalsOf } from "./expressions.ts";

const LITERALS = literalsBelow(PROJECT, ["sync", "server", "couchdb", "public"]);

const HOSTILE_UNITS = 100_000;
/**
 * Far above what one pass over the string takes (0.1 ms) and far below what a pass from every place in it takes
 * (measured with `/\/+$/`: 6 s; one that branches at every place never ends).
 */
const PASS_MS = 1_000;

/** What an expression may be made to go over again and again, and what makes it fail in the end. */
const PUMPS = [
  ...Array.from("a0-_.:/\\ \t,;=&?@%\"'(){}[]<>\n\r\0\u2028é"),
  "😀",
  "\ud800",
  "a-",
  "a.",
  "0a",
  " ;",
  "; ",
  "//",
  "/a/",
  "&cursor=",
  "?cursor=&",
  "; AuthSession=",
  "at at ",
  "::ffff:127.",
  "https://",
  "0123456789abcdef01234",
];
const ENDS = ["", "!"];
const STARTS = [
  "",
  "a",
  "/",
  '"',
  "?cursor=",
  "Bearer ",
  "::ffff:",
  "https://",
  "00000000.0.",
  "1-",
  ";",
  "_design/",
];

function* hostileStrings(starts: readonly string[]): Generator<string> {
  for (const pump of PUMPS) {
    const middle = pump.repeat(HOSTILE_UNITS / pump.length);
    for (const start of starts) for (const end of ENDS) yield start + middle + end;
  }
}

/** What a look costs this process, however busy the machine is. */
function cpuMs(look: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  look(text);
  return process.cpuUsage(before).user / 1000;
}

/** What is done with a string, and by what name to blame it. */
interface Look {
  readonly name: string;
  readonly at: (text: string) => unknown;
}

/** The look and the string that took longest. */
function slowest(starts: readonly string[], looks: readonly Look[]): { ms: number; blame: string } {
  let worst = { ms: 0, blame: "" };
  for (const text of hostileStrings(starts)) {
    for (const { name, at } of looks) {
      // The lesser of two, so that a collection of garbage is not taken for a long pass.
      const first = cpuMs(at, text);
      const ms = first > PASS_MS ? Math.min(first, cpuMs(at, text)) : first;
      if (ms > worst.ms)
        worst = { ms, blame: `${name} took ${ms} ms for ${JSON.stringify(text.slice(0, 20))}` };
      if (ms > PASS_MS) return worst;
    }
  }
  return worst;
}

test("the search for expressions knows a division, a string, a comment and a template from one", (t) => {
  const source = String.raw`const a = b / c / d; // /no/
    /* /nor this/ */ const e = "/nor/", f = '/nor/', g = ${"`/nor/ ${h.replace(/yes\\/[/]/g, `${i / j}`)} /nor/`"};
    return /too/u.test(k) && !/\p{L}{2}/u.test(l);`;
  t.deepEqual(
    literalsOf("here", source).map((literal) => `/${literal.source}/${literal.flags}`),
    [String.raw`/yes\/[/]/g`, "/too/u", String.raw`/\p{L}{2}/u`],
  );
});

test("[A14] no expression repeats a repetition or looks back at what it matched", (t) => {
  t.true(LITERALS.length > 40, `${LITERALS.length} found`);
  for (const { place, source } of LITERALS) {
    const bare = source.replaceAll(/\\[^1-9k]|\[(?:[^\]\\]|\\.)*\]/g, "x");
    t.notRegex(bare, /\\[1-9k]/, `${place} /${source}/: a backreference`);
    t.notRegex(bare, /\([^()]*(?:[*+]|\{\d+,\})[^()]*\)(?:[*+]|\{\d+,\})/, `${place} /${source}/: nested`);
  }
});

test("[A14] every expression of the sources goes over 100,000 hostile characters in one pass", (t) => {
  const looks = [...new Map(LITERALS.map((one) => [one.source, one])).values()].map(
    ({ place, source, flags }): Look => {
      const expression = new RegExp(source, flags);
      const at = (text: string) =>
        expression.global ? text.replaceAll(expression, "") : expression.test(text);
      return { name: `${place} /${source}/`, at };
    },
  );
  const { ms, blame } = slowest(STARTS, looks);
  t.true(ms < PASS_MS, blame);
});

const log = openLog({
  format: "json",
  out: { write: () => true },
  clock: new TestClock(),
  linesPerMinute: 1e9,
});
const people = openLog({
  format: "text",
  out: { write: () => true },
  clock: new TestClock(),
  linesPerMinute: 1e9,
});
const origins = new Origins(["https://good.example"], "https://chat.example", () => []);

const VALIDATORS: Readonly<Record<string, (text: string) => unknown>> = {
  isMessageText,
  isName,
  isSession,
  isRoom,
  isMid,
  isOrigin,
  isOrderKey,
  isStamp,
  parseMessageId,
  decodeCursor,
  addressKey,
  parseRetryAfter: (text) => parseRetryAfter(text, 0),
  "a message's document": (text) =>
    classify({
      id: `lobby:${text}`,
      document: { kind: "message", v: 1, room: text, text, sender: text, mid: text },
    }),
  "a beacon": (text) =>
    classify({
      id: `region:${text}`,
      document: { kind: "region", v: 1, origin: text, name: text, url: text },
    }),
  "a post": (text) => parsePost({ mid: text, text, after: text }, text),
  "a body": (text) => parseJson(Buffer.from(`{"text":${JSON.stringify(text)}}`), DOOR_LIMITS),
  "a broken body": (text) => parseJson(Buffer.from(text), DOOR_LIMITS),
  "a query": (text) => {
    const query = new URLSearchParams(text);
    query.set("rooms", text);
    query.set("before", text);
    return [
      parseRooms(query, DOOR_LIMITS),
      parseOrder(query, "before"),
      parseWhole(query, "rooms", { least: 0, most: 1, otherwise: 0 }),
    ];
  },
  "an origin": (text) => origins.mayPost({ origin: text, host: text, fetchSite: text }),
  "a log line": (text) => {
    log.info("event", { text });
    people.info("event", { text });
  },
  "the configuration": (text) =>
    parseConfig({
      REGION: text,
      PORT: text,
      HOST: text,
      DATA_DIR: text,
      CORS_ORIGINS: text,
      PUBLIC_URL: text,
    }),
};

for (const [name, validate] of Object.entries(VALIDATORS)) {
  test(`[A14] ${name}: 100,000 hostile characters are looked at in one pass`, (t) => {
    const { ms, blame } = slowest(["", "a"], [{ name, at: validate }]);
    t.true(ms < PASS_MS, blame);
  });
}
