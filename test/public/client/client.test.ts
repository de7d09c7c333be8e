import test, { type ExecutionContext } from "ava";
import { Client, type ClientEvent } from "../../../public/client/client.ts";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import type { WireMessage } from "../../../sync/message.ts";
import { lobby, messageAt, orderOf } from "../messages.ts";
import { ScriptedPlatform, type Asked } from "../scripted-platform.ts";

const SYNC = "GET /sync";
const POST = "POST /rooms/lobby/messages";
const SESSIONS = "POST /sessions";

interface Opened {
  readonly client: Client;
  readonly platform: ScriptedPlatform;
  readonly events: readonly ClientEvent[];
  readonly outbox: () => readonly OutboxEntry[];
}

/** A client that follows the lobby, in a world that the test scripts. */
function openClient(t: ExecutionContext): Opened {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", listen: (event) => events.push(event) });
  t.teardown(client.start());
  client.follow(lobby);
  const outbox = (): readonly OutboxEntry[] =>
    events.findLast((event) => event.type === "outboxChanged")?.entries ?? [];
  return { client, platform, events, outbox };
}

/** The same, live and signed in as Maren. */
async function openLiveClient(t: ExecutionContext): Promise<Opened> {
  const opened = openClient(t);
  (await opened.platform.request(SYNC)).answer(200, { events: [], cursor: "c0", reset: { reason: "start" } });
  opened.client.signIn("Maren");
  (await opened.platform.request(SESSIONS)).answer(201, sessionCalled("s1"));
  return opened;
}

function sessionCalled(session: string): object {
  return { token: `token of ${session}`, session, name: "Maren", region: "us" };
}

/** The message that a region makes of a post, at slot `n`. */
function taken(post: Asked, n: number, state: WireMessage["state"], session = "s1"): object {
  const { mid, text } = bodyOf(post);
  return { message: { ...messageAt(n, { state, text }), mid, sender: { name: "Maren", session } } };
}

function bodyOf(asked: Asked): { mid: string; text: string; after: string } {
  const body = asked.body;
  const field = (name: string): string =>
    typeof body === "object" && body !== null ? String(Reflect.get(body, name)) : "";
  return { mid: field("mid"), text: field("text"), after: field("after") };
}

const statesOf = (entries: readonly OutboxEntry[]): string[] => entries.map((entry) => entry.state.type);

test("[C1] a POST whose answer was lost is repeated with the same mid and text", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const first = await platform.request(POST);
  first.cut();
  t.deepEqual(statesOf(outbox()), ["waiting"]);
  await platform.pass(250);
  const second = await platform.request(POST);
  t.deepEqual(second.body, first.body);
  second.answer(201, taken(second, 1, "stored"));
  await platform.pass(60_000);
  t.deepEqual(outbox(), []);
  t.deepEqual(await platform.open(POST), []);
});

test("[C1] an answer that tells of another message is no answer", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  (await platform.request(POST)).answer(201, { message: messageAt(9) });
  await platform.pass(0);
  t.deepEqual(statesOf(outbox()), ["waiting"]);
});

test("messages are posted in order, each when the one before has its answer, after the newest one seen", async (t) => {
  const { client, platform } = await openLiveClient(t);
  (await platform.request(SYNC)).answer(200, {
    events: [{ type: "message", message: messageAt(7) }],
    cursor: "c1",
  });
  await platform.open();
  for (const text of ["one", "two", "three"]) client.post(lobby, text);
  const one = await platform.request(POST);
  t.like(bodyOf(one), { text: "one", after: orderOf(7) });
  t.deepEqual(await platform.open(POST), []);
  one.answer(202, taken(one, 8, "accepted"));
  const two = await platform.request(POST);
  t.like(bodyOf(two), { text: "two", after: orderOf(8) });
  two.cut();
  await platform.pass(250);
  t.is(bodyOf(await platform.request(POST)).text, "two");
  t.deepEqual(await platform.open(POST), []);
});

test("[C4] the cursor moves on with the next request, and stays where an answer was lost", async (t) => {
  const { platform, events } = await openLiveClient(t);
  const poll = await platform.request(SYNC);
  t.is(poll.line, "GET /sync?rooms=lobby&timeout=25&cursor=c0");
  poll.cut();
  await platform.pass(250);
  const again = await platform.request(SYNC);
  t.is(again.line, "GET /sync?rooms=lobby&timeout=0&cursor=c0");
  again.answer(200, { events: [{ type: "message", message: messageAt(1) }], cursor: "c1" });
  t.is((await platform.request(SYNC)).line, "GET /sync?rooms=lobby&timeout=25&cursor=c1");
  t.is(events.filter((event) => event.type === "received").length, 2);
});

