import test from "ava";
import type { Mine } from "../../../public/client/author.ts";
import { MemoryShelf } from "../../../public/client/memory-shelf.ts";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import { parseEntry } from "../../../public/client/parse.ts";
import { changeAt, lobby, messageAt, midOf, orderOf } from "../messages.ts";
import {
  bodyOf,
  openLiveClient,
  openPage,
  POST,
  sessionCalled,
  SESSIONS,
  SYNC,
  taken,
  type Opened,
} from "./client-under-test.ts";

const sender = { name: "Maren", session: "s1" };
const mine = messageAt(3, { sender });
const shortOf = (entries: readonly OutboxEntry[]): string[] =>
  entries.map(({ text, state, change }) => `${change?.type ?? "say"} "${text}": ${state.type}`);

/** Says it, and lets the region take it at slot `n`. */
async function said({ client, platform }: Opened, text: string, n: number): Promise<Mine> {
  client.post(lobby, text);
  const post = await platform.request(POST);
  post.answer(201, taken(post, n, "stored"));
  await platform.open();
  const mid = midIn(bodyOf(post).mid);
  return messageAt(n, { mid, sender, text });
}

function midIn(text: string): Mine["mid"] {
  const entry = parseEntry({ room: "lobby", mid: text, text, name: "", at: 0, state: { type: "accepted" } });
  return entry?.mid ?? midOf(0);
}

const waitingOf = ({ outbox }: Pick<Opened, "outbox">, text: string): OutboxEntry => {
  const entry = outbox().find((one) => one.text === text);
  if (entry === undefined) throw new Error(`"${text}" does not wait`);
  return entry;
};

test("[CH1] an edit is posted with what it changes, in the session that said it, and stays until it is stored", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  const message = await said(opened, "hello", 3);
  t.true(client.mayChange(message));
  t.true(client.change(message, "hello there"));
  t.deepEqual(shortOf(outbox()), ['edit "hello there": waiting']);
  const post = await platform.request(POST);
  t.like(bodyOf(post), {
    text: "hello there",
    change: { type: "edit", mid: message.mid, order: orderOf(3) },
  });
  t.is(post.token, "token of s1");
  t.not(bodyOf(post).mid, message.mid);
  post.answer(202, taken(post, 9, "accepted"));
  await platform.open();
  t.deepEqual(shortOf(outbox()), ['edit "hello there": accepted']);
  (await platform.request(SYNC)).answer(200, {
    events: [{ type: "stored", room: lobby, mids: [bodyOf(post).mid] }],
    cursor: "c1",
  });
  await platform.open();
  t.deepEqual(outbox(), []);
});

test("[C1] a change whose answer was lost is repeated with the same mid, text and message", async (t) => {
  const opened = await openLiveClient(t);
  const message = await said(opened, "hello", 3);
  opened.client.takeBack(message);
  const lost = await opened.platform.request(POST);
  lost.cut();
  await opened.platform.pass(250);
  const again = await opened.platform.request(POST);
  t.deepEqual(again.body, lost.body);
  t.like(bodyOf(again), { text: "", change: { type: "delete" } });
});

test("[C13] [I3] changes go out in the order of what is written, when a region answers again", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  const message = await said(opened, "hello", 3);
  client.post(lobby, "one");
  client.change(message, "hello again");
  client.post(lobby, "two");
  (await platform.request(POST)).cut();
  t.deepEqual(
    outbox().map(({ text }) => text),
    ["one", "hello again", "two"],
  );
  await platform.pass(250);
  for (const [n, text] of ["one", "hello again", "two"].entries()) {
    const post = await platform.request(POST);
    t.is(bodyOf(post).text, text);
    post.answer(201, taken(post, 5 + n, "stored"));
  }
  await platform.open();
  t.deepEqual(outbox(), []);
});

