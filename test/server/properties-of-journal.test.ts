import test from "ava";
import * as fc from "fast-check";
import { messageDocument } from "../../sync/document.ts";
import type { JournalRecord } from "../../sync/journal.ts";
import { isOrigin8, messageId, parseMessageId } from "../../sync/names.ts";
import { decodeCursor } from "../../sync/cursor.ts";
import { Region } from "../../sync/region.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { Row } from "../../sync/store.ts";
import { Journal, type JournalDisk } from "../../server/journal.ts";
import { openJournalFile, type JournalFile } from "../../server/journal-file.ts";
import { scanRooms } from "../../server/scan.ts";
import { MemoryCouch } from "../couchdb/memory-couch.ts";
import { MemoryStore } from "../couchdb/memory-store.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { someBeacon, someMessage, someOrigin8, someStamp, spoilt } from "../sync/arbitraries.ts";
import { KEY } from "../sync/beacons.ts";
import { ORIGIN } from "./messages.ts";
import { roomOf } from "./names.ts";

/** A disk that takes a batch or fails, as the next sign says. */
class MoodyDisk implements JournalDisk {
  readonly synced: string[] = [];
  readonly written: string[] = [];
  isWell = true;
  #answers: (() => void)[] = [];

  batch(
    writes: { type: "put" | "del"; key: string; value?: string }[],
    { sync }: { sync: boolean },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answers.push(() => {
        if (!this.isWell) return reject(new Error("EIO"));
        const values = writes.map(({ value }) => String(value));
        this.written.push(...values);
        if (sync) this.synced.push(...values);
        return resolve();
      });
    });
  }

  async open(): Promise<void> {
    if (!this.isWell) throw new Error("EIO");
  }

  async close(): Promise<void> {
    return undefined;
  }

  /** Lets the write that is under way end, and what follows from it happen. */
  async answer(): Promise<void> {
    this.#answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const someDeed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("write" as const), isAwaited: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("answer" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom("break" as const, "heal" as const, "mend" as const) }),
  },
);

test("[R1] [R6] [I1] [I8] however often the disk fails, each ticket is told once and truly, and nothing else is lost or out of order", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(someDeed, { maxLength: 40, size: "max" }), async (deeds) => {
      const disk = new MoodyDisk();
      const synced: number[] = [];
      const failed: number[] = [];
      const journal = new Journal(disk, {
        synced(tickets) {
          for (const ticket of tickets) t.true(disk.synced.includes(valueOf(ticket)), "told before it is so");
          synced.push(...tickets);
        },
        failed: (tickets) => void failed.push(...tickets),
        opened: () => undefined,
      });
      const awaited: number[] = [];
      const unawaited: number[] = [];
      let last = 0;
      for (const deed of deeds) {
        switch (deed.type) {
          case "write":
            last++;
            (deed.isAwaited ? awaited : unawaited).push(last);
            journal.write(recordOf(last), deed.isAwaited ? last : undefined);
            break;
          case "answer":
            await disk.answer();
            break;
          case "break":
            disk.isWell = false;
            break;
          case "heal":
            disk.isWell = true;
            break;
          case "mend": {
            const mended = journal.mend();
            await disk.answer();
            await mended;
          }
        }
      }
      disk.isWell = true;
      for (let beat = 0; beat < 4; beat++) {
        await disk.answer();
        // Its last word is awaited by the answers that follow.
        void journal.mend();
        await disk.answer();
      }
      await journal.drained();
      t.deepEqual([...synced, ...failed].toSorted(byNumber), awaited);
      t.deepEqual(synced, synced.toSorted(byNumber));
      const kept = disk.written.filter((value) => unawaited.map(valueOf).includes(value));
      t.deepEqual(kept, unawaited.map(valueOf));
    }),
    { numRuns: 40 },
  );
});

/** Any entry a journal may hold, sound or spoilt. */
const someEntry: fc.Arbitrary<{ key: string; value: string }> = fc.oneof(
  someMessage.chain((message) => {
    const { _id, ...body } = messageDocument(message);
    return spoilt(body).map((value) => entry(`message/${_id}`, value));
  }),
  someMessage.chain(({ room, order }) =>
    fc
      .tuple(
        fc.constantFrom("waiting", "deleted"),
        fc.constantFrom<unknown>("message", "void", true, 7, null),
      )
      .map(([kind, value]) => entry(`${kind}/${messageId(room, order)}`, value)),
  ),
  someBeacon.chain((beacon) =>
    spoilt({ v: 1, ...beacon }).map((value) => entry(`beacon/${beacon.origin}`, value)),
  ),
  fc
    .record({
      origin8: someOrigin8,
      n: fc.nat(),
      stamp: someStamp,
      beyond: fc.array(fc.tuple(fc.nat(), someStamp), { maxLength: 2 }),
    })
    .chain((slots) => spoilt(slots).map((value) => entry(`slots/${slots.origin8}`, value))),
  fc
    .tuple(fc.constantFrom("floor/lobby", "floor/region", "since", "told", "whole", "other"), fc.jsonValue())
    .map(([key, value]) => entry(key, value)),
  fc.tuple(fc.string({ minLength: 1 }), fc.string({ unit: "binary" })).map(([name, value]) => ({
    key: `message/${name}`,
    value,
  })),
);

