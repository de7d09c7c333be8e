import test from "ava";
import type { RegionView } from "../../../sync/wire.ts";
import { Client } from "../../../public/client/client.ts";
import type { ClientEvent } from "../../../public/client/events.ts";
import { lobby } from "../messages.ts";
import { ScriptedPlatform } from "../scripted-platform.ts";
import { bodyOf, openLiveClient, POST, regionsSeenBy, statesOf, SYNC, taken } from "./client-under-test.ts";

const us = { name: "us", url: "https://us.example", state: "here" } as const;
const eu = { name: "eu", url: "https://eu.example/", connections: 9 } as const;
const ap = { name: "ap", url: "https://ap.example", connections: 2 } as const;
const gone = { name: "gone", url: "https://gone.example", state: "retired" } as const;

async function learn(platform: ScriptedPlatform, regions: readonly Partial<RegionView>[]): Promise<void> {
  await platform.pass(1_000);
  (await platform.request("GET /regions")).answer(200, regionsSeenBy("us", regions));
  await platform.open();
}

/** Our region gives no answer until another one has been asked. */
async function failUntilProbed(platform: ScriptedPlatform): Promise<void> {
  while ((await platform.open("GET https://")).length === 0) {
    for (const start of [SYNC, POST, "GET /regions"]) {
      while ((await platform.open(start)).length > 0) (await platform.request(start)).cut();
    }
    await platform.pass(250);
  }
}

test("[C6] [C13] when its region gives no answer the client goes on in the emptiest other one, with cursor, session and outbox", async (t) => {
  const { client, platform, events, outbox } = await openLiveClient(t);
  await learn(platform, [us, eu, ap, gone]);
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  post.answer(202, taken(post, 1, "accepted"));
  await platform.open();
  client.post(lobby, "on its way");
  await failUntilProbed(platform);
  t.deepEqual(await platform.open("GET https://"), ["GET https://ap.example/regions"]);
  (await platform.request("GET https://ap")).answer(200, regionsSeenBy("ap", []));
  await platform.open();
  t.deepEqual(
    events.filter((event) => event.type === "moved"),
    [{ type: "moved", from: "us", to: "ap", isWanted: false }],
  );
  t.deepEqual(await platform.open("GET https://ap.example/sync"), [
    "GET https://ap.example/sync?rooms=lobby&timeout=0&cursor=c0",
  ]);
  const again = await platform.request("POST https://ap.example/rooms/lobby/messages");
  t.is(bodyOf(again).mid, bodyOf(post).mid, "what us had accepted may have died with it");
  t.is(again.token, "token of s1");
  again.answer(201, taken(again, 2, "stored"));
  const second = await platform.request("POST https://ap.example/rooms/lobby/messages");
  t.is(bodyOf(second).text, "on its way");
  second.answer(201, taken(second, 3, "stored"));
  await platform.open();
  t.deepEqual(outbox(), []);
});

test("[I7] a region that is back within three seconds keeps its people", async (t) => {
  const { platform, events } = await openLiveClient(t);
  await learn(platform, [us, eu]);
  (await platform.request(SYNC)).cut();
  await platform.pass(250);
  (await platform.request(SYNC)).cut();
  await platform.pass(500);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0" });
  await platform.pass(1_000);
  (await platform.request("GET /regions")).answer(200, regionsSeenBy("us", [us, eu]));
  await platform.pass(4_000);
  (await platform.request(SYNC)).cut();
  await platform.pass(250);
  t.deepEqual(await platform.open("GET https://"), []);
  t.false(events.some((event) => event.type === "moved"));
});

test("[I7] another one is looked for when three seconds are over, not only when the next attempt has failed", async (t) => {
  const { platform, events } = await openLiveClient(t);
  await learn(platform, [us, eu]);
  (await platform.request(SYNC)).cut();
  for (const waitMs of [250, 500, 1_000]) {
    await platform.pass(waitMs);
    (await platform.request(SYNC)).cut();
  }
  await platform.pass(1_249);
  t.deepEqual(await platform.open("GET https://"), []);
  await platform.pass(1);
  (await platform.request("GET https://eu")).answer(200, regionsSeenBy("eu", []));
  t.is((await platform.open("GET https://eu.example/sync")).length, 1);
  t.deepEqual(
    events.findLast((event) => event.type === "connectionChanged"),
    { type: "connectionChanged", connection: { type: "connecting" } },
    "that eu gives no answer nobody knows",
  );
});

