import test from "ava";
import * as fc from "fast-check";
import { addressKey } from "../../server/connections.ts";
import { answerEncoder, frameEncoder } from "../../server/encoding.ts";
import { DOOR_LIMITS } from "../../server/limits.ts";
import { openLog } from "../../server/log.ts";
import { exposition, type Metric } from "../../server/metrics/exposition.ts";
import { Origins } from "../../server/origins.ts";
import { parseCursor, parseOrder, parseRoom, parseWhole } from "../../server/parameters.ts";
import { Sessions } from "../../server/sessions.ts";
import { openSigningKey } from "../../server/signing-key.ts";
import { branded } from "../../sync/brand.ts";
import { toWire } from "../../sync/message.ts";
import { isOrderKey, isRoom, messageId } from "../../sync/names.ts";
import type { Handed } from "../../sync/reading.ts";
import { isName, isSession } from "../../sync/text.ts";
import type { Cursor, ReaderEvent } from "../../sync/wire.ts";
import { someMessage } from "../sync/arbitraries.ts";
import { TestClock } from "./test-clock.ts";
import { ORIGIN } from "./test-doors.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("", "0", "-1", "lobby", "1e3"),
);

test("[A13] [C7] whatever a parameter is, its value is within its rules, or it is refused as a parameter", (t) => {
  const range = { least: 1, most: 100, otherwise: 50 };
  const orderOrNot = fc.oneof(
    anyText,
    someMessage.map(({ order }) => order),
  );
  fc.assert(
    fc.property(
      fc.array(orderOrNot, { maxLength: 2 }),
      fc.oneof(anyText, fc.nat(200).map(String)),
      (orders, text) => {
        const query = new URLSearchParams([...orders.map((order) => ["before", order]), ["limit", text]]);
        const order = parseOrder(query, "before");
        if (order.type === "parsed") {
          t.true(orders.length < 2);
          t.is<string | undefined, string | undefined>(order.value, orders[0]);
          t.true(order.value === undefined || isOrderKey(order.value));
        }
        const limit = parseWhole(query, "limit", range);
        if (limit.type === "parsed")
          t.true(Number.isInteger(limit.value) && limit.value >= 1 && limit.value <= 100);
        const room = parseRoom(text);
        t.is(room.type === "parsed", isRoom(text));
        const cursor = parseCursor(text, DOOR_LIMITS);
        if (cursor.type === "parsed") t.true((cursor.value ?? "").length <= DOOR_LIMITS.cursorBytes);
        for (const result of [order, limit, room, cursor])
          if (result.type === "refusal") t.is(result.code, "invalid-parameter");
      },
    ),
  );
});

/** What a browser makes of an event stream (WHATWG HTML §9.2.6), without the parts we do not send. */
function readStream(text: string): { id: string; event: string; data: string }[] {
  return text
    .split(/\r\n\r\n|\n\n|\r\r/)
    .slice(0, -1)
    .map((block) => {
      const fields = { id: "", event: "", data: "" };
      for (const line of block.split(/\r\n|\n|\r/)) {
        const [, name, value = ""] = /^(id|event|data): (.*)$/s.exec(line) ?? [];
        if (name === "id" || name === "event" || name === "data") fields[name] += value;
      }
      return fields;
    });
}

const someEvent: fc.Arbitrary<ReaderEvent> = fc.oneof(
  someMessage.map((message): ReaderEvent => ({ type: "message", message: toWire(message, "stored") })),
  fc.tuple(someMessage, fc.string({ unit: "binary" })).map(([{ room, order, mid }, reason]): ReaderEvent => {
    return { type: "rejected", room, id: messageId(room, order), mid, reason };
  }),
  fc.constant<ReaderEvent>({ type: "regions" }),
);

test("[C5] [I5] whatever people say, a stream and an answer bring exactly these events, each with its cursor", (t) => {
  fc.assert(
    fc.property(fc.array(someEvent, { maxLength: 5 }), (events) => {
      const entries = events.map((event, place): Handed => {
        return { event, json: JSON.stringify(event), cursor: branded<Cursor>(`c${place}`) };
      });
      const batch = { entries, cursor: branded<Cursor>("end") };
      const text = frameEncoder()(batch).toString();
      const read = readStream(text);
      t.deepEqual(
        read.map(({ data }): unknown => JSON.parse(data)),
        events,
      );
      t.deepEqual(
        read.map(({ id, event }) => `${id} ${event}`),
        events.map(({ type }, place) => `c${place} ${type}`),
      );
      t.deepEqual(JSON.parse(answerEncoder()(batch).toString()), { events, cursor: "end" });
    }),
  );
});

