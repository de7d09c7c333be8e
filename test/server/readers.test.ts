import test from "ava";
import { Arrival } from "../../sync/arrivals.ts";
import { encodeCursor } from "../../sync/cursor.ts";
import { toWire } from "../../sync/message.ts";
import { origin8 } from "../../sync/names.ts";
import type { Handed } from "../../sync/reading.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import { EMPTY_VECTOR, type Vector } from "../../sync/vector.ts";
import type { Cursor } from "../../sync/wire.ts";
import { Readers } from "../../server/readers.ts";
import { messageFrom, ORIGIN } from "./messages.ts";
import { roomOf } from "./names.ts";

const [lobby, kitchen, attic] = [roomOf("lobby"), roomOf("kitchen"), roomOf("attic")];

function arrivalAt(offset: number): Arrival {
  const message = messageFrom({ n: offset, text: `message ${offset}` });
  return new Arrival(offset, { type: "message", message: toWire(message, "stored") }, cursorAt(offset));
}

function cursorAt(offset: number): Cursor {
  return encodeCursor({ epoch: "00000000", offset, vector: EMPTY_VECTOR, ahead: EMPTY_VECTOR });
}

function textsOf(entries: readonly Handed[]): string[] {
  return entries.map(({ event }) => (event.type === "message" ? event.message.text : event.type));
}

function placeAt(offset: number, ahead: Vector = EMPTY_VECTOR) {
  return { offset, cursor: cursorAt(offset), ahead };
}

test("arrivals of one turn are handed over together, and every reader in the same place gets the same array", (t) => {
  const readers = new Readers();
  const handed: (readonly Handed[])[] = [];
  for (let count = 0; count < 3; count++)
    readers.add([lobby], placeAt(0), { deliver: ({ entries }) => handed.push(entries) });
  readers.arrived(lobby, arrivalAt(1));
  readers.arrived(lobby, arrivalAt(2));
  t.deepEqual(handed, []);
  readers.flush();
  t.is(handed.length, 3);
  t.is(handed[0], handed[1], "one array, so it is encoded once");
  t.is(handed[0], handed[2]);
  t.deepEqual(
    handed[0]?.map(({ json }) => JSON.parse(json).message.text),
    ["message 1", "message 2"],
  );
});

test("a reader is handed only its own rooms, once, in the order of arrival, and what is for everybody", (t) => {
  const readers = new Readers();
  const texts: string[] = [];
  readers.add([lobby, kitchen], placeAt(0), {
    deliver: ({ entries }) => texts.push(...textsOf(entries)),
  });
  readers.arrived(kitchen, arrivalAt(1));
  readers.arrived(attic, arrivalAt(2));
  readers.arrived(lobby, arrivalAt(3));
  readers.arrived(undefined, new Arrival(4, { type: "regions" }, cursorAt(4)));
  readers.arrived(kitchen, arrivalAt(5));
  readers.flush();
  t.deepEqual(texts, ["message 1", "message 3", "regions", "message 5"]);
});

test("what a reader has had with its backlog is not handed over again", (t) => {
  const readers = new Readers();
  const offsets: number[] = [];
  readers.arrived(lobby, arrivalAt(1));
  readers.arrived(lobby, arrivalAt(2));
  const subscription = readers.add([lobby], placeAt(2), {
    deliver: ({ entries, cursor }) => offsets.push(entries.length, cursor.length),
  });
  readers.flush();
  t.deepEqual(offsets, []);
  readers.arrived(lobby, arrivalAt(3));
  readers.flush();
  t.is(offsets[0], 1);
  t.is(subscription.cursor(), cursorAt(3));
});

test("a reader that leaves while others are handed something gets nothing, and is forgotten", (t) => {
  const readers = new Readers();
  let isHanded = false;
  readers.add([lobby], placeAt(0), { deliver: () => second.close() });
  const second = readers.add([lobby], placeAt(0), {
    deliver() {
      isHanded = true;
    },
  });
  t.is(readers.size, 2);
  readers.arrived(lobby, arrivalAt(1));
  readers.flush();
  t.false(isHanded);
  second.close();
  t.is(readers.size, 1, "closing twice counts once");
});