test("what was never posted is only reworded or forgotten: no region hears of its first words", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  for (const text of ["one", "two", "three"]) client.post(lobby, text);
  const one = await platform.request(POST);
  t.true(client.change(waitingOf(opened, "two"), "two, reworded"));
  t.true(client.takeBack(waitingOf(opened, "three")));
  t.deepEqual(shortOf(outbox()), ['say "one": waiting', 'say "two, reworded": waiting']);
  one.answer(201, taken(one, 1, "stored"));
  const two = await platform.request(POST);
  t.deepEqual([bodyOf(two).text, bodyOf(two).change], ["two, reworded", undefined]);
});

test("what may have been posted is changed by a change, posted once it is known where it stands", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  client.post(lobby, "hello");
  const lost = await platform.request(POST);
  t.true(client.change(waitingOf(opened, "hello"), "hello there"));
  t.true(client.change(waitingOf(opened, "hello"), "hello you"));
  lost.cut();
  await platform.pass(250);
  const again = await platform.request(POST);
  t.deepEqual(again.body, lost.body);
  t.deepEqual(shortOf(outbox()), ['say "hello": waiting', 'edit "hello you": waiting']);
  again.answer(201, taken(again, 4, "stored"));
  const change = await platform.request(POST);
  t.like(bodyOf(change), {
    text: "hello you",
    change: { type: "edit", mid: bodyOf(again).mid, order: orderOf(4) },
  });
});

test("a message that is refused keeps its author's last words; one that was to be taken back is gone", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  client.post(lobby, "hello");
  let post = await platform.request(POST);
  client.change(waitingOf(opened, "hello"), "hello there");
  post.answer(422, { code: "bad-text", detail: "No." });
  await platform.open();
  t.deepEqual(shortOf(outbox()), ['say "hello there": rejected']);
  client.post(lobby, "again");
  post = await platform.request(POST);
  client.takeBack(waitingOf(opened, "again"));
  post.answer(422, { code: "bad-text", detail: "No." });
  await platform.open();
  t.deepEqual(shortOf(outbox()), ['say "hello there": rejected']);
});

test("of what waits to be done to a message the last counts: an edit takes the place of one, a deletion of all", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  const message = await said(opened, "hello", 3);
  client.post(lobby, "in the way");
  await platform.request(POST);
  for (const text of ["once", "twice"]) client.change(message, text);
  t.deepEqual(shortOf(outbox()).slice(1), ['edit "twice": waiting']);
  client.takeBack(message);
  t.deepEqual(shortOf(outbox()).slice(1), ['delete "": waiting']);
});

test("[CH1] when its session ends before a change was accepted it is rejected: in another one it would change nothing", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform, outbox } = opened;
  const message = await said(opened, "hello", 3);
  client.change(message, "hello there");
  (await platform.request(POST)).answer(401, {});
  await platform.open();
  t.like(outbox()[0]?.state, { type: "rejected", cause: "session-ended" });
  t.false(client.mayChange(message));
  t.false(client.takeBack(message));
  (await platform.request(SESSIONS)).answer(201, sessionCalled("s2"));
  t.deepEqual(await platform.open(POST), []);
});

test("a message that goes on in another session takes along what is to be done to it", async (t) => {
  const opened = await openLiveClient(t);
  const { client, platform } = opened;
  client.post(lobby, "hello");
  const refused = await platform.request(POST);
  client.change(waitingOf(opened, "hello"), "hello there");
  refused.answer(401, {});
  (await platform.request(SESSIONS)).answer(201, sessionCalled("s2"));
  const post = await platform.request(POST);
  post.answer(201, taken(post, 4, "stored", "s2"));
  const change = await platform.request(POST);
  t.is(change.token, "token of s2");
  t.like(bodyOf(change), { text: "hello there", change: { mid: bodyOf(post).mid, order: orderOf(4) } });
});