test("regions that give no answer either are passed over, and our own is asked all the while", async (t) => {
  const { platform, events } = await openLiveClient(t);
  await learn(platform, [us, eu, ap]);
  await failUntilProbed(platform);
  (await platform.request("GET https://ap")).cut();
  (await platform.request("GET https://eu")).answer(503, {});
  while ((await platform.open(SYNC)).length === 0) await platform.pass(250);
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c0" });
  await platform.open();
  t.false(events.some((event) => event.type === "moved"));
  t.like(
    events.findLast((event) => event.type === "connectionChanged"),
    { connection: { type: "live" } },
  );
});

test("[C6] a region that does not answer soon is not waited for: the first that answers is the one", async (t) => {
  const { platform, events } = await openLiveClient(t);
  await learn(platform, [us, eu, ap]);
  await failUntilProbed(platform);
  await platform.pass(500);
  (await platform.request("GET https://eu")).answer(200, regionsSeenBy("eu", []));
  (await platform.request("GET https://ap")).answer(200, regionsSeenBy("ap", []));
  await platform.open();
  t.deepEqual(
    events.filter(({ type }) => type === "moved"),
    [{ type: "moved", from: "us", to: "eu", isWanted: false }],
  );
});

for (const isAnyWithStore of [true, false]) {
  test(`[C6] a region without the store is gone to ${isAnyWithStore ? "not if another one has it" : "if no other one answers"}`, async (t) => {
    const { platform, events } = await openLiveClient(t);
    await learn(platform, [us, eu, ap]);
    await failUntilProbed(platform);
    const away = { ...regionsSeenBy("ap", []), store: { state: "away", waiting: 0 } };
    (await platform.request("GET https://ap")).answer(200, away);
    const other = await platform.request("GET https://eu");
    if (isAnyWithStore) other.answer(200, regionsSeenBy("eu", []));
    else other.cut();
    await platform.open();
    t.deepEqual(
      events.filter(({ type }) => type === "moved"),
      [{ type: "moved", from: "us", to: isAnyWithStore ? "eu" : "ap", isWanted: false }],
    );
  });
}

test("[C6] whoever wants to goes to another region and back, by the address one came by", async (t) => {
  const { client, platform, events } = await openLiveClient(t);
  await learn(platform, [us, eu]);
  const going = client.goTo("eu");
  (await platform.request("GET https://eu.example/regions")).answer(
    200,
    regionsSeenBy("eu", [
      { ...eu, state: "here" },
      { ...us, state: "live" },
    ]),
  );
  t.true(await going);
  t.is((await platform.open("GET https://eu.example/sync")).length, 1);
  const refused = client.goTo("us");
  (await platform.request("GET /regions")).cut();
  t.false(await refused);
  const back = client.goTo("us");
  (await platform.request("GET /regions")).answer(200, regionsSeenBy("us", [us, eu]));
  t.true(await back);
  t.false(await client.goTo("mars"));
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=0&cursor=c0"]);
  t.deepEqual(
    events.filter(({ type }) => type === "moved"),
    [
      { type: "moved", from: "us", to: "eu", isWanted: true },
      { type: "moved", from: "eu", to: "us", isWanted: true },
    ],
  );
});

test("[C6] [C13] a client that never reached its own region goes where it knows of from before", async (t) => {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const regions = regionsSeenBy("eu", [
    { ...eu, state: "here" },
    { ...us, state: "silent" },
  ]);
  const client = new Client({ platform, base: "", regions, listen: (event) => events.push(event) });
  t.teardown(client.start());
  client.follow([lobby]);
  await failUntilProbed(platform);
  (await platform.request("GET https://eu.example/regions")).answer(200, regions);
  await platform.open();
  t.deepEqual(
    events.filter(({ type }) => type === "moved"),
    [{ type: "moved", from: "", to: "eu", isWanted: false }],
  );
});

test("[R2] a post that the region before has not answered is cut, and posted again at once where one is now", async (t) => {
  const { client, platform, outbox } = await openLiveClient(t);
  await learn(platform, [us, eu]);
  client.post(lobby, "hello");
  t.is((await platform.open(POST)).length, 1);
  const going = client.goTo("eu");
  (await platform.request("GET https://eu.example/regions")).answer(200, regionsSeenBy("eu", []));
  await going;
  t.deepEqual(await platform.open(POST), []);
  t.is((await platform.open("POST https://eu.example/rooms/lobby/messages")).length, 1);
  t.deepEqual(statesOf(outbox()), ["waiting"]);
});
