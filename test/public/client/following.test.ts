import test from "ava";
import { lobby, messageAt } from "../messages.ts";
import { ScriptedPlatform } from "../scripted-platform.ts";
import { Client } from "../../../public/client/client.ts";
import type { ClientEvent } from "../../../public/client/events.ts";
import { SYNC, openLiveClient, regionsSeenBy } from "./client-under-test.ts";

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
  for (let second = 0; second < 34; second++) {
    while ((await platform.open("GET /regions")).length > 0)
      (await platform.request("GET /regions")).answer(200, regionsSeenBy("us", []));
    await platform.pass(1_000);
  }
  await platform.pass(999);
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
  const audit = { isRunning: false, restored: 0 };
  const regions = { region: "us", store: { state: "live", waiting: 0 }, audit, regions: [] };
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

for (const [connections, periodMs] of [
  [2, 8_000],
  [150, 15_000],
  [4_000, 30_000],
] as const) {
  test(`of a region with ${connections} connections it is asked every ${periodMs} ms who is here`, async (t) => {
    const { platform } = await openLiveClient(t);
    platform.chance = 0.5;
    await platform.pass(0);
    const seen = regionsSeenBy("us", [{ name: "us", state: "here", connections }]);
    (await platform.request("GET /regions")).answer(200, seen);
    await platform.pass(periodMs / 2);
    (await platform.request(SYNC)).answer(200, { events: [], cursor: "c1" });
    await platform.pass(periodMs / 2 - 1);
    t.deepEqual(await platform.open("GET /regions"), []);
    await platform.pass(1);
    t.is((await platform.open("GET /regions")).length, 1);
  });
}

test("a client that was stopped asks for nothing and tells nothing", async (t) => {
  const platform = new ScriptedPlatform();
  const events: ClientEvent[] = [];
  const client = new Client({ platform, base: "", listen: (event) => events.push(event) });
  const stop = client.start();
  client.follow([lobby]);
  client.signIn("Maren");
  await platform.open();
  stop();
  const told = events.length;
  await platform.pass(120_000);
  t.deepEqual(await platform.open(SYNC), []);
  t.is(events.length, told);
});
