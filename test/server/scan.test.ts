import test from "ava";
import { messageDocument } from "../../sync/document.ts";
import { orderParts } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { RangeResult, Row } from "../../sync/store.ts";
import { scanRooms } from "../../server/scan.ts";
import { MemoryCouch } from "../couchdb/memory-couch.ts";
import { MemoryStore } from "../couchdb/memory-store.ts";
import { messageFrom } from "./messages.ts";
import { roomOf } from "./names.ts";

test("a scan finds what lies in its range in every room, and passes over everything else", async (t) => {
  const store = new MemoryStore(new MemoryCouch("scan"));
  await store.prepare({ create: true });
  const rooms = ["attic", "lobby", "lobby-2", "zoo"].map(roomOf);
  const documents = rooms.flatMap((room) =>
    [1, 2, 3, 4, 5].map((n) => messageDocument({ ...messageFrom({ n, text: `${room} ${n}` }), room })),
  );
  await store.write([
    ...documents,
    { _id: "region:0123456789abcdefghijklmnop", kind: "region" },
    { _id: "Notes of an admin" },
    { _id: "lobby" },
    { _id: "~last" },
  ]);
  const found: Row[] = [];
  const range = { from: stampOf(2), to: stampOf(4), isWide: false };
  t.is(await scanRooms(store, range, (rows) => found.push(...rows)), undefined);
  const expected = documents.map(({ _id }) => _id).filter((id) => /-[234]$/.test(id));
  t.deepEqual(found.map(({ id }) => id).toSorted(), expected.toSorted());
});

test("[S23] hundreds of an admin's documents between two rooms cost a few requests, not one each", async (t) => {
  const store = new MemoryStore(new MemoryCouch("scan"));
  await store.prepare({ create: true });
  const notes = Array.from({ length: 300 }, (_, index) => ({ _id: `m note ${index}` }));
  const zoo = messageDocument({ ...messageFrom({ n: 1, text: "roar" }), room: roomOf("zoo") });
  await store.write([messageDocument(messageFrom({ n: 1, text: "hello" })), ...notes, zoo]);
  let requests = 0;
  const counting: Pick<MemoryStore, "range" | "read"> = {
    read: (ids) => store.read(ids),
    range(query) {
      requests++;
      return store.range(query);
    },
  };
  const found: string[] = [];
  const range = { from: stampOf(1), to: stampOf(1), isWide: false };
  t.is(await scanRooms(counting, range, (rows) => found.push(...rows.map(({ id }) => id))), undefined);
  t.deepEqual(
    found.map((id) => id.split(":")[0]),
    ["lobby", "zoo"],
  );
  t.true(requests < 20, `${requests} requests`);
});

test("a room with more than a request brings is read to its end", async (t) => {
  const store = new MemoryStore(new MemoryCouch("scan"));
  await store.prepare({ create: true });
  const documents = Array.from({ length: 2_500 }, (_, index) =>
    messageDocument(messageFrom({ n: index + 1, text: "x" })),
  );
  await store.write(documents);
  const found = new Set<string>();
  t.is(
    await scanRooms(store, { from: stampOf(1), to: stampOf(2_500), isWide: false }, (rows) =>
      rows.forEach(({ id }) => found.add(id)),
    ),
    undefined,
  );
  t.is(found.size, 2_500);
});

test("[S1] a scan that the store breaks off says so, and is not complete", async (t) => {
  const store = new MemoryStore(new MemoryCouch("scan"));
  await store.prepare({ create: true });
  await store.write([messageDocument(messageFrom({ n: 1, text: "one" }))]);
  const answers: RangeResult[] = [];
  const failing = {
    read: (ids: readonly string[]) => store.read(ids),
    async range(query: Parameters<MemoryStore["range"]>[0]): Promise<RangeResult> {
      const answer: RangeResult =
        answers.length === 1
          ? { type: "fault", fault: { code: "unreachable", text: "gone" } }
          : await store.range(query);
      answers.push(answer);
      return answer;
    },
  };
  const fault = await scanRooms(failing, { from: stampOf(1), to: stampOf(9), isWide: false }, () =>
    t.fail("nothing was read"),
  );
  t.is(fault?.code, "unreachable");
});

function stampOf(n: number): ReturnType<typeof encodeStamp> {
  return orderParts(messageFrom({ n, text: "any" }).order).stamp;
}
