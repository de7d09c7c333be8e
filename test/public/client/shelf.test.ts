import test from "ava";
import { Client } from "../../../public/client/client.ts";
import type { ClientEvent } from "../../../public/client/events.ts";
import { MemoryShelf } from "../../../public/client/memory-shelf.ts";
import { lobby } from "../messages.ts";
import { ScriptedPlatform } from "../scripted-platform.ts";
import {
  bodyOf,
  openPage,
  POST,
  sessionCalled,
  SESSIONS,
  statesOf,
  SYNC,
  taken,
} from "./client-under-test.ts";

test("[C13] [I1] what waits outlives its page, and is posted by the next one in its order and its own session", async (t) => {
  const shelf = new MemoryShelf();
  const first = openPage(t, shelf, "s1");
  for (const text of ["one", "two"]) first.client.post(lobby, text);
  const lost = await first.platform.request(POST);
  first.close();
  lost.cut();
  const next = openPage(t, new MemoryShelf(shelf), "s2");
  await next.platform.pass(10);
  t.deepEqual(statesOf(next.outbox()), ["waiting", "waiting"]);
  t.true(next.client.isMine("s1"));
  next.client.post(lobby, "three");
  const one = await next.platform.request(POST);
  t.deepEqual(bodyOf(one), bodyOf(lost));
  t.is(one.token, "token of s1", "in another session it might be there twice");
  one.answer(201, taken(one, 1, "stored"));
  for (const [text, token] of [
    ["two", "token of s1"],
    ["three", "token of s2"],
  ]) {
    const post = await next.platform.request(POST);
    t.deepEqual([bodyOf(post).text, post.token], [text, token]);
    post.answer(201, taken(post, 2, "stored", token?.slice(-2)));
  }
  await next.platform.open();
  t.deepEqual(next.outbox(), []);
  t.deepEqual((await shelf.read()).entries, []);
});

test("[C8] [I3] of two pages one posts for both, in the order of writing, until it is closed", async (t) => {
  const shelf = new MemoryShelf();
  const first = openPage(t, shelf, "s1");
  const second = openPage(t, new MemoryShelf(shelf), "s2");
  await first.platform.open();
  await second.platform.open();
  second.client.post(lobby, "from the second");
  t.deepEqual(await second.platform.open(POST), []);
  const post = await first.platform.request(POST);
  t.is(post.token, "token of s2");
  t.deepEqual(statesOf(first.outbox()), ["waiting"]);
  first.close();
  post.cut();
  const again = await second.platform.request(POST);
  t.is(bodyOf(again).mid, bodyOf(post).mid);
  again.answer(202, taken(again, 1, "accepted", "s2"));
  await second.platform.open();
  t.deepEqual(statesOf(second.outbox()), ["accepted"]);
});

test("[R10] what a page left behind as accepted is made sure of by the next one", async (t) => {
  const shelf = new MemoryShelf();
  const first = openPage(t, shelf, "s1");
  first.client.post(lobby, "fragile");
  const post = await first.platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await first.platform.open();
  first.close();
  const next = openPage(t, new MemoryShelf(shelf), "s2");
  const again = await next.platform.request(POST);
  t.deepEqual([bodyOf(again).mid, again.token], [bodyOf(post).mid, "token of s1"]);
  again.answer(201, taken(again, 1, "stored"));
  await next.platform.open();
  t.deepEqual(next.outbox(), []);
});

test("[C8] what one page is told or does with the outbox is the same in the other", async (t) => {
  const shelf = new MemoryShelf();
  const [first, second] = [openPage(t, shelf, "s1"), openPage(t, new MemoryShelf(shelf), "s2")];
  await first.platform.open();
  await second.platform.open();
  first.client.post(lobby, "one");
  first.client.post(lobby, "two");
  const post = await first.platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await first.platform.open();
  t.deepEqual(statesOf(second.outbox()), ["accepted", "waiting"]);
  (await second.platform.request(SYNC)).answer(200, {
    events: [{ type: "stored", room: lobby, mids: [bodyOf(post).mid] }],
    cursor: "c1",
  });
  await second.platform.open();
  t.deepEqual(statesOf(first.outbox()), ["waiting"]);
  const [two] = second.outbox();
  if (two !== undefined) second.client.remove(two.mid);
  t.deepEqual([first.outbox(), second.outbox()], [[], []]);
});

test("[C13] a clock that was put back does not change the order of what waits", async (t) => {
  const shelf = new MemoryShelf();
  const first = openPage(t, shelf, "s1");
  await first.platform.pass(3_600_000);
  first.client.post(lobby, "written first");
  first.close();
  const next = openPage(t, new MemoryShelf(shelf), "s2");
  await next.platform.open();
  next.client.post(lobby, "written later");
  t.deepEqual(
    next.outbox().map(({ text }) => text),
    ["written first", "written later"],
  );
});

test("what was written under a name that no region takes is rejected with the reason", async (t) => {
  const shelf = new MemoryShelf();
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", shelf, listen: (event) => events.push(event) });
  t.teardown(client.start());
  client.signIn("nobody");
  client.post(lobby, "hello");
  const sessions = await platform.request(SESSIONS);
  sessions.answer(422, { code: "bad-name", detail: "Not this one." });
  await platform.open();
  t.like(
    events.findLast((event) => event.type === "outboxChanged"),
    { entries: [{ text: "hello", state: { type: "rejected", reason: "Not this one." } }] },
  );
  client.signIn("Maren");
  (await platform.request(SESSIONS)).answer(201, sessionCalled("s1"));
  t.deepEqual(await platform.open(POST), []);
});
