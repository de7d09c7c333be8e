import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { parseConfig, type Environment } from "../../server/config.ts";
import { openLog } from "../../server/log.ts";
import { startRegion } from "../../server/start-region.ts";
import type { RangeQuery, RangeResult, WriteResult } from "../../sync/store.ts";
import type { SyncAnswer } from "../../sync/wire.ts";
import { MemoryCouch } from "../couchdb/memory-couch.ts";
import { MemoryStore } from "../couchdb/memory-store.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { Author, LongPollReader, newMid, regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { TestClock } from "./test-clock.ts";
import { openRegionOn, openTestRegion, type TestRegion } from "./test-region.ts";

/** A store in memory whose writes can be held up. */
class HeldStore extends MemoryStore {
  #gate: Promise<void> = Promise.resolve();

  /** Holds up every write until `released` is fulfilled. */
  hold(released: Promise<void>): void {
    this.#gate = released;
  }

  override async write(documents: Parameters<MemoryStore["write"]>[0]): Promise<WriteResult> {
    await this.#gate;
    return super.write(documents);
  }
}

class Hold {
  #release: () => void = () => undefined;
  readonly released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });

  release(): void {
    this.#release();
  }
}

function start(
  t: ExecutionContext,
  environment: Environment,
  couch = new MemoryCouch("chat"),
): Promise<TestRegion<HeldStore>> {
  return openRegionOn(t, new HeldStore(couch), environment, couch);
}

test("[R6] [I8] without a writable directory that is said once, and a message is shown and acknowledged only when stored", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  await mkdir(directory.path, { recursive: true });
  await writeFile(join(directory.path, "regions"), "in the way");
  const { region, store, lines } = await start(t, { DATA_DIR: directory.path });
  t.is(lines.filter((line) => line.includes('"event":"no-journal"')).length, 1);

  const ann = await Author.join(region.url, "ann");
  const reader = new LongPollReader(region.url, "lobby");
  t.teardown(() => reader.stop());
  await reader.start();
  const hold = new Hold();
  store.hold(hold.released);
  let isAnswered = false;
  const posting = ann.post(region.url, "lobby", "careful").then((posted) => {
    isAnswered = true;
    return posted;
  });
  // Another request goes all the way through the region while the post waits.
  await regionsOf(region.url);
  t.false(isAnswered);
  t.deepEqual(reader.texts, []);
  hold.release();
  const { status, body } = await posting;
  t.is(status, 201);
  t.is(body.message.state, "stored");
  await reader.until(({ texts }) => texts.length === 1);
  const repeated = await ann.post(region.url, "lobby", "careful", { mid: body.message.mid });
  t.is(repeated.body.message.id, body.message.id);
});

test("a post is answered 202 when the store is slow, and its readers hear of it when it is stored", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const { region, store } = await start(t, { DATA_DIR: directory.path });
  const ann = await Author.join(region.url, "ann");
  const reader = new LongPollReader(region.url, "lobby");
  t.teardown(() => reader.stop());
  await reader.start();
  const hold = new Hold();
  store.hold(hold.released);
  const { status, body } = await ann.post(region.url, "lobby", "slow");
  t.is(status, 202);
  t.is(body.message.state, "accepted");
  await reader.until(({ shown }) => shown[0]?.state === "accepted");
  hold.release();
  await reader.until(({ shown }) => shown[0]?.state === "stored");
  t.pass();
});

test("[C1] a post repeated while the first attempt is under way is the same message", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const { region } = await start(t, { DATA_DIR: directory.path });
  const ann = await Author.join(region.url, "ann");
  const mid = newMid();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => ann.post(region.url, "lobby", "again", { mid })),
  );
  t.is(new Set(answers.map(({ body }) => body.message.id)).size, 1);
  await t.throwsAsync(ann.post(region.url, "lobby", "something else", { mid }), {
    message: /409.*mid-reused/s,
  });
});

test("[S1] a reader who came before the region could join the store is handed a reset with what there is, once it has", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const couch = new MemoryCouch("chat");
  const elsewhere = await start(t, { DATA_DIR: join(directory.path, "elsewhere"), REGION: "us" }, couch);
  const ann = await Author.join(elsewhere.region.url, "ann");
  const { body } = await ann.post(elsewhere.region.url, "lobby", "written before");
  t.is(body.message.state, "stored");

  const gone = couch.database;
  couch.database = undefined;
  const config = parseConfig({ PORT: "0", DATA_DIR: directory.path, REGION: "eu", COUCHDB_CREATE: "no" });
  if (config.type !== "config") throw new Error(config.mistakes.join());
  const clock = new TestClock();
  const log = openLog({ format: "json", clock, out: { write: () => true } });
  const store = new MemoryStore(couch);
  const region = await startRegion({ config, store, clock, log, version: "0.0.0", pageDirectories: [] });
  if (region.type !== "running") return t.fail(region.remedy);
  t.teardown(() => region.close(0));
  const reader = new LongPollReader(region.url, "lobby");
  t.teardown(() => reader.stop());
  await reader.start();
  t.deepEqual(reader.texts, []);
  couch.database = gone;
  await until(async () => {
    clock.pass(1);
    return reader.texts.length > 0;
  });
  t.deepEqual(reader.texts, ["written before"]);
  t.is(reader.resets, 2);
});

