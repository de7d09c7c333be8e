import { join } from "node:path";
import test from "ava";
import { StoreKeeper } from "../../server/store-keeper.ts";
import { temporaryDirectory } from "../process/chat-processes.ts";
import { until } from "../process/until.ts";
import { BUILT } from "../project.ts";

const COMMAND = [process.execPath, join(BUILT, "couchdb/embedded/main.js")];

test("the second keeper of a directory finds the store of the first, and takes it over when that one goes", async (t) => {
  const directory = await temporaryDirectory();
  const [first, second] = [
    new StoreKeeper(COMMAND, directory.path),
    new StoreKeeper(COMMAND, directory.path),
  ];
  t.teardown(async () => {
    await Promise.all([first.close(), second.close()]);
    await directory.remove();
  });
  const [ours, theirs] = [await first.open(), await second.open()];
  if (ours.type !== "running" || theirs.type !== "running") return t.fail(JSON.stringify([ours, theirs]));
  t.true(ours.isOurs);
  t.false(theirs.isOurs);
  t.deepEqual(theirs.store, ours.store);

  await second.revive();
  t.true(await isUp(ours.store.url), "a store that runs is left alone");
  await first.close();
  t.false(await isUp(ours.store.url));
  await second.revive();
  await until(() => isUp(ours.store.url));
  t.pass();
});

test("a store that cannot start says why", async (t) => {
  const keeper = new StoreKeeper([process.execPath, "-e", "process.exit(7)"], "nowhere");
  const kept = await keeper.open();
  t.deepEqual(kept, { type: "failed", reason: "it ended with code 7" });
});

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/_up`).then(
    ({ ok }) => ok,
    () => false,
  );
}
