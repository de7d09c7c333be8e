import test from "ava";
import { branded } from "../../../sync/brand.ts";
import { messageId, type OrderKey } from "../../../sync/names.ts";
import { lobby, messageAt, midOf, orderOf } from "../messages.ts";
import { SYNC, POST, openLiveClient, taken, bodyOf, statesOf } from "./client-under-test.ts";

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

test("[C13] what is said while no region answers waits, and is sent in its order when one does", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  for (const text of ["one", "two"]) client.post(lobby, text);
  for (let attempt = 0; attempt < 5; attempt++) {
    (await platform.request(POST)).cut();
    t.deepEqual(statesOf(outbox()), ["waiting", "waiting"]);
    while ((await platform.open(POST)).length === 0) await platform.pass(1_000);
  }
  const one = await platform.request(POST);
  t.is(bodyOf(one).text, "one");
  one.answer(201, taken(one, 1, "stored"));
  const two = await platform.request(POST);
  t.is(bodyOf(two).text, "two");
  two.answer(201, taken(two, 2, "stored"));
  await platform.pass(0);
  t.deepEqual(outbox(), []);
});

test("[CH3] [HC3] of a change its own key counts as seen, not its place", async (t) => {
  const { client, platform } = await openLiveClient(t);
  const order = branded<OrderKey>(`${orderOf(3)}~${orderOf(9)}`);
  const change = { type: "edit" as const, mid: midOf(3) };
  const messages = [messageAt(7), messageAt(9, { order, id: messageId(lobby, order), change }), messageAt(8)];
  (await platform.request(SYNC)).answer(200, {
    events: messages.map((message) => ({ type: "message", message })),
    cursor: "c1",
  });
  await platform.open();
  client.post(lobby, "hello");
  t.like(bodyOf(await platform.request(POST)), { after: order });
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

test("[I6] the outbox takes 500 messages that wait, and no more", async (t) => {
  const { client } = await openLiveClient(t);
  const wereTaken = Array.from({ length: 501 }, (_, n) => client.post(lobby, `text ${n}`));
  t.true(wereTaken.slice(0, 500).every(Boolean));
  t.false(wereTaken[500]);
});
