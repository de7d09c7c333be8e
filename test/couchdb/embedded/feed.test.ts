import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import test, { type ExecutionContext } from "ava";
import { ask, basic, startCouch, temporaryDirectory } from "./start.ts";

interface Couch {
  readonly url: string;
  readonly password: string;
}

/** Opens a feed; answers when its head has come. */
async function openFeed(t: ExecutionContext, couch: Couch, query: string): Promise<IncomingMessage> {
  const sent = request(`${couch.url}/chat/_changes?${query}`, {
    headers: { authorization: basic(couch.password) },
    agent: false,
  });
  sent.on("error", () => undefined).end();
  t.teardown(() => sent.destroy());
  const response = await new Promise<IncomingMessage>((resolve) => sent.on("response", resolve));
  response.setEncoding("utf8");
  return response.on("error", () => undefined);
}

/** Reads ids until `count` have come; answers them in order. */
async function readIds(response: IncomingMessage, count: number): Promise<string[]> {
  const ids: string[] = [];
  let rest = "";
  for await (const text of response.iterator({ destroyOnReturn: false })) {
    const lines = (rest + String(text)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith('{"seq"')) ids.push(JSON.parse(line).id);
    if (ids.length >= count) break;
  }
  return ids;
}

async function writeMany(couch: Couch, from: number, count: number, text = ""): Promise<void> {
  for (let at = from; at < from + count; at += 50) {
    const docs = Array.from({ length: Math.min(50, from + count - at) }, (_, i) => ({
      _id: `m${at + i}`,
      text,
    }));
    await ask(couch, "POST", "/chat/_bulk_docs", { docs });
  }
}

test("2,000 writes with five followers: each sees each document once", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const feeds = await Promise.all(
    [0, 1, 2, 3, 4].map(() => openFeed(t, couch, "feed=continuous&heartbeat=1000&include_docs=true")),
  );
  const reading = feeds.map((feed) => readIds(feed, 2000));
  await Promise.all([writeMany(couch, 0, 1000), writeMany(couch, 1000, 500), writeMany(couch, 1500, 500)]);
  for (const ids of await Promise.all(reading)) {
    t.is(ids.length, 2000);
    t.is(new Set(ids).size, 2000);
  }
});

test("a follower that does not read costs the others nothing, and gets all of it when it reads again", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const slow = await openFeed(t, couch, "feed=continuous&heartbeat=50&include_docs=true");
  slow.pause();
  const quick = await openFeed(t, couch, "feed=continuous&heartbeat=1000");
  const reading = readIds(quick, 2000);
  await writeMany(couch, 0, 2000, "x".repeat(10_000));
  t.is((await reading).length, 2000);
  const ids = await readIds(slow, 2000);
  t.is(new Set(ids).size, 2000);
  t.is(ids.length, 2000);
});

test("a feed that was cut goes on where its last row stood", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  await writeMany(couch, 0, 10);
  const feed = await openFeed(t, couch, "feed=continuous&heartbeat=1000");
  const [text] = await once(feed, "data");
  const rows = String(text).split("\n").filter(Boolean);
  feed.destroy();
  await writeMany(couch, 10, 10);
  const since: string = JSON.parse(rows[4] ?? "").seq;
  const ids = await readIds(await openFeed(t, couch, `feed=continuous&heartbeat=1000&since=${since}`), 15);
  t.deepEqual(
    ids,
    Array.from({ length: 15 }, (_, i) => `m${i + 5}`),
  );
});

test("the row of a write is on the feed before anybody asks again, and heartbeats keep it open", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const feed = await openFeed(t, couch, "feed=continuous&since=now&heartbeat=20&timeout=1");
  for (let beats = 0; beats < 5; beats++) await once(feed, "data");
  const reading = readIds(feed, 1);
  await ask(couch, "PUT", "/chat/a", { text: "hello" });
  t.deepEqual(await reading, ["a"]);
});

test("a long poll waits for one row, and ends by itself after its timeout", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  const waiting = ask(couch, "GET", "/chat/_changes?feed=longpoll&since=now&timeout=60000");
  await ask(couch, "PUT", "/chat/a", {});
  const { body } = await waiting;
  const late = await ask(couch, "GET", "/chat/_changes?feed=longpoll&since=now&timeout=1");
  t.like(body, { results: [{ id: "a" }], pending: 0 });
  t.like(late.body, { results: [], pending: 0 });
});

test("followers that go away are forgotten at once", async (t) => {
  const couch = await startCouch(t, await temporaryDirectory(t));
  await ask(couch, "PUT", "/chat");
  for (let i = 0; i < 50; i++)
    (await openFeed(t, couch, "feed=continuous&since=now&heartbeat=1000")).destroy();
  await writeMany(couch, 0, 50);
  const ids = await readIds(await openFeed(t, couch, "feed=continuous&heartbeat=1000"), 50);
  t.is(ids.length, 50);
});