/** What moves a terminal's cursor, ends a line or turns text around. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/u;

test("[A15] [A24] whatever a field holds, the log has one printable line for it, and never the account of an address", (t) => {
  const account = "root:hunter2";
  const around = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\n", "\u001b[31m", "\u009b1m", "\u202e", "\u061c"),
  );
  fc.assert(
    fc.property(around, around, fc.constantFrom("text", "json"), (before, after, format) => {
      const lines: string[] = [];
      const log = openLog({ format, clock: new TestClock(), out: { write: (line) => lines.push(line) } });
      log.warn("store-offline", { url: `${before}//${account}@couch${after}`, other: after });
      log.close();
      t.is(lines.length, 1);
      const [line = ""] = lines;
      t.true(line.endsWith("\n"));
      t.notRegex(line.slice(0, -1), UNPRINTABLE);
      t.false(line.includes("hunter2"));
      if (format === "json") t.like(JSON.parse(line), { level: "warn", event: "store-offline" });
    }),
  );
});

test("[A7] [A8] all of an IPv6 customer's addresses stand for one, however they are written, and no two customers do", (t) => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  const groups = (count: number) => fc.array(group, { minLength: count, maxLength: count });
  fc.assert(
    fc.property(groups(4), groups(4), groups(4), groups(4), (net, host, otherNet, otherHost) => {
      const key = addressKey(written([0x2001, ...net.slice(1), ...host]));
      t.is(addressKey(written([0x2001, ...net.slice(1), ...otherHost])), key);
      t.is(addressKey(full([0x2001, ...net.slice(1), ...host])), key);
      const isSame = net.slice(1).every((part, place) => part === otherNet[place + 1]);
      t.is(addressKey(written([0x2001, ...otherNet.slice(1), ...host])) === key, isSame);
    }),
  );
  fc.assert(fc.property(anyText, (text) => void addressKey(text)));
});

test("[A4] [A5] whatever origin a page of another host has, it may not post", (t) => {
  const origins = new Origins(["https://good.example"], "https://chat.example", () => []);
  const host = fc.oneof(
    anyText,
    fc.webAuthority(),
    fc.constantFrom("good.example", "chat.example", "chat.example.evil", "null"),
    // The same host to a URL parser, but nothing a browser would send.
    fc.constantFrom("chat.example/", "CHAT.example", "ana@chat.example", "chat.example\t", "chat.example."),
  );
  const scheme = fc.constantFrom("http://", "https://", "ftp://", "", "//");
  fc.assert(
    fc.property(scheme, host, (before, authority) => {
      const origin = `${before}${authority}`;
      const isOurs =
        ["https://good.example", "https://chat.example"].includes(origin) ||
        (/^https?:\/\/[^/@]*$/.test(origin) && origin.slice(before.length) === "chat.example");
      t.is(origins.mayPost({ origin, host: "chat.example", fetchSite: undefined }), isOurs);
      t.false(origins.mayPost({ origin: `${origin}x`, host: authority, fetchSite: "cross-site" }));
    }),
  );
});

test("[A25] whatever names regions have, each metric is one line that reads back", (t) => {
  const sample = fc.record({
    labels: fc.record({ region: fc.string({ unit: fc.constantFrom("\\", '"', "\n", "\r", "n", "}", "é") }) }),
    value: fc.oneof(fc.double(), fc.nat()),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 4 }), (samples) => {
      const metric: Metric = { name: "region_up", type: "gauge", help: "1\\2\n3", samples };
      const lines = exposition([metric]).split("\n");
      t.is(lines.length, samples.length + 3);
      for (const [place, { labels, value }] of samples.entries()) {
        const [, region = "", text = ""] =
          /^settee_region_up\{region="(.*)"\} (\S+)$/s.exec(lines[place + 2] ?? "") ?? [];
        const unescaped = region.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
        t.is(unescaped, labels.region);
        t.is(Number(text.replace("Inf", "Infinity")), value === 0 ? 0 : value);
      }
    }),
  );
});

test("[A17] whatever stands in an Authorization header, it is a session of ours or refused", async (t) => {
  const sessions = new Sessions({
    signingKey: await openSigningKey(undefined),
    origin: ORIGIN,
    foreignKey: () => undefined,
    clock: new TestClock(),
    limits: DOOR_LIMITS,
  });
  const { token } = await sessions.issue("Ada");
  const parts = token.split(".");
  const json = fc.json().map((text) => Buffer.from(text).toString("base64url"));
  const part = fc.oneof(fc.constantFrom(...parts, ""), json, fc.stringMatching(/^[\w-]{0,40}$/));
  const header = fc.oneof(
    anyText,
    fc.array(part, { maxLength: 4 }).map((all) => `Bearer ${all.join(".")}`),
  );
  await fc.assert(
    fc.asyncProperty(header, async (authorization) => {
      const result = await sessions.verify(authorization);
      if (result.type === "refusal") t.regex(result.code, /^(no-token|invalid-token|unknown-issuer)$/);
      else t.true(authorization.includes(token) && isSession(result.session) && isName(result.name));
    }),
    { numRuns: 200 },
  );
});

/** As RFC 5952 writes it, with the first longest run of zeros left out. */
function written(groups: readonly number[]): string {
  return new URL(`http://[${full(groups)}]`).hostname.slice(1, -1);
}

function full(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16).padStart(4, "0").toUpperCase()).join(":");
}
