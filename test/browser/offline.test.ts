import test from "ava";
import {
  connectionSays,
  filesKept,
  say,
  seen,
  signIn,
  textsOf,
  visit,
  withBrowser,
  type Tab,
} from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

const outboxSays = ({ page }: Tab, words: string): Promise<void> =>
  page.locator("#outbox").filter({ hasText: words }).waitFor();

test.serial(
  "[C13] [I1] what waits survives the reload and the death of its tab, and is sent once, in its order",
  async (t) => {
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    await connectionSays(ana, "Live");
    us.isDeaf = true;
    for (const text of ["one", "two"]) await say(ana, text);
    await outboxSays(ana, "2 messages waiting");
    await ana.page.reload();
    await seen(ana, "two", "waiting");
    await say(ana, "three");
    await seen(ana, "three", "waiting");
    const page = await ana.page.context().newPage();
    const next = { page, faults: await visit(page, us.url) };
    await seen(next, "three", "waiting");
    await ana.page.close({ runBeforeUnload: false });
    us.isDeaf = false;
    await seen(next, "three", "stored");
    t.deepEqual(await textsOf(next), ["one", "two", "three"]);
    t.deepEqual(
      us.messages.map(({ text }) => text),
      ["one", "two", "three"],
    );
    t.deepEqual(next.faults, []);
  },
);

test.serial("[C8] of two tabs with messages waiting one sends for both, each once", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  const page = await ana.page.context().newPage();
  const second = { page, faults: await visit(page, us.url) };
  await second.page.locator("#text").waitFor();
  us.isDeaf = true;
  await say(ana, "from the first");
  await say(second, "from the second");
  await outboxSays(ana, "2 messages waiting");
  await outboxSays(second, "2 messages waiting");
  us.isDeaf = false;
  for (const tab of [ana, second]) {
    await seen(tab, "from the second", "stored");
    t.deepEqual(await textsOf(tab), ["from the first", "from the second"]);
  }
});

test.serial("what waits is discarded only when asked twice", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  us.isDeaf = true;
  await say(ana, "hasty");
  await outboxSays(ana, "1 message waiting");
  await ana.page.getByRole("button", { name: "Discard" }).click();
  await outboxSays(ana, "Discard 1 message for good?");
  await ana.page.getByRole("button", { name: "Keep" }).click();
  t.deepEqual(await textsOf(ana), ["hasty"]);
  await ana.page.getByRole("button", { name: "Discard" }).click();
  await ana.page.getByRole("button", { name: "Yes, discard" }).click();
  await ana.page.locator("#outbox").waitFor({ state: "detached" });
  t.deepEqual(await textsOf(ana), []);
  us.isDeaf = false;
  await ana.page.reload();
  await say(ana, "considered");
  await seen(ana, "considered", "stored");
  t.deepEqual(await textsOf(ana), ["considered"]);
});

test.serial(
  "[C1] the cable pulled in the middle of a send: one message, once the region answers",
  async (t) => {
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    await say(ana, "before");
    await seen(ana, "before", "stored");
    let cuts = 0;
    await ana.page.route("**/rooms/lobby/messages", async (route) => {
      if (++cuts > 1) return route.continue();
      // It arrives; its answer does not.
      await route.fetch();
      return route.abort("connectionreset");
    });
    await say(ana, "half sent");
    await seen(ana, "half sent", "stored");
    t.true(cuts > 0);
    t.deepEqual(await textsOf(ana), ["before", "half sent"]);
    t.is(us.messages.length, 2);
  },
);

test.serial("a draft is there again after a reload, in its room and in no other", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await ana.page.locator("#text").fill("half a thought");
  await ana.page.reload();
  await ana.page.locator("#text").waitFor();
  t.is(await ana.page.locator("#text").inputValue(), "half a thought");
  await ana.page.goto(`${us.url}/#/kitchen`);
  await ana.page.getByPlaceholder("Message #kitchen").waitFor();
  t.is(await ana.page.locator("#text").inputValue(), "");
  await ana.page.goto(`${us.url}/#/lobby`);
  await ana.page.getByPlaceholder("Message #lobby").waitFor();
  t.is(await ana.page.locator("#text").inputValue(), "half a thought");
});

test.serial("[C13] the page opens without its region, with everything that waits in it", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await filesKept(ana);
  await us.stop();
  await say(ana, "into the dark");
  await seen(ana, "into the dark", "waiting");
  await ana.page.reload();
  await seen(ana, "into the dark", "waiting");
  await connectionSays(ana, "does not answer. 1 message waits to be sent.");
  await us.start();
  await seen(ana, "into the dark", "stored");
  t.deepEqual(await textsOf(ana), ["into the dark"]);
  t.deepEqual(ana.faults, []);
});
