import test from "ava";
import { lobby } from "../messages.ts";
import type { ScriptedPlatform } from "../scripted-platform.ts";
import {
  bodyOf,
  openLiveClient,
  POST,
  regionsSeenBy,
  SYNC,
  taken,
  type Opened,
} from "./client-under-test.ts";

/* A region that hangs takes every request and answers none; nothing is ever refused or cut. */

const REGIONS = "GET /regions";
const SEEN = regionsSeenBy("us", [
  { name: "us", url: "https://us.example", state: "here" },
  { name: "eu", url: "https://eu.example" },
]);

async function openWithRegions(t: Parameters<typeof openLiveClient>[0]): Promise<Opened> {
  const opened = await openLiveClient(t);
  await opened.platform.pass(1_000);
  (await opened.platform.request(REGIONS)).answer(200, SEEN);
  await opened.platform.open();
  return opened;
}

const connectionOf = ({ events }: Opened) =>
  events.findLast((event) => event.type === "connectionChanged")?.connection.type;
const movesOf = ({ events }: Opened) => events.filter((event) => event.type === "moved");

async function answerProbe(platform: ScriptedPlatform, base: string): Promise<void> {
  (await platform.request(`GET ${base}/regions`)).answer(200, regionsSeenBy(base === "" ? "us" : "eu", []));
  await platform.open();
}

test("[R7] [C6] a region that hangs is found out by a post after three seconds, and left after three more", async (t) => {
  const opened = await openWithRegions(t);
  const { client, platform } = opened;
  client.post(lobby, "hello");
  const { mid } = bodyOf(await platform.request(POST));
  await platform.pass(2_999);
  t.deepEqual(await platform.open(REGIONS), []);
  await platform.pass(1);
  t.deepEqual(await platform.open(REGIONS), [REGIONS], "it is asked what it need not think about");
  await platform.pass(2_999);
  t.is(connectionOf(opened), "live");
  await platform.pass(1);
  t.is(connectionOf(opened), "offline");
  await answerProbe(platform, "https://eu.example");
  t.deepEqual(movesOf(opened), [{ type: "moved", from: "us", to: "eu", isWanted: false }]);
  t.is(bodyOf(await platform.request("POST https://eu.example")).mid, mid);
  t.deepEqual(
    (await platform.open()).filter((line) => !line.includes("eu.example")),
    [],
    "for what us may yet answer nobody waits",
  );
});

test("[S2] a region that is only slow, and answers whether it is there, is not left", async (t) => {
  const opened = await openWithRegions(t);
  const { client, platform } = opened;
  client.post(lobby, "hello");
  const post = await platform.request(POST);
  await platform.pass(3_000);
  await answerProbe(platform, "");
  await platform.pass(5_000);
  t.is(connectionOf(opened), "live");
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby&timeout=25&cursor=c0"]);
  post.answer(201, taken(post, 1, "stored"));
  await platform.open();
  t.deepEqual(opened.outbox(), []);
  t.deepEqual(movesOf(opened), []);
});

test("[R7] who only reads in a region that hangs is elsewhere within twenty seconds", async (t) => {
  const opened = await openWithRegions(t);
  const { platform } = opened;
  await platform.pass(18_000);
  await answerProbe(platform, "https://eu.example");
  t.is(movesOf(opened).length, 1);
  t.deepEqual(await platform.open("GET https://eu.example/sync"), [
    "GET https://eu.example/sync?rooms=lobby&timeout=0&cursor=c0",
  ]);
});

test("[R7] whom nobody looks at asks for nothing, and finds out when the poll is over", async (t) => {
  const opened = await openWithRegions(t);
  const { client, platform } = opened;
  client.setWatched(false);
  await platform.pass(12_000);
  (await platform.request(REGIONS)).answer(200, SEEN);
  await platform.pass(14_999);
  t.deepEqual(await platform.open(REGIONS), []);
  await platform.pass(1 + 3_000);
  await answerProbe(platform, "https://eu.example");
  t.is(movesOf(opened).length, 1);
});

test("[R7] one that hangs, with nowhere else to go, is asked on, and live again when it answers", async (t) => {
  const opened = await openWithRegions(t);
  const { client, platform } = opened;
  client.post(lobby, "hello");
  await platform.pass(6_000);
  (await platform.request("GET https://eu")).cut();
  (await platform.request(SYNC)).answer(200, { events: [], cursor: "c1" });
  await platform.open();
  t.is(connectionOf(opened), "live");
  t.deepEqual(movesOf(opened), []);
});