test("[CH1] nobody changes a message of another session, nor a change, nor in a page that has not its token", async (t) => {
  const { client, platform } = await openLiveClient(t);
  for (const other of [messageAt(3), changeAt(5, 3, "edit", { sender })]) {
    t.false(client.mayChange(other));
    t.false(client.change(other, "mine now"));
    t.false(client.takeBack(other));
  }
  t.deepEqual(await platform.open(POST), []);
  t.true(client.mayChange(mine));
  const shelf = new MemoryShelf();
  const [first, second] = [openPage(t, shelf, "s1"), openPage(t, new MemoryShelf(shelf), "s2")];
  await second.platform.open();
  t.true(first.client.mayChange(mine));
  t.true(second.client.isMine("s1"));
  t.false(second.client.mayChange(mine));
});

test("[C8] only who posts for all pages knows what was never posted: another one changes it by a change", async (t) => {
  const shelf = new MemoryShelf();
  const [first, second] = [openPage(t, shelf, "s1"), openPage(t, new MemoryShelf(shelf), "s2")];
  await first.platform.open();
  await second.platform.open();
  for (const text of ["one", "two"]) second.client.post(lobby, text);
  const one = await first.platform.request(POST);
  t.true(second.client.change(waitingOf(second, "two"), "two, edited"));
  t.deepEqual(shortOf(second.outbox()).slice(1), ['say "two": waiting', 'edit "two, edited": waiting']);
  one.answer(201, taken(one, 1, "stored", "s2"));
  const two = await first.platform.request(POST);
  two.answer(201, taken(two, 2, "stored", "s2"));
  const change = await first.platform.request(POST);
  t.is(change.token, "token of s2");
  t.like(bodyOf(change), { text: "two, edited", change: { order: orderOf(2) } });
});

test("[I1] [R10] a change outlives its page, and is posted again by the next one for as long as it is only accepted", async (t) => {
  const shelf = new MemoryShelf();
  const first = openPage(t, shelf, "s1");
  await first.platform.open();
  first.client.change(mine, "hello there");
  const post = await first.platform.request(POST);
  post.answer(202, taken(post, 9, "accepted"));
  await first.platform.open();
  first.close();
  const next = openPage(t, new MemoryShelf(shelf), "s2");
  const again = await next.platform.request(POST);
  t.is(again.token, "token of s1");
  t.deepEqual([bodyOf(again).mid, bodyOf(again).change], [bodyOf(post).mid, bodyOf(post).change]);
});

test("[S9] a change that moved to another order key is taken up as the change it is", async (t) => {
  const { platform, outbox } = await openLiveClient(t);
  const moved = changeAt(9, 3, "edit", { sender, state: "accepted" });
  (await platform.request(SYNC)).answer(200, { events: [{ type: "message", message: moved }], cursor: "c1" });
  await platform.open();
  t.deepEqual(outbox()[0]?.change, { type: "edit", mid: midOf(3), order: orderOf(3) });
});

test("[R10] a message that stands elsewhere now is changed there", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  client.post(lobby, "in the way");
  await platform.request(POST);
  client.change(mine, "hello there");
  const elsewhere = messageAt(7, { mid: mine.mid, sender });
  (await platform.request(SYNC)).answer(200, {
    events: [{ type: "message", message: elsewhere }],
    cursor: "c1",
  });
  await platform.open();
  t.deepEqual<unknown, unknown>(outbox()[1]?.change?.order, orderOf(7));
});

test("[C13] what another version of the page left on the shelf is a change as a whole, or nothing", (t) => {
  const entry = { room: "lobby", mid: midOf(1), text: "x", name: "Maren", at: 1, state: { type: "waiting" } };
  const change = { type: "edit", mid: midOf(3), order: orderOf(3) };
  for (const good of [change, { type: "delete", mid: midOf(3) }])
    t.deepEqual(parseEntry({ ...entry, change: good })?.change, good);
  const order = `${orderOf(3)}~${orderOf(4)}`;
  for (const bad of [
    null,
    "edit",
    {},
    { ...change, type: "void" },
    { ...change, mid: 3 },
    { ...change, order },
  ])
    t.is(parseEntry({ ...entry, change: bad }), undefined);
});
