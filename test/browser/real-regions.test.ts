import test, { type ExecutionContext } from "ava";
import { openChat } from "../process/chat-under-test.ts";
import { regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { connectionSays, filesKept, say, seen, signIn, textsOf, withBrowser } from "./weather.ts";

const { openTab } = withBrowser(test);

/** Two real regions on one store; Ana has the page of one open, Ben that of the other. */
async function openTwoTabs(t: ExecutionContext) {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
  // A page may connect to the regions that its own one knew when it served it.
  await until(async () => (await regionsOf(us.url)).regions.some(({ name }) => name === "eu"));
  const [ana, ben] = await Promise.all([openTab(t, us.url), openTab(t, eu.url)]);
  await signIn(ana, "Ana");
  await signIn(ben, "Ben");
  return { chat, us, ana, ben };
}

test.serial(
  "two tabs in two regions: typed in one, shown in both, deleted in the store, gone from both",
  async (t) => {
    const { chat, us, ana, ben } = await openTwoTabs(t);
    await say(ana, "Is the kettle on?");
    await seen(ben, "Is the kettle on?", "stored");
    await say(ben, "It sings.");
    await seen(ana, "It sings.", "stored");
    await seen(ana, "Is the kettle on?", "stored");
    for (const tab of [ana, ben]) t.deepEqual(await textsOf(tab), ["Is the kettle on?", "It sings."]);
    const scripts = await ana.page.evaluate(() =>
      performance.getEntriesByType("resource").flatMap(({ name }) => /\/page\/.*js$/.exec(name) ?? []),
    );
    t.deepEqual([...new Set(scripts)].toSorted(), [
      "/page/begin.js",
      "/page/main.js",
      "/page/preact/preact.mjs",
    ]);

    const reader = await chat.reader(us);
    await chat.store.deleteDocument(reader.shown[0]?.id ?? "");
    for (const tab of [ana, ben]) {
      await tab.page.locator("#messages .text", { hasText: "kettle" }).waitFor({ state: "detached" });
      t.deepEqual(await textsOf(tab), ["It sings."]);
      t.deepEqual(tab.faults, [], "nothing in the console, no report of the content policy");
    }
  },
);

test.serial(
  "[S1] [I8] the store killed under two tabs: both say so, go on, and are in step afterwards",
  async (t) => {
    const { chat, ana, ben } = await openTwoTabs(t);
    await connectionSays(ana, "Live");
    await chat.store.kill();
    await connectionSays(ana, "The store is away");
    await connectionSays(ben, "The store is away");
    await say(ana, "Anyone?");
    await seen(ana, "Anyone?", "accepted");
    await say(ben, "Only me.");
    await seen(ben, "Only me.", "accepted");
    t.deepEqual(await textsOf(ben), ["Only me."]);
    await chat.store.start();
    for (const tab of [ana, ben]) {
      await seen(tab, "Anyone?", "stored");
      await seen(tab, "Only me.", "stored");
      await connectionSays(tab, "Live");
      t.deepEqual(await textsOf(tab), ["Anyone?", "Only me."]);
    }
  },
);

test.serial(
  "[R7] [C2] [C6] the region hangs under a tab: what is written goes on in the other one, and is shown once when it wakes",
  async (t) => {
    const { us, ana, ben } = await openTwoTabs(t);
    await say(ana, "before");
    await seen(ben, "before", "stored");
    us.signal("SIGSTOP");
    await say(ana, "into the silence");
    await ana.page
      .locator("#notice", { hasText: "us is not answering, moved to eu, nothing lost." })
      .waitFor();
    for (const tab of [ana, ben]) await seen(tab, "into the silence", "stored");
    us.signal("SIGCONT");
    await until(async () => (await regionsOf(us.url)).store.state === "live");
    await say(ben, "after");
    for (const tab of [ana, ben]) {
      await seen(tab, "after", "stored");
      t.deepEqual(await textsOf(tab), ["before", "into the silence", "after"]);
      t.deepEqual(tab.faults, []);
    }
  },
);

test.serial(
  "[C6] [C13] [R10] the region killed under a tab: it goes on in the other one, nothing lost, and may be sent back",
  async (t) => {
    const { us, ana, ben } = await openTwoTabs(t);
    await say(ana, "before");
    await seen(ben, "before", "stored");
    await filesKept(ana);
    await us.kill();
    await connectionSays(ana, "us does not answer.");
    await say(ana, "while it was gone");
    const moved = "us is not answering, moved to eu, nothing lost.";
    await ana.page.locator("#notice", { hasText: moved }).waitFor();
    await ana.page.locator("#announcer", { hasText: moved }).waitFor();
    await seen(ana, "while it was gone", "stored");
    await seen(ben, "while it was gone", "stored");
    await ana.page.locator("#people li").filter({ hasText: "Ben" }).waitFor();
    t.is(await ana.page.title(), "lobby · eu");
    await ana.page.reload();
    await seen(ana, "while it was gone", "stored");
    t.is(
      await ana.page.title(),
      "lobby · eu",
      "a page that was loaded without its region finds the other one again",
    );
    await us.start();
    await ana.page.getByRole("button", { name: "region eu" }).click();
    await ana.page.getByRole("button", { name: "Go to us" }).click();
    await ana.page.locator("#notice", { hasText: "You are with us now." }).waitFor();
    await ana.page.locator("#announcer", { hasText: /^You are with us now\.$/ }).waitFor();
    await say(ana, "home again");
    await seen(ben, "home again", "stored");
    for (const tab of [ana, ben])
      t.deepEqual(await textsOf(tab), ["before", "while it was gone", "home again"]);
    const origins = await ana.page.locator("#messages .origin").allTextContents();
    t.deepEqual(origins, ["us", "eu", "us"]);
    t.deepEqual(ana.faults, []);
  },
);
