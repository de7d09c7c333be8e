import test from "ava";
import type { JournalRecord, OwnRecord } from "../../sync/journal.ts";
import { messageId, orderKey, orderParts, origin8, type OrderKey, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import { branded } from "../../sync/brand.ts";
import type { Since } from "../../sync/store.ts";
import { Journal, type JournalDisk } from "../../server/journal.ts";
import { LevelDisk } from "../../server/level-disk.ts";
import { openJournalFile, type JournalFile } from "../../server/journal-file.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { messageFrom, ORIGIN } from "./messages.ts";

/** A disk whose writes wait for the test, and fail when it says so. */
class ScriptedDisk implements JournalDisk {
  readonly batches: { keys: string[]; texts: (string | undefined)[]; sync: boolean }[] = [];
  openings = 0;
  #answers: ((error?: Error) => void)[] = [];

  batch(writes: { key: string; value?: string }[], { sync }: { sync: boolean }): Promise<void> {
    this.batches.push({ keys: writes.map(({ key }) => key), texts: writes.map(({ value }) => value), sync });
    return new Promise((resolve, reject) => {
      this.#answers.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  async open(): Promise<void> {
    this.openings++;
  }

  async close(): Promise<void> {
    return undefined;
  }

  /** Lets the oldest write end, and what follows from it happen. */
  async answer(error?: Error): Promise<void> {
    this.#answers.shift()?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function journalOn(disk: JournalDisk): { journal: Journal; told: string[] } {
  const told: string[] = [];
  const journal = new Journal(disk, {
    synced: (tickets) => told.push(`synced ${tickets.join()}`),
    failed: (tickets) => told.push(`failed ${tickets.join()}`),
    opened: () => told.push("opened"),
  });
  return { journal, told };
}

const since = (text: string): JournalRecord[] => [{ type: "since", since: branded<Since>(text) }];

/** A record under a key of its own. */
const floor = (room: string): JournalRecord[] => [{ type: "floor", room: branded<Room>(room), floor: "0" }];

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("[R1] what gathers while a write is under way goes out in the next, with one sync for all", async (t) => {
  const disk = new ScriptedDisk();
  const { journal, told } = journalOn(disk);
  journal.write(floor("1"), 1);
  journal.write(floor("2"), 2);
  journal.write(floor("3"), undefined);
  journal.write(floor("4"), 3);
  t.is(disk.batches.length, 1);
  t.deepEqual(told, []);
  await disk.answer();
  t.deepEqual(told, ["synced 1"]);
  t.is(disk.batches.length, 2);
  t.is(disk.batches[1]?.keys.length, 3);
  await disk.answer();
  t.deepEqual(told, ["synced 1", "synced 2,3"]);
  t.deepEqual(
    disk.batches.map(({ sync }) => sync),
    [true, true],
    "somebody waits for each",
  );
});

test("of what is written again and again a batch holds the last", async (t) => {
  const disk = new ScriptedDisk();
  const { journal } = journalOn(disk);
  journal.write(since("1"), undefined);
  journal.write(floor("a"), undefined);
  journal.write([{ type: "floor", room: branded<Room>("a"), floor: undefined }], undefined);
  journal.write(since("2"), 1);
  t.deepEqual(disk.batches, [{ keys: ["since", "floor/a"], texts: ['"2"', undefined], sync: true }]);
});

test("rows of the store that nobody waits for are written without a sync, together, when the turn is over", async (t) => {
  const disk = new ScriptedDisk();
  const { journal, told } = journalOn(disk);
  journal.write(floor("1"), undefined);
  journal.write(floor("2"), undefined);
  t.deepEqual(disk.batches, []);
  await endOfTurn();
  t.like(disk.batches, [{ keys: ["floor/1", "floor/2"], sync: false }]);
  journal.write(floor("3"), undefined);
  await disk.answer();
  const drained = journal.drained();
  t.is(disk.batches.length, 2, "whoever waits for it makes it be written at once");
  await disk.answer();
  await drained;
  t.deepEqual(told, []);
});

test("[R6] after a failed write nothing is written until the file was opened again; rows are written then, posts are given back", async (t) => {
  const disk = new ScriptedDisk();
  const { journal, told } = journalOn(disk);
  journal.write(floor("row-1"), undefined);
  await endOfTurn();
  journal.write(floor("post-1"), 1);
  await disk.answer(new Error("no space left on device"));
  t.deepEqual(told, ["failed 1"]);
  journal.write(floor("row-2"), undefined);
  t.is(disk.batches.length, 1, "a broken file is not written to");
  const mended = journal.mend();
  await mended;
  t.is(disk.openings, 1);
  t.deepEqual(told, ["failed 1", "opened"]);
  t.is(disk.batches[1]?.keys.length, 2, "the row that failed and the one after it");
  await disk.answer();
  await journal.mend();
  t.is(disk.openings, 1, "what is not broken is not mended");
});

test("[R6] [I6] a disk that stays broken holds a bounded backlog; posts are taken again when it is mended", async (t) => {
  const disk = new ScriptedDisk();
  const { journal, told } = journalOn(disk);
  journal.write(since("first"), 1);
  await disk.answer(new Error("EIO"));
  for (let row = 0; row < 30_000; row++) journal.write(floor(String(row)), undefined);
  await journal.mend();
  const written = disk.batches.slice(1).flatMap(({ keys }) => keys).length;
  t.true(written <= 10_000, `${written} entries had been kept`);
  journal.write(since("post"), 2);
  while (!told.includes("synced 2")) await disk.answer();
  t.pass();
});

test("[R2] [R3] a journal closed or not comes back as it was: messages, what waits, voids, deletions, floors, slots, bookmark", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const room = branded<Room>("lobby");
  const first = messageFrom({ n: 1, text: "one" });
  const second = { ...messageFrom({ n: 2, text: "two" }), isRetold: true } as const;
  const own: OwnRecord = {
    born: encodeStamp(1, 0),
    n: 3,
    stamp: encodeStamp(5, 0),
    nonces: ["00000001"],
    announced: "00000001",
  };
  const voided = orderOf(3);
  const gone = orderOf(9);
  const slots = {
    origin8: origin8(ORIGIN),
    n: 2,
    stamp: encodeStamp(4, 0),
    beyond: [[7, encodeStamp(6, 0)] as const],
  };

  const { file } = await opened(directory.path);
  t.is(file.snapshot, undefined, "a new journal holds nothing");
  const ready = new Promise<void>((resolve) => {
    const journal = new Journal(new LevelDisk(file.level), {
      synced: () => resolve(),
      failed: (_, reason) => t.fail(reason),
      opened: () => t.fail(),
    });
    journal.write([{ type: "own", own }], undefined);
    journal.write(
      [
        { type: "message", message: first, isWaiting: true },
        { type: "message", message: second, isWaiting: true },
        { type: "void", room, order: voided },
      ],
      undefined,
    );
    journal.write([{ type: "settled", id: messageId(room, first.order) }], undefined);
    journal.write(
      [
        { type: "deleted", room, order: gone },
        { type: "blank", room, order: orderOf(8) },
        { type: "floor", room, floor: "" },
        { type: "slots", slots },
        { type: "proven", proven: { nonce: "n", at: 7, since: branded<Since>("16-abc") } },
        { type: "whole", after: [[slots.origin8, encodeStamp(3, 0)]] },
        { type: "known", from: [[slots.origin8, encodeStamp(4, 0)]] },
      ],
      undefined,
    );
    journal.write([{ type: "told", slots }, ...since("17-abc")], 1);
  });
  await ready;
  await file.level.close();

  const again = await opened(directory.path);
  t.teardown(() => again.file.level.close());
  t.is(again.file.origin, file.origin, "the origin is the directory's");
  t.is(again.file.damaged, 0);
  t.deepEqual(again.file.snapshot, {
    own,
    told: slots,
    since: branded<Since>("17-abc"),
    proven: { nonce: "n", at: 7, since: branded<Since>("16-abc") },
    wholeAfter: { seen: new Map([[slots.origin8, encodeStamp(3, 0)]]) },
    knownFrom: { seen: new Map([[slots.origin8, encodeStamp(4, 0)]]) },
    messages: [
      { message: first, isWaiting: false },
      { message: second, isWaiting: true },
    ],
    voids: [{ room, order: voided }],
    deleted: [{ room, order: gone }],
    blanks: [{ room, order: orderOf(8) }],
    floors: [{ room, floor: "" }],
    slots: [slots],
    beacons: [],
  });
});

test("[R5] entries that are damaged are left out and counted, the others are kept", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const { file } = await opened(directory.path);
  const own: OwnRecord = {
    born: encodeStamp(1, 0),
    n: 1,
    stamp: encodeStamp(5, 0),
    nonces: ["00000001"],
    announced: "00000001",
  };
  await file.level.batch([
    { type: "put", key: "own", value: JSON.stringify(own) },
    { type: "put", key: `message/lobby:${orderOf(1)}`, value: '{"kind":"message","v":1,"room":"lob' },
    { type: "put", key: "message/constructor", value: "{}" },
    { type: "put", key: "slots/zzzzzzzz", value: '{"origin8":7}' },
    { type: "put", key: "something/else", value: "1" },
  ]);
  await file.level.close();
  const again = await opened(directory.path);
  t.teardown(() => again.file.level.close());
  t.is(again.file.damaged, 4);
  t.deepEqual(again.file.snapshot?.own, own);
  t.deepEqual(again.file.snapshot?.messages, []);
});

test("a second process is told that the journal is taken", async (t) => {
  const directory = await temporaryDirectory();
  const { file } = await opened(directory.path);
  t.teardown(async () => {
    await file.level.close();
    await directory.remove();
  });
  t.deepEqual(await openJournalFile(directory.path, ORIGIN), { type: "locked" });
});

async function opened(directory: string): Promise<{ file: JournalFile }> {
  const result = await openJournalFile(directory, ORIGIN);
  if (result.type !== "opened") throw new Error(`the journal is ${result.type}`);
  return result;
}

function orderOf(n: number): OrderKey {
  const { stamp } = orderParts(messageFrom({ n, text: "any" }).order);
  return orderKey({ stamp, origin8: origin8(ORIGIN), n });
}
