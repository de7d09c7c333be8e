import test from "ava";
import * as fc from "fast-check";
import { decodeCursor } from "../../sync/cursor.ts";
import { Author, newMid } from "../process/client.ts";
import { ask, json } from "../server/client.ts";
import { openTestRegion } from "../server/test-region.ts";

/**
 * Rooms are open to whoever reaches the port, so there are no rights to a room to be checked yet. What is promised is
 * that nobody receives what they did not ask for, whatever cursor they come with, and that no cursor is a secret.
 */
async function openTwoRooms(t: Parameters<typeof openTestRegion>[0]) {
  const region = await openTestRegion(t);
  const ana = await Author.join(region.url, "ana");
  for (let n = 0; n < 5; n++) {
    await ana.post(region.url, "attic", `attic ${n}`, { mid: newMid() });
    await ana.post(region.url, "cellar", `cellar ${n}`, { mid: newMid() });
  }
  const sync = (rooms: string, cursor: string, path = "sync") =>
    ask(`${region.url}/api/v1/${path}?rooms=${rooms}&timeout=0&cursor=${encodeURIComponent(cursor)}`);
  return { ...region, sync };
}

test("[A18] [I10] a cursor of one room used for another gives that other room alone", async (t) => {
  const { sync } = await openTwoRooms(t);
  const start = json(await sync("attic", ""))["cursor"];
  for (const cursor of ["", String(start), "0"]) {
    const answer = await sync("cellar", cursor);
    t.notRegex(answer.text, /attic/, cursor);
  }
  const both = await sync("attic,cellar", "");
  t.regex(both.text, /attic 4.*cellar 4|cellar 4.*attic 4/s);
  for (const rooms of ["region", "*", "attic%00", "%61ttic/", "ATTIC"])
    t.is((await sync(rooms, String(start))).status, 400, rooms);
});

test("[A18] [I10] no room's messages are read through the name of another", async (t) => {
  const { url } = await openTwoRooms(t);
  const paths = [
    "cellar:~",
    "cellar%3A~",
    "region:0",
    "cellar%2F..%2Fattic",
    "..",
    "cellar\\attic",
    "_all_docs",
    "_design",
    "attic?rooms=cellar",
  ];
  for (const path of paths) {
    const answer = await ask(`${url}/api/v1/rooms/${path}/messages`);
    t.true([400, 404].includes(answer.status), path);
    t.notRegex(answer.text, /cellar [0-9]/, path);
  }
});

test("[A19] a cursor says where its reader is and nothing else: no room, no text, no name, no key", async (t) => {
  const { sync } = await openTwoRooms(t);
  const cursor = String(json(await sync("attic", ""))["cursor"]);
  const bookmark = decodeCursor(cursor);
  t.deepEqual(Object.keys(bookmark ?? {}).toSorted(), ["ahead", "epoch", "offset", "vector"]);
  t.regex(cursor, /^[0-9a-v]{8}\.[0-9a-z]+\.([0-9a-v]{21})*$/);
  t.notRegex(cursor, /attic|cellar|ana/);
});

test("[A19] whatever bit of a cursor is turned, the answer is of the asked room alone: what was missed, a reset, or 400", async (t) => {
  const { sync } = await openTwoRooms(t);
  const cursor = Buffer.from(String(json(await sync("cellar", ""))["cursor"]));
  const known = new Set(Array.from({ length: 5 }, (_, n) => `cellar ${n}`));
  await fc.assert(
    fc.asyncProperty(fc.nat(cursor.length * 8 - 1), fc.option(fc.nat(cursor.length)), async (bit, cutAt) => {
      const turned = Buffer.from(cursor);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const answer = await sync("cellar", turned.toString("latin1").slice(0, cutAt ?? undefined));
      if (answer.status === 400) return;
      t.is(answer.status, 200);
      t.notRegex(answer.text, /attic/);
      const { events }: { events: { type: string; message?: { text: string } }[] } = JSON.parse(answer.text);
      for (const { message } of events) if (message !== undefined) t.true(known.has(message.text));
    }),
    { numRuns: 300 },
  );
});
