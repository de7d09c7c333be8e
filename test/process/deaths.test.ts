import test from "ava";
import { newMid, regionsOf } from "./client.ts";
import { emptied, openPair, ROOM, stored } from "./pair-under-test.ts";
import { until } from "./until.ts";

test.serial(
  "[R1] killed before a message is on disk: it was not acknowledged, and the repeat is one",
  async (t) => {
    const { us, ann, reader } = await openPair(t);
    const mid = newMid();
    us.tell({ type: "die", at: "before-sync" });
    await t.throwsAsync(ann.post(us.url, ROOM, "one", { mid }));
    await us.ended;
    await us.start();
    const atUs = await reader(us);
    t.deepEqual(atUs.texts, [], "nothing of it was written");
    await ann.post(us.url, ROOM, "one", { mid });
    await atUs.until(({ texts }) => texts.join() === "one");
    t.deepEqual(atUs.repeats, []);
  },
);

test.serial(
  "[R2] killed between disk and answer: the message is there, and the repeat is the same one",
  async (t) => {
    const { us, eu, ann, reader } = await openPair(t);
    const mid = newMid();
    us.tell({ type: "die", at: "after-sync" });
    await t.throwsAsync(ann.post(us.url, ROOM, "one", { mid }));
    await us.ended;
    await us.start();
    const [atUs, atEu] = [await reader(us), await reader(eu)];
    t.deepEqual(atUs.texts, ["one"], "it survived, though nobody was told");
    const { body } = await ann.post(us.url, ROOM, "one", { mid });
    t.deepEqual(
      atUs.shown.map(({ id }) => id),
      [body.message.id],
    );
    await atEu.until(({ texts }) => texts.join() === "one");
    t.deepEqual([...atUs.repeats, ...atEu.repeats], []);
  },
);

test.serial(
  "[R5] killed in the middle of a batch: all of it is there or nothing, and the repeat is one",
  async (t) => {
    const { stage, us, ann, reader } = await openPair(t);
    const mid = newMid();
    us.tell({ type: "die", at: "during-sync" });
    await t.throwsAsync(ann.post(us.url, ROOM, "one", { mid }));
    await us.ended;
    await us.start();
    const { body } = await ann.post(us.url, ROOM, "one", { mid });
    const atUs = await reader(us);
    await atUs.until(({ shown }) => shown[0]?.state === "stored");
    t.deepEqual(
      (await stored(stage)).map(({ id }) => id),
      [body.message.id],
    );
    t.deepEqual(atUs.texts, ["one"]);
  },
);

test.serial(
  "[R3] killed between the store's write and marking it: written once, and marked after all",
  async (t) => {
    const { stage, us, ann, reader } = await openPair(t);
    const { sprung } = us.storeCable.lay({ asked: "/_bulk_docs", answered: `"${ROOM}:`, passBytes: 0 });
    us.storeCable.lay({ asked: "/_changes", answered: '"kind":"message"', passBytes: 0 });
    const { status, body } = await ann.post(us.url, ROOM, "one");
    t.is(status, 202, "neither the store's answer nor the row came");
    await sprung;
    t.is((await stored(stage)).length, 1, "and yet the store has it");
    await us.kill();
    us.storeCable.mend();
    await us.start();
    const atUs = await reader(us);
    t.deepEqual(atUs.texts, ["one"]);
    await atUs.until(({ shown }) => shown[0]?.state === "stored");
    await emptied(us);
    t.deepEqual(
      (await stored(stage)).map(({ id }) => id),
      [body.message.id],
    );
  },
);

test.serial("[R4] killed when a reader was just handed a message: it is not handed over again", async (t) => {
  const { us, eu, ann, reader } = await openPair(t);
  await until(async () => (await regionsOf(eu.url)).regions.length === 2);
  const atUs = await reader(us);
  const trap = { asked: "/sync", answered: '"type":"message"', passBytes: Infinity };
  await ann.post(eu.url, ROOM, "before");
  await atUs.until(({ texts }) => texts.length === 1);
  const { sprung } = us.doorCable.lay(trap);
  await ann.post(eu.url, ROOM, "one");
  await sprung;
  await us.kill();
  await ann.post(eu.url, ROOM, "two");
  us.doorCable.mend();
  await us.start();
  await atUs.until(({ texts }) => texts.join() === "before,one,two");
  t.deepEqual(atUs.repeats, []);
});

test.serial(
  "[R6] a full disk: nothing is acknowledged, reading goes on, and with room all is well again",
  async (t) => {
    const { us, ann, reader } = await openPair(t);
    await ann.post(us.url, ROOM, "before");
    if (!(await us.fillDisk(true))) {
      t.log("not tried: prlimit (util-linux) is not here");
      return t.pass();
    }
    const mid = newMid();
    await t.throwsAsync(ann.post(us.url, ROOM, "one", { mid }), { message: /503.*cannot-store/s });
    const atUs = await reader(us);
    t.deepEqual(atUs.texts, ["before"]);
    await us.fillDisk(false);
    await until(() =>
      ann.post(us.url, ROOM, "one", { mid }).then(
        () => true,
        () => false,
      ),
    );
    await atUs.until(({ texts }) => texts.join() === "before,one");
    return t.deepEqual(atUs.repeats, []);
  },
);

test.serial(
  "[R7] stopped for longer than its feed lives: it is back in step, and nobody saw anything twice",
  async (t) => {
    const { us, eu, ann, reader } = await openPair(t);
    await until(async () => (await regionsOf(eu.url)).regions.length === 2);
    const atUs = await reader(us);
    us.pause();
    for (let n = 0; n < 20; n++) await ann.post(eu.url, ROOM, `${n}`);
    us.resume();
    await atUs.until(({ texts }) => texts.length === 20);
    t.deepEqual(
      atUs.texts,
      Array.from({ length: 20 }, (_, n) => `${n}`),
    );
    t.deepEqual(atUs.repeats, []);
  },
);