test("[R5] whatever stands in the journal's entries, what is read is sound, the rest is counted, and a region goes on with it", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const own = { born: encodeStamp(1, 0), n: 1, stamp: encodeStamp(5, 0), nonces: ["00000001"] };
  await fc.assert(
    fc.asyncProperty(fc.array(someEntry, { minLength: 20, maxLength: 60, size: "max" }), async (entries) => {
      const file = await opened(directory.path);
      await file.level.clear();
      const all = [{ key: "origin", value: ORIGIN }, entry("own", own), ...entries];
      await file.level.batch(all.map(({ key, value }) => ({ type: "put", key, value })));
      await file.level.close();
      const again = await opened(directory.path);
      await again.level.close();
      const { snapshot, damaged } = again;
      t.like(snapshot?.own, own);
      const messages = snapshot?.messages ?? [];
      const keys = new Set(all.map(({ key }) => key));
      for (const { message } of messages)
        t.true(keys.has(`message/${messageId(message.room, message.order)}`));
      const told = [...keys].filter((key) => key.startsWith("message/")).length;
      t.true(damaged >= told - messages.length);
      for (const { room, order } of [...(snapshot?.deleted ?? []), ...(snapshot?.voids ?? [])])
        t.deepEqual(parseMessageId(messageId(room, order)), { room, order });
      for (const { origin8, n, beyond } of snapshot?.slots ?? [])
        t.true(isOrigin8(origin8) && beyond.every(([slot]) => slot > n));
      t.not(
        decodeCursor(regionFrom(again).reading.resumeWithoutStore([roomOf("lobby")], undefined).cursor),
        undefined,
      );
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test("[RE1] [CH10] [S23] whatever else stands in the store, a scan finds the messages of its range in every room", async (t) => {
  const foreign = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
    fc.constantFrom("attic", "attic:", "attic:note", "attic;", "region:x", "zoo:1", "~", "lobby:~", "lobby-"),
  );
  const message = fc.tuple(
    fc.constantFrom("attic", "attic-2", "attics", "lobby", "region-1"),
    fc.integer({ min: 1, max: 9 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(foreign, { maxLength: 60, size: "max" }),
      fc.array(fc.tuple(message, fc.option(message)), { maxLength: 20, size: "max" }),
      fc.nat(9),
      fc.boolean(),
      async (ids, messages, to, isWide) => {
        const store = new MemoryStore(new MemoryCouch("scan"));
        await store.prepare({ create: true });
        const slots = messages.map(([[room, n], changed]) =>
          changed === null ? `${room}:${keyOf(n)}` : `${room}:${keyOf(changed[1])}~${keyOf(n)}`,
        );
        const written = new Set([...slots, ...ids.filter((id) => !id.startsWith("_"))]);
        await store.write([...written].map((_id) => ({ _id })));
        const found: Row[] = [];
        const range = { from: encodeStamp(3, 0), to: encodeStamp(to, 0), isWide };
        t.is(await scanRooms(store, range, (rows) => found.push(...rows)), undefined);
        const isInRange = (stamp: string): boolean => range.from <= stamp && stamp <= range.to;
        const wanted = slots.filter(
          (id) => isInRange(stampOfPlace(id)) || (isWide && isInRange(id.slice(-24, -11))),
        );
        const slotsFound = found.map(({ id }) => id).filter((id) => parseMessageId(id) !== undefined);
        t.deepEqual(slotsFound.toSorted(), [...new Set(wanted)].toSorted());
      },
    ),
    { numRuns: 40 },
  );
});

function regionFrom({ origin, snapshot }: JournalFile): Region {
  return new Region({
    origin,
    name: "us",
    version: "1",
    key: KEY,
    capacity: 100,
    epoch: "00000002",
    follow: "feed",
    hasDisk: true,
    snapshot,
    isCopy: false,
    nowMs: Date.UTC(2026, 0, 1),
  });
}

async function opened(directory: string): Promise<JournalFile> {
  const result = await openJournalFile(directory, ORIGIN);
  if (result.type !== "opened") throw new Error(`the journal is ${result.type}`);
  return result.file;
}

function entry(key: string, value: unknown): { key: string; value: string } {
  return { key, value: JSON.stringify(value) };
}

/** Each under a key of its own: of one key a batch holds the last. */
function recordOf(n: number): JournalRecord[] {
  return [{ type: "floor", room: roomOf(String(n)), floor: String(n) }];
}

/** As it stands in a batch. */
function valueOf(n: number): string {
  return JSON.stringify(String(n));
}

function byNumber(one: number, other: number): number {
  return one - other;
}

function keyOf(n: number): string {
  return `${encodeStamp(n, 0)}-aaaaaaaa-${n}`;
}

function stampOfPlace(id: string): string {
  return id.slice(id.indexOf(":") + 1).slice(0, 13);
}
