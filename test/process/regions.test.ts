import test from "ava";
import { Author, newMid, regionsOf } from "./client.ts";
import { openChat } from "./chat-under-test.ts";
import { until } from "./until.ts";

test.serial(
  "a message posted in one region appears once and in order in every other, and its author reads it once too",
  async (t) => {
    const chat = await openChat(t);
    const [us, eu, ap] = await Promise.all([chat.region("us"), chat.region("eu"), chat.region("ap")]);
    const readers = await Promise.all([us, eu, ap].map((region) => chat.reader(region)));
    const ann = await Author.join(us.url, "ann");
    // A token that one region signed is good in every other, as soon as its beacon was seen there.
    await until(
      async () =>
        (await regionsOf(eu.url)).regions.length === 3 && (await regionsOf(ap.url)).regions.length === 3,
    );
    const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    let after: Awaited<ReturnType<Author["post"]>>["body"]["message"]["order"] | undefined;
    for (const [index, text] of texts.entries()) {
      const region = [us, eu, ap][index % 3] ?? us;
      const posted = await ann.post(region.url, "lobby", text, after === undefined ? {} : { after });
      after = posted.body.message.order;
    }
    for (const reader of readers) {
      await reader.until(({ texts: shown }) => shown.length === texts.length);
      t.deepEqual(reader.texts, texts);
      t.deepEqual(reader.repeats, []);
      t.is(reader.resets, 1, "only the first page was one");
    }
    const [first, ...others] = readers.map((reader) => reader.shown.map(({ id, text }) => ({ id, text })));
    for (const other of others) t.deepEqual(other, first);
  },
);

test.serial("a region that joins late has the history, then what is written, without a gap", async (t) => {
  const chat = await openChat(t);
  const us = await chat.region("us");
  const ann = await Author.join(us.url, "ann");
  for (let index = 0; index < 20; index++) await ann.post(us.url, "lobby", `before ${index}`);
  const writing = (async () => {
    for (let index = 0; index < 60; index++) await ann.post(us.url, "lobby", `while ${index}`);
  })();
  const eu = await chat.region("eu");
  const reader = await chat.reader(eu);
  await writing;
  await ann.post(us.url, "lobby", "after");
  await reader.until(({ texts }) => texts.at(-1) === "after");
  const all = await (await fetch(`${eu.url}/api/v1/rooms/lobby/messages?limit=200`)).json();
  const expected = [
    ...Array.from({ length: 20 }, (_, index) => `before ${index}`),
    ...Array.from({ length: 60 }, (_, index) => `while ${index}`),
    "after",
  ];
  t.deepEqual(
    all.messages.map(({ text }: { text: string }) => text),
    expected,
  );
  t.deepEqual(reader.texts, expected.slice(-reader.texts.length));
  t.deepEqual(reader.repeats, []);
});

test.serial(
  "[C6] a reader that moves to another region with its cursor misses nothing and is repeated nothing",
  async (t) => {
    const chat = await openChat(t);
    const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
    const [ann, bob] = await Promise.all([Author.join(us.url, "ann"), Author.join(eu.url, "bob")]);
    const reader = await chat.reader(us);
    const posting = (async () => {
      for (let index = 0; index < 100; index++) {
        await Promise.all([
          ann.post(us.url, "lobby", `ann ${index}`),
          bob.post(eu.url, "lobby", `bob ${index}`),
        ]);
      }
    })();
    for (const [count, region] of [
      [20, eu],
      [70, us],
      [120, eu],
      [170, us],
    ] as const) {
      await reader.until(({ texts }) => texts.length >= count);
      reader.moveTo(region.url);
    }
    await posting;
    await reader.until(({ texts }) => texts.length === 200);
    t.deepEqual(reader.repeats, []);
    t.is(reader.resets, 1);
    for (const name of ["ann", "bob"]) {
      const own = reader.texts.filter((text) => text.startsWith(name));
      t.deepEqual(
        own,
        Array.from({ length: 100 }, (_, index) => `${name} ${index}`),
      );
    }
  },
);