test("[C6] what a reader saw in another region is not shown to it again, and its cursor does not forget it", (t) => {
  const readers = new Readers();
  const ahead = { ...EMPTY_VECTOR, seen: new Map([[origin8(ORIGIN), encodeStamp(1_000_002, 0)]]) };
  const texts: string[] = [];
  const subscription = readers.add([lobby], placeAt(0, ahead), {
    deliver: ({ entries }) => texts.push(...textsOf(entries)),
  });
  for (const offset of [1, 2, 3]) readers.arrived(lobby, arrivalAt(offset));
  readers.flush();
  t.deepEqual(texts, ["stored", "stored", "message 3"], "only that the store has them was news");
  t.true(subscription.cursor().includes(`${origin8(ORIGIN)}${encodeStamp(1_000_002, 0)}`));
});

test("arrivals are handed over by themselves, in the same turn of the event loop", async (t) => {
  const readers = new Readers();
  let count = 0;
  readers.add([lobby], placeAt(0), {
    deliver({ entries }) {
      count += entries.length;
    },
  });
  readers.arrived(lobby, arrivalAt(1));
  await new Promise((resolve) => setImmediate(resolve));
  t.is(count, 1);
});

function storedAt(offset: number): Arrival {
  return new Arrival(offset, { type: "stored", room: lobby, mids: [] }, cursorAt(offset));
}

test("what may wait goes with the next message, and both are one delivery", async (t) => {
  const readers = new Readers();
  const handed: string[][] = [];
  readers.add([lobby], placeAt(0), {
    deliver: ({ entries }) => handed.push(entries.map(({ event }) => event.type)),
  });
  readers.arrived(lobby, storedAt(1));
  t.true(readers.isPending(1));
  t.true(readers.isPending(2), "what comes now waits with it");
  t.false(readers.isPending(0), "what came before was handed over");
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(handed, []);
  readers.arrived(lobby, arrivalAt(2));
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(handed, [["stored", "message"]]);
  t.false(readers.isPending(2));
});

test("what may wait goes by itself when nothing comes", async (t) => {
  const readers = new Readers();
  const handed = new Promise<readonly Handed[]>((resolve) => {
    readers.add([lobby], placeAt(0), { deliver: ({ entries }) => resolve(entries) });
  });
  readers.arrived(lobby, storedAt(1));
  t.is((await handed).length, 1);
});

test("a crowd is handed its share turn by turn, and what comes meanwhile follows, to each in order and once", async (t) => {
  const readers = new Readers();
  const crowd = Array.from({ length: 25 }, (): string[] => []);
  for (const handed of crowd)
    readers.add([lobby], placeAt(0), {
      deliver: ({ entries }) => handed.push(textsOf(entries).join(" and ")),
    });
  readers.arrived(lobby, arrivalAt(1));
  readers.flush();
  const had = (...batches: string[]): number =>
    crowd.filter((handed) => handed.join() === batches.join()).length;
  t.is(had("message 1"), 10);
  readers.arrived(lobby, arrivalAt(2));
  readers.arrived(lobby, arrivalAt(3));
  const newcomer: string[] = [];
  readers.add([lobby], placeAt(3), { deliver: ({ entries }) => newcomer.push(...textsOf(entries)) });
  readers.flush();
  t.is(had("message 1"), 10, "nobody is handed the second before everybody has had the first");
  t.true(readers.isPending(2));
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  t.is(had("message 1", "message 2 and message 3"), 25);
  t.deepEqual(newcomer, [], "it had all of that with its backlog");
  t.is(readers.delivered, 75);
});

test("[C11] in a turn in which somebody comes one reader is handed its share, and ten in the next", async (t) => {
  const readers = new Readers();
  let handed = 0;
  for (let count = 0; count < 15; count++)
    readers.add([lobby], placeAt(0), { deliver: ({ entries }) => void (handed += entries.length) });
  readers.arrived(lobby, arrivalAt(1));
  readers.giveWay();
  readers.flush();
  t.is(handed, 1);
  readers.giveWay();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(handed, 2);
  await new Promise((resolve) => setImmediate(resolve));
  t.is(handed, 12);
  await new Promise((resolve) => setImmediate(resolve));
  t.is(handed, 15);
});