test("[C4] an answer that is not what it should be does not move the cursor", async (t) => {
  const { platform } = await openLiveClient(t);
  (await platform.request(SYNC)).answer(200, { cursor: "c9" });
  await platform.pass(250);
  t.regex((await platform.request(SYNC)).line, /cursor=c0$/);
});

test("events that are not known, or not whole, are left out and the others taken", async (t) => {
  const { platform, events } = await openLiveClient(t);
  const whole = { type: "message", message: messageAt(1) };
  const broken = { type: "message", message: { ...messageAt(2), order: 5 } };
  (await platform.request(SYNC)).answer(200, {
    events: [{ type: "edited", id: 1 }, broken, whole],
    cursor: "c1",
  });
  await platform.open();
  const received = events.findLast((event) => event.type === "received");
  t.deepEqual(received?.answer.events, [whole]);
});

test("[C8] a session that is not accepted any more is replaced by one of the same name, and the post goes on", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const refused = await platform.request(POST);
  t.is(refused.token, "token of s1");
  refused.answer(401, { code: "unauthorized", detail: "" });
  const renewal = await platform.request(SESSIONS);
  t.deepEqual(renewal.body, { name: "Maren" });
  renewal.answer(201, sessionCalled("s2"));
  const again = await platform.request(POST);
  t.is(again.token, "token of s2");
  t.deepEqual(again.body, refused.body);
  again.answer(201, taken(again, 1, "stored", "s2"));
  await platform.open();
  t.deepEqual(outbox(), []);
  t.true(client.isMine("s1") && client.isMine("s2"));
});

test("sessions that are refused as soon as they are made are not made without a pause", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  for (const session of ["s2", "s3"]) {
    (await platform.request(POST)).answer(401, {});
    await platform.pass(500);
    (await platform.request(SESSIONS)).answer(201, sessionCalled(session));
  }
  (await platform.request(POST)).answer(401, {});
  t.deepEqual(await platform.open(SESSIONS), []);
});

test("a kept session is used again, and a long poll that is answered 401 renews it", async (t) => {
  const { client, platform } = openClient(t);
  client.signIn("Maren", { token: "kept", session: "s0", name: "Maren", region: "us" });
  t.true(client.isMine("s0"));
  t.deepEqual(await platform.open(SESSIONS), []);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0", reset: { reason: "start" } });
  const poll = await platform.request(SYNC);
  t.is(poll.token, "kept");
  poll.answer(401, {});
  t.deepEqual((await platform.request(SESSIONS)).body, { name: "Maren" });
});

for (const [status, code] of [
  [409, "mid-reused"],
  [422, "text-too-long"],
] as const) {
  test(`a message answered ${status} is rejected with the reason, and the next one goes on`, async (t) => {
    const { client, platform, outbox } = await openLiveClient(t);
    client.post(lobby, "bad");
    client.post(lobby, "good");
    (await platform.request(POST)).answer(status, { code, detail: "Because." });
    t.is(bodyOf(await platform.request(POST)).text, "good");
    t.deepEqual(
      outbox().map((entry) => entry.state),
      [{ type: "rejected", reason: "Because." }, { type: "waiting" }],
    );
  });
}

test("Retry-After is waited for, whatever else comes meanwhile", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  (await platform.request(POST)).answer(429, {}, { "retry-after": "5" });
  await platform.open();
  client.post(lobby, "another");
  await platform.pass(4999);
  t.deepEqual(await platform.open(POST), []);
  await platform.pass(251);
  t.is((await platform.open(POST)).length, 1);
});

test("an accepted message stays in the outbox until it is stored", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await platform.open();
  t.deepEqual(statesOf(outbox()), ["accepted"]);
  const { mid } = bodyOf(post);
  (await platform.request(SYNC)).answer(200, {
    events: [{ type: "stored", room: lobby, mids: [mid] }],
    cursor: "c1",
  });
  await platform.open();
  t.deepEqual(outbox(), []);
});

test("[R10] what was only accepted is posted again with the same mid after a reset", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  (await platform.request(SYNC)).answer(200, {
    events: [],
    cursor: "c9",
    reset: { reason: "unknown-cursor" },
  });
  const again = await platform.request(POST);
  t.is(bodyOf(again).mid, bodyOf(post).mid);
  t.deepEqual(statesOf(outbox()), ["waiting"]);
});

test("[R10] what was only accepted is posted again when the region answers after it did not", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  (await platform.request(SYNC)).cut();
  await platform.pass(250);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0" });
  t.is(bodyOf(await platform.request(POST)).mid, bodyOf(post).mid);
});