test.serial(
  "[S1] with the cable to the store cut, local chat goes on; afterwards everything drains, in order, once",
  async (t) => {
    const chat = await openChat(t);
    const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
    const [atUs, atEu] = await Promise.all([chat.reader(us), chat.reader(eu)]);
    const ann = await Author.join(us.url, "ann");
    await ann.post(us.url, "lobby", "before");
    await atEu.until(({ texts }) => texts.includes("before"));
    chat.cable.cut();
    await until(async () => (await regionsOf(us.url)).store.state === "away");
    for (let index = 0; index < 250; index++) {
      const { status, body } = await ann.post(us.url, "lobby", `away ${index}`);
      t.is(status, 202);
      t.is(body.message.state, "accepted");
    }
    await atUs.until(({ texts }) => texts.length === 251);
    t.is((await regionsOf(us.url)).store.waiting, 250);
    t.deepEqual(atEu.texts, ["before"]);
    chat.cable.mend();
    const expected = ["before", ...Array.from({ length: 250 }, (_, index) => `away ${index}`)];
    await atEu.until(({ texts }) => texts.length === expected.length);
    t.deepEqual(atEu.texts, expected);
    await atUs.until(({ shown }) => shown.every(({ state }) => state === "stored"));
    t.deepEqual([...atUs.repeats, ...atEu.repeats], []);
  },
);

test.serial("[S3] a feed that goes silent is noticed, polling takes over, and nothing is lost", async (t) => {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([
    chat.region("us"),
    chat.region("eu", { COUCHDB_URL: chat.cable.urlFor(chat.store.url) }),
  ]);
  const direct = await chat.region("ap", { COUCHDB_URL: chat.store.url });
  const ann = await Author.join(direct.url, "ann");
  const reader = await chat.reader(eu);
  await ann.post(direct.url, "lobby", "one");
  await reader.until(({ texts }) => texts.includes("one"));
  chat.cable.goDead();
  await ann.post(direct.url, "lobby", "two");
  await until(async () => (await regionsOf(eu.url)).store.state === "away");
  chat.cable.mend();
  await reader.until(({ texts }) => texts.includes("two"));
  await until(async () => (await regionsOf(us.url)).store.state === "live");
  t.deepEqual(reader.texts, ["one", "two"]);
  t.deepEqual(reader.repeats, []);
});

test.serial("[S27] where open feeds are forbidden, polling alone carries the chat", async (t) => {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu", { FOLLOW: "poll" })]);
  const reader = await chat.reader(eu);
  const ann = await Author.join(us.url, "ann");
  for (let index = 0; index < 20; index++) await ann.post(us.url, "lobby", `${index}`);
  await reader.until(({ texts }) => texts.length === 20);
  t.deepEqual(
    reader.texts,
    Array.from({ length: 20 }, (_, index) => `${index}`),
  );
  t.is((await regionsOf(eu.url)).store.state, "polling");
});

test.serial("[S1] the store killed for a while loses nothing and doubles nothing", async (t) => {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
  const readers = await Promise.all([chat.reader(us), chat.reader(eu)]);
  const authors = await Promise.all([Author.join(us.url, "ann"), Author.join(eu.url, "bob")]);
  const posting = authors.map(async (author, place) => {
    for (let index = 0; index < 200; index++)
      await author.post([us, eu][place]?.url ?? "", "lobby", `${author.name} ${index}`);
  });
  await readers[0].until(({ texts }) => texts.length >= 50);
  await chat.store.kill();
  await until(async () => (await regionsOf(us.url)).store.state === "away");
  await chat.store.start();
  await Promise.all(posting);
  for (const reader of readers) {
    await reader.until(({ texts }) => texts.length === 400);
    t.deepEqual(reader.repeats, []);
    for (const { name } of authors) {
      const own = reader.texts.filter((text) => text.startsWith(name));
      t.deepEqual(
        own,
        Array.from({ length: 200 }, (_, index) => `${name} ${index}`),
      );
    }
  }
  t.deepEqual(readers[0].texts, readers[1].texts);
});