test("[S11] a store that refuses the account is told to the operator once, with what to look at", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const store = new MemoryStore(new MemoryCouch("chat"));
  store.prepare = async () => ({ type: "fault", fault: { code: "denied", text: "401" } });
  const config = parseConfig({ PORT: "0", DATA_DIR: directory.path });
  if (config.type !== "config") throw new Error(config.mistakes.join());
  const clock = new TestClock();
  const lines: string[] = [];
  const log = openLog({ format: "json", clock, out: { write: (line: string) => lines.push(line) } });
  const region = await startRegion({ config, store, clock, log, version: "0.0.0", pageDirectories: [] });
  if (region.type !== "running") return t.fail(region.remedy);
  t.teardown(() => region.close(0));
  await until(async () => (await regionsOf(region.url)).store.state === "refused");
  clock.pass(80);
  const told = lines.filter((line) => line.includes('"state":"refused"'));
  t.is(told.length, 1);
  t.regex(told[0] ?? "", /"level":"warn".*"remedy":"look at the account in COUCHDB_URL/);
});

test("[R14] a store that hangs does not hold up the end of a region, and no earlier beacon comes after its goodbye", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const { region, store, clock } = await start(t, { DATA_DIR: directory.path });
  const hold = new Hold();
  const said: string[] = [];
  store.replace = async (document) => {
    const what = document["retired"] === true ? "goodbye" : "beacon";
    said.push(`${what} begins`);
    if (what === "beacon") await hold.released;
    said.push(`${what} ends`);
    return { type: "replaced", before: { type: "missing" } };
  };
  clock.pass(61);
  await until(async () => said.length > 0);
  await region.close(0);
  t.deepEqual(said, ["beacon begins"]);
  hold.release();
  await until(async () => said.includes("goodbye ends"));
  t.deepEqual(said, ["beacon begins", "beacon ends", "goodbye begins", "goodbye ends"]);
});

test("a start that cannot listen says what to change and leaves the directory free", async (t) => {
  const directory = await temporaryDirectory();
  t.teardown(() => directory.remove());
  const { region } = await start(t, { DATA_DIR: directory.path, REGION: "us" });
  const config = parseConfig({ DATA_DIR: directory.path, REGION: "eu", PORT: new URL(region.url).port });
  if (config.type !== "config") throw new Error(config.mistakes.join());
  const clock = new TestClock();
  const log = openLog({ format: "json", clock, out: { write: () => true } });
  const once = { config, clock, log, version: "0.0.0", pageDirectories: [] };
  const refused = await startRegion({ ...once, store: new MemoryStore(new MemoryCouch("chat")) });
  t.regex(refused.type === "failed" ? refused.remedy : "", /is taken: give another one with PORT/);
  const again = await startRegion({
    ...once,
    config: { ...config, port: 0 },
    store: new MemoryStore(new MemoryCouch("chat")),
  });
  if (again.type !== "running") return t.fail(again.remedy);
  await again.close(0);
});

/** A store in memory that counts how often the beginning of a room is read. */
class CountingStore extends MemoryStore {
  reads = 0;

  override async range(query: RangeQuery): Promise<RangeResult> {
    if (query.from.startsWith("quiet:")) this.reads++;
    await new Promise((resolve) => setImmediate(resolve));
    return super.range(query);
  }
}

test("[C11] whoever comes to a room at the same time waits for one reading of it", async (t) => {
  const couch = new MemoryCouch("chat");
  const { url, store } = await openRegionOn(t, new CountingStore(couch), {}, couch);
  const answers = Array.from({ length: 30 }, () => fetch(`${url}/api/v1/sync?rooms=quiet`));
  for (const answer of await Promise.all(answers)) t.is(answer.status, 200);
  t.true(store.reads >= 1 && store.reads < 10, `${store.reads} readings for 30 readers`);
});

test("[C5] who comes back with the cursor that somebody else just came with has what was said in between, too", async (t) => {
  const { url } = await openTestRegion(t);
  const ann = await Author.join(url, "ann");
  const ask = async (cursor: string): Promise<SyncAnswer> =>
    (await fetch(`${url}/api/v1/sync?rooms=lobby&timeout=0${cursor}`)).json();
  const { cursor } = await ask("");
  for (const texts of [["one"], ["one", "two"]]) {
    await ann.post(url, "lobby", texts.at(-1) ?? "");
    for (let reader = 0; reader < 2; reader++) {
      const { events } = await ask(`&cursor=${cursor}`);
      const shown = events.flatMap((event) => (event.type === "message" ? event.message.text : []));
      t.deepEqual(shown, texts);
    }
  }
});