test("[I2] what was accepted in another session is not posted again: it would be another message", async (t) => {
  const { client, platform } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await platform.open();
  client.check();
  (await platform.request(SYNC)).answer(401, {});
  (await platform.request(SESSIONS)).answer(201, sessionCalled("s2"));
  await platform.pass(250);
  (await platform.request(SYNC)).answer(200, {
    events: [],
    cursor: "c1",
    reset: { reason: "unknown-cursor" },
  });
  t.deepEqual(await platform.open(POST), []);
});

test("[S9] an accepted message that moves to another order key stays in the outbox, a deleted one does not", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  const { mid } = bodyOf(post);
  const deleted = { type: "deleted", room: lobby, id: messageAt(1).id, mid };
  const moved = { type: "message", ...taken(post, 2, "accepted") };
  (await platform.request(SYNC)).answer(200, { events: [deleted, moved], cursor: "c1" });
  await platform.open();
  t.deepEqual(statesOf(outbox()), ["accepted"]);
  (await platform.request(SYNC)).answer(200, { events: [{ ...deleted, id: messageAt(2).id }], cursor: "c2" });
  await platform.open();
  t.deepEqual(outbox(), []);
});

test("a lost connection is told with the time of the next attempt, which a hint brings forward", async (t) => {
  const { client, platform, events } = await openLiveClient(t);
  (await platform.request(SYNC)).answer(503, {}, { "retry-after": "8" });
  await platform.open();
  const told = events.findLast((event) => event.type === "connectionChanged");
  t.deepEqual(told?.connection, { type: "offline", retryAt: platform.now() + 8000 + 250 * platform.chance });
  t.deepEqual(await platform.open(SYNC), []);
  client.check();
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c1" });
  await platform.open();
  t.like(
    events.findLast((event) => event.type === "connectionChanged"),
    { connection: { type: "live" } },
  );
});

test("a hint ends a long poll that waits, and asks for an answer at once", async (t) => {
  const { client, platform, events } = await openLiveClient(t);
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=25&cursor=c0"]);
  client.check();
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=0&cursor=c0"]);
  t.like(
    events.findLast((event) => event.type === "connectionChanged"),
    { connection: { type: "live" } },
  );
});

test("a long poll without an answer is given up ten seconds after its time", async (t) => {
  const { platform } = await openLiveClient(t);
  await platform.pass(34_999);
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=25&cursor=c0"]);
  await platform.pass(1 + 250);
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=0&cursor=c0"]);
});

test("a region whose long polls do not wait is not asked without a pause", async (t) => {
  const { platform } = await openLiveClient(t);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0" });
  t.deepEqual(await platform.open(SYNC), []);
  await platform.pass(250);
  t.is((await platform.open(SYNC)).length, 1);
});

test("regions are asked for when they changed, and no more often than once a second", async (t) => {
  const { platform, events } = await openLiveClient(t);
  await platform.pass(0);
  const regions = { region: "us", store: { state: "live", waiting: 0 }, regions: [] };
  (await platform.request("GET /regions")).answer(200, regions);
  (await platform.request(SYNC)).answer(200, { events: [{ type: "regions" }], cursor: "c1" });
  (await platform.request(SYNC)).answer(200, { events: [{ type: "regions" }], cursor: "c2" });
  await platform.pass(999);
  t.deepEqual(await platform.open("GET /regions"), []);
  await platform.pass(1);
  t.deepEqual(await platform.open("GET /regions"), ["GET /regions"]);
  t.like(
    events.findLast((event) => event.type === "regionsChanged"),
    { regions },
  );
});

test("a name that is refused is told, and asked for again by nobody", async (t) => {
  const { client, platform, events } = openClient(t);
  client.signIn("nobody");
  (await platform.request(SESSIONS)).answer(422, { code: "bad-name", detail: "Not this one." });
  await platform.pass(60_000);
  t.like(
    events.findLast((event) => event.type === "nameRefused"),
    { reason: "Not this one." },
  );
  t.deepEqual(await platform.open(SESSIONS), []);
});

test("[I6] the outbox takes 500 messages that wait, and no more", async (t) => {
  const { client } = await openLiveClient(t);
  const wereTaken = Array.from({ length: 501 }, (_, n) => client.post(lobby, `text ${n}`));
  t.true(wereTaken.slice(0, 500).every(Boolean));
  t.false(wereTaken[500]);
});

test("a client that was stopped asks for nothing and tells nothing", async (t) => {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", listen: (event) => events.push(event) });
  const stop = client.start();
  client.follow(lobby);
  client.signIn("Maren");
  await platform.open();
  stop();
  const told = events.length;
  await platform.pass(120_000);
  t.deepEqual(await platform.open(SYNC), []);
  t.is(events.length, told);
});