test.serial("[R2] [R3] a region killed between acknowledging and storing loses nothing", async (t) => {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu", { COUCHDB_URL: chat.store.url })]);
  const reader = await chat.reader(eu);
  const ann = await Author.join(us.url, "ann");
  chat.cable.cut();
  await until(async () => (await regionsOf(us.url)).store.state === "away");
  const mids = Array.from({ length: 40 }, newMid);
  for (const [index, mid] of mids.entries()) await ann.post(us.url, "lobby", `${index}`, { mid });
  await us.kill();
  await us.start();
  const atUs = await chat.reader(us);
  t.deepEqual(
    atUs.texts,
    Array.from({ length: 40 }, (_, index) => `${index}`),
    "served from the journal, the store still away",
  );
  const [mid] = mids;
  const { body } = await ann.post(us.url, "lobby", "0", mid === undefined ? {} : { mid });
  t.is(atUs.shown[0]?.id, body.message.id, "a repeat after the crash is the same message");
  chat.cable.mend();
  await reader.until(({ texts }) => texts.length === 40);
  t.deepEqual(
    reader.texts,
    Array.from({ length: 40 }, (_, index) => `${index}`),
  );
  t.deepEqual(reader.repeats, []);
});

test.serial(
  "[C2] a message repeated in another region while the first attempt waits is shown once everywhere",
  async (t) => {
    const chat = await openChat(t);
    const [us, eu] = await Promise.all([
      chat.region("us"),
      chat.region("eu", { COUCHDB_URL: chat.store.url }),
    ]);
    const ann = await Author.join(us.url, "ann");
    await until(async () => (await regionsOf(eu.url)).regions.length === 2);
    const readers = await Promise.all([chat.reader(us), chat.reader(eu)]);
    chat.cable.cut();
    await until(async () => (await regionsOf(us.url)).store.state === "away");
    const mid = newMid();
    const first = await ann.post(us.url, "lobby", "only once", { mid });
    await ann.post(eu.url, "lobby", "only once", { mid });
    await readers[1].until(({ texts }) => texts.length === 1);
    chat.cable.mend();
    for (const reader of readers) {
      await reader.until(
        ({ shown }) =>
          shown.length === 1 && shown[0]?.id === first.body.message.id && shown[0]?.state === "stored",
      );
    }
    t.pass();
  },
);

test.serial("[S22] a message deleted in the store disappears from every region and stays away", async (t) => {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
  const readers = await Promise.all([chat.reader(us), chat.reader(eu)]);
  const ann = await Author.join(us.url, "ann");
  const { body } = await ann.post(us.url, "lobby", "regretted");
  await ann.post(us.url, "lobby", "kept");
  for (const reader of readers) await reader.until(({ texts }) => texts.length === 2);
  await chat.store.deleteDocument(body.message.id);
  for (const reader of readers) await reader.until(({ texts }) => texts.join() === "kept");
  await eu.kill();
  await eu.start();
  const again = await chat.reader(eu);
  t.deepEqual(again.texts, ["kept"]);
});

test.serial(
  "[R14] a region told to stop answers its readers, says goodbye and leaves nothing waiting",
  async (t) => {
    const chat = await openChat(t);
    const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
    const ann = await Author.join(us.url, "ann");
    for (let index = 0; index < 10; index++) await ann.post(us.url, "lobby", `${index}`);
    await us.stop();
    await until(async () =>
      (await regionsOf(eu.url)).regions.some(({ name, state }) => name === "us" && state === "retired"),
    );
    t.regex(us.output, /"event":"region-stopped".*"waiting":0/);
  },
);
