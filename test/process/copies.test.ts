import { cp, rename, rm } from "node:fs/promises";
import test from "ava";
import { Author, regionsOf } from "./client.ts";
import { becomes, emptied, openPair, ROOM, stored, toldOf } from "./pair-under-test.ts";
import { fetchStore } from "./torture/store.ts";
import { until } from "./until.ts";

test.serial(
  "[R8] a directory put back to an older copy writes over nothing that it wrote since",
  async (t) => {
    const { us, eu, ann, reader } = await openPair(t);
    const atEu = await reader(eu);
    await ann.post(us.url, ROOM, "in the copy");
    await emptied(us);
    await us.kill();
    await cp(us.home, `${us.home}.older`, { recursive: true });
    await us.start();
    await becomes(us, "live");
    await ann.post(us.url, ROOM, "not in the copy");
    await atEu.until(({ texts }) => texts.length === 2);
    await us.kill();
    await rm(us.home, { recursive: true });
    await rename(`${us.home}.older`, us.home);
    await us.start();
    await ann.post(us.url, ROOM, "afterwards");
    const atUs = await reader(us);
    for (const one of [atUs, atEu])
      await one.until(({ texts }) => texts.join() === "in the copy,not in the copy,afterwards");
    t.deepEqual(atEu.repeats, []);
  },
);

test.serial(
  "[R9] a copied directory started beside its original: both write, and all of it is shown once",
  async (t) => {
    const { stage, us, eu, ann, reader } = await openPair(t);
    await ann.post(us.url, ROOM, "before");
    await us.kill();
    await cp(us.home, `${stage.directory}/copy/regions/copy`, { recursive: true });
    await us.start();
    const copy = await stage.invite("copy");
    const bob = await Author.join(copy.url, "bob");
    for (let n = 0; n < 10; n++)
      await Promise.all([ann.post(us.url, ROOM, `ann ${n}`), bob.post(copy.url, ROOM, `bob ${n}`)]);
    const readers = [await reader(us), await reader(eu), await reader(copy)];
    for (const one of readers) await one.until(({ texts }) => texts.length === 21);
    t.deepEqual(readers[0]?.texts, readers[1]?.texts);
    t.deepEqual(readers[2]?.texts, readers[1]?.texts);
  },
);

test.serial(
  "[R11] a clock that is wrong by hours and then right again: who answers still comes later",
  async (t) => {
    const { us, eu, ann, reader } = await openPair(t);
    await until(async () => (await regionsOf(eu.url)).regions.length === 2);
    us.tell({ type: "shift-clock", byMs: 10 * 60 * 60 * 1000 });
    const { body: asked } = await ann.post(us.url, ROOM, "asked in the future");
    us.tell({ type: "shift-clock", byMs: -10 * 60 * 60 * 1000 });
    const { body: again } = await ann.post(us.url, ROOM, "again", { after: asked.message.order });
    await ann.post(eu.url, ROOM, "answered", { after: again.message.order });
    for (const one of [await reader(us), await reader(eu)])
      await one.until(({ texts }) => texts.join() === "asked in the future,again,answered");
    t.pass();
  },
);

test.serial(
  "[S11] a new password in the store: refused is what a region says, and restarted with it all drains",
  async (t) => {
    const { stage, us, eu, ann, reader } = await openPair(t);
    await stage.store.kill();
    await stage.store.rotate?.();
    await stage.store.start();
    for (const { storeCable } of [us, eu]) storeCable.lead(new URL(stage.store.url));
    await becomes(us, "refused");
    const { status } = await ann.post(us.url, ROOM, "meanwhile");
    t.is(status, 202, "local chat goes on");
    stage.rewire();
    for (const region of [us, eu]) {
      await region.kill();
      await region.start();
    }
    const atEu = await reader(eu);
    await atEu.until(({ texts }) => texts.join() === "meanwhile");
  },
);

test.serial("[S16] a deleted database comes back with everything that was in it", async (t) => {
  const { stage, us, eu, ann, reader } = await openPair(t);
  for (let n = 0; n < 30; n++) await ann.post(us.url, ROOM, `${n}`);
  await emptied(us);
  await fetchStore(stage.databaseUrl, "DELETE");
  await until(async () => (await fetchStore(`${stage.databaseUrl}/_all_docs?limit=0`)).status === 200);
  await until(async () => (await stored(stage)).length === 30);
  const atEu = await reader(eu);
  await atEu.until(
    ({ texts, shown }) => texts.length === 30 && shown.every(({ state }) => state === "stored"),
  );
  t.deepEqual(atEu.repeats, []);
});

test.serial("[S17] a store put back to an older copy gets again what it lost", async (t) => {
  const { stage, us, eu, ann, reader } = await openPair(t);
  const readers = [await reader(us), await reader(eu)];
  await ann.post(us.url, ROOM, "in the copy");
  await emptied(us);
  await stage.store.kill();
  await stage.store.files?.keep();
  await stage.store.start();
  stage.rewire();
  for (let n = 0; n < 10; n++) await ann.post(us.url, ROOM, `${n}`);
  for (const one of readers)
    await one.until(
      ({ texts, shown }) => texts.length === 11 && shown.every(({ state }) => state === "stored"),
    );
  // By this beacon it finds out: the copy has an older one.
  await until(async () => (await toldOf(stage, us)) === 11);
  await stage.store.kill();
  await stage.store.files?.putBack();
  await stage.store.start();
  stage.rewire();
  t.is((await stored(stage)).length, 1, "nothing else is in the copy");
  await until(async () => (await stored(stage)).length === 11);
  for (const one of readers) {
    await one.until(({ shown }) => shown.every(({ state }) => state === "stored"));
    t.is(one.texts.length, 11);
  }
});

test.serial(
  "[S17] [S18] a store put back to a copy that is only a moment older gets again what it lost",
  async (t) => {
    const { stage, us, ann, reader } = await openPair(t);
    const atUs = await reader(us);
    await ann.post(us.url, ROOM, "in the copy");
    await until(async () => (await toldOf(stage, us)) === 1);
    // Before the next beacon is due, 5 s later: it stands in the copy as the region left it.
    stage.store.pause?.(true);
    await stage.store.files?.keep();
    stage.store.pause?.(false);
    for (let n = 0; n < 10; n++) await ann.post(us.url, ROOM, `${n}`);
    await atUs.until(
      ({ texts, shown }) => texts.length === 11 && shown.every(({ state }) => state === "stored"),
    );
    await stage.store.kill();
    await stage.store.files?.putBack();
    await stage.store.start();
    stage.rewire();
    t.is((await stored(stage)).length, 1, "nothing else is in the copy");
    await until(async () => (await stored(stage)).length === 11);
    await atUs.until(({ shown }) => shown.every(({ state }) => state === "stored"));
    t.is(atUs.texts.length, 11);
  },
);
