import test from "ava";
import type { Cursor } from "../../sync/wire.ts";
import type { Batch } from "../../server/chat.ts";
import { Executor } from "../../server/executor.ts";
import { LocalChat } from "../../server/local-chat.ts";
import { openLog } from "../../server/log.ts";
import { Readers } from "../../server/readers.ts";
import { Senders } from "../../server/senders.ts";
import { MemoryCouch } from "../couchdb/memory-couch.ts";
import { MemoryStore } from "../couchdb/memory-store.ts";
import { HERE, LOBBY, messageOf, rowOf } from "../sync/names.ts";
import { Conversation, since } from "../sync/region-under-test.ts";
import { TestClock } from "./test-clock.ts";

/** A chat of which the feed can be told turn by turn. */
function openChat() {
  const { region } = new Conversation().live();
  const [readers, senders, clock] = [new Readers(), new Senders(), new TestClock()];
  const store = new MemoryStore(new MemoryCouch("chat"));
  const common = { region, readers, store, clock };
  const executor = new Executor({
    ...common,
    journal: undefined,
    here: () => [],
    log: openLog({ format: "json", clock, out: { write: () => true } }),
    random: () => 0.5,
    drawOrigin: () => HERE,
    mayCreate: false,
    answer: () => undefined,
  });
  const chat = new LocalChat({ ...common, name: "us", executor, senders });
  const says = (n: number): void =>
    executor.tell({ type: "changed", rows: [rowOf(messageOf(n))], since: since(n), nowMs: clock.now() });
  return { region, chat, readers, says };
}

test("[CU18] who comes back while a message is about to be handed over gets it with all others, and with what follows", async (t) => {
  const { chat, readers, says } = openChat();
  const batches: Batch[] = [];
  const reader = { deliver: (batch: Batch) => void batches.push(batch) };
  const first = await chat.subscribe([LOBBY], undefined, { deliver: () => undefined });
  const cursor = first.cursor();
  first.close();
  says(1);
  const subscription = await chat.subscribe([LOBBY], cursor, reader);
  t.deepEqual(batches, []);
  t.is(subscription.cursor(), cursor, "it stands where it stood");
  says(2);
  readers.flush();
  t.deepEqual(
    batches.map(({ entries }) => entries.map(({ event }) => event.type)),
    [["message", "message"]],
  );
  subscription.close();
  await chat.subscribe([LOBBY], cursor, reader);
  t.is(batches.length, 2, "what was handed over already is handed over at once");
});

test("[C11] of a crowd with a few cursors each is found out once, as long as nothing happens, and told the very same", async (t) => {
  const { region, chat, readers, says } = openChat();
  const nobody = { deliver: () => undefined };
  const first = (await chat.subscribe([LOBBY], undefined, nobody)).cursor();
  says(1);
  readers.flush();
  const cursors = [first, (await chat.subscribe([LOBBY], undefined, nobody)).cursor()];
  says(2);
  readers.flush();
  const resumed: (string | undefined)[] = [];
  const resume = region.reading.resume.bind(region.reading);
  region.reading.resume = (rooms, cursor) => {
    resumed.push(cursor);
    return resume(rooms, cursor);
  };
  const batches: Batch[] = [];
  const come = async (): Promise<void> => {
    for (const cursor of cursors)
      await chat.subscribe([LOBBY], cursor, { deliver: (batch) => batches.push(batch) });
  };
  await come();
  await come();
  t.deepEqual(resumed, [...cursors]);
  t.is(batches.length, 2 * cursors.length);
  t.is(batches[2], batches[0], "encoded once");
  says(3);
  await come();
  t.is(resumed.length, 2 * cursors.length, "something new was told");
  await chat.subscribe([LOBBY, LOBBY], cursors[0], nobody);
  t.is(resumed.length, 2 * cursors.length + 1, "other rooms are another question");
});

test("[C11] of more cursors than a few those that came first are found out again", async (t) => {
  const { region, chat, readers, says } = openChat();
  const nobody = { deliver: () => undefined };
  const cursors: Cursor[] = [];
  for (let n = 1; n <= 11; n++) {
    cursors.push((await chat.subscribe([LOBBY], undefined, nobody)).cursor());
    says(n);
    readers.flush();
    await new Promise(setImmediate);
  }
  const resume = region.reading.resume.bind(region.reading);
  let count = 0;
  region.reading.resume = (rooms, cursor) => {
    count++;
    return resume(rooms, cursor);
  };
  const missed = async (cursor: Cursor | undefined): Promise<number> => {
    const batches: Batch[] = [];
    await chat.subscribe([LOBBY], cursor, { deliver: (batch) => batches.push(batch) });
    return batches.flatMap(({ entries }) => entries).length;
  };
  for (const [place, cursor] of cursors.entries()) t.is(await missed(cursor), 11 - place);
  t.is(count, 11);
  t.is(await missed(cursors.at(-1)), 1);
  t.is(count, 11, "it is remembered");
  t.is(await missed(cursors[0]), 11);
  t.is(count, 12, "it was let go of");
});
