import test from "ava";
import { branded } from "../../../sync/brand.ts";
import type { Room } from "../../../sync/names.ts";
import { lobby, messageAt } from "../messages.ts";
import { openClient, openLiveClient, SYNC } from "./client-under-test.ts";

const kitchen = branded<Room>("kitchen");
const attic = branded<Room>("attic");
const KITCHEN = "GET /rooms/kitchen/messages";

test("[I1] a room that is followed later is followed from the same cursor, and its newest page asked for after that", async (t) => {
  const { client, platform, events } = await openLiveClient(t);
  await platform.open();
  client.follow([lobby, kitchen]);
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby%2Ckitchen&timeout=25&cursor=c0"]);
  const page = { messages: [messageAt(3, { room: kitchen })] };
  (await platform.request(KITCHEN)).answer(200, page);
  await platform.open();
  t.deepEqual(
    events.findLast((event) => event.type === "opened"),
    { type: "opened", room: kitchen, page },
  );
});

test("rooms are opened one after the other, each until it is there, and not when they are left", async (t) => {
  const { client, platform, events } = await openLiveClient(t);
  client.follow([kitchen, attic, lobby]);
  (await platform.request(KITCHEN)).cut();
  await platform.open();
  t.deepEqual(await platform.open("GET /rooms"), []);
  await platform.pass(250);
  client.follow([attic, lobby]);
  (await platform.request(KITCHEN)).answer(200, { messages: [] });
  (await platform.request("GET /rooms/attic/messages")).answer(200, { messages: [] });
  await platform.open();
  const opened = events.flatMap((event) => (event.type === "opened" ? [event.room] : []));
  t.deepEqual(opened, [attic]);
});

test("before the first answer nothing is opened one by one: it brings all rooms", async (t) => {
  const { client, platform } = openClient(t);
  client.follow([lobby, kitchen]);
  t.deepEqual(await platform.open(SYNC), ["GET /sync?rooms=lobby%2Ckitchen&timeout=0"]);
  t.deepEqual(await platform.open("GET /rooms"), []);
});
