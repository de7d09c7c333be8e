import test, { type ExecutionContext } from "ava";
import { StoreProcess, temporaryDirectory } from "../process/chat-processes.ts";
import { inChat } from "./contestant.ts";
import { regions } from "./parts/regions.ts";
import { tinyBench } from "./small.ts";
import { nameStore } from "./store.ts";

async function startStore(t: ExecutionContext): Promise<StoreProcess> {
  const directory = await temporaryDirectory();
  const store = await StoreProcess.start(directory.path);
  t.teardown(async () => {
    await store.kill();
    await directory.remove();
  });
  return store;
}

async function databases(store: StoreProcess): Promise<string[]> {
  return (await store.ask("GET", "_all_dbs")).json();
}

test("another's store is measured but for its CPU, and no database is left in it", async (t) => {
  const store = await startStore(t);
  const before = await databases(store);
  const bench = tinyBench(store.url);
  const rows = await regions.measure(bench);
  t.deepEqual(
    rows.map(({ name, ours }) => [name, ours > 0]),
    [["1 on one store: POST in the first → reader in the last, p50", true]],
  );
  t.deepEqual(bench.leftOut, ["regions: 1 on one store, 50/s: the store's CPU"]);
  t.deepEqual(bench.faults, []);
  t.deepEqual(await databases(store), before);
});

test("whoever interrupts it finds another's store as it was", async (t) => {
  const store = await startStore(t);
  const before = await databases(store);
  const interrupt = new AbortController();
  const bench = tinyBench(store.url, interrupt);
  const work = inChat(bench, async (chat) => {
    await chat.store.scratch("rows");
    t.is((await databases(store)).length, before.length + 1);
    await bench.run("what would never end", () => {
      interrupt.abort();
      return new Promise(() => undefined);
    });
  });
  await t.throwsAsync(work, { message: "interrupted" });
  await t.throwsAsync(
    bench.run("what comes after it", async () => undefined),
    { message: "interrupted" },
  );
  t.deepEqual(await databases(store), before);
});

test("a store that does not answer, or not to this account, is not measured", async (t) => {
  t.is(await nameStore(undefined), "embedded");
  await t.throwsAsync(nameStore("http://admin:secret@127.0.0.1:1"), { message: /does not answer/ });
  const { url } = await startStore(t);
  t.regex(await nameStore(url), /^CouchDB \d/);
  await t.throwsAsync(nameStore(url.replace("admin:", "admin:not")), { message: /answers 401/ });
});
