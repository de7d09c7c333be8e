import test, { type ExecutionContext } from "ava";
import { openChat } from "../process/chat-under-test.ts";
import { Author, regionsOf } from "../process/client.ts";
import { until } from "../process/until.ts";
import { violationsOf } from "./axe.ts";
import { say, seen, signIn, textsOf, withBrowser, type Tab } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

/** Two real regions on one store; Ana has the page of one open, Ben that of the other. */
async function openTwoTabs(t: ExecutionContext) {
  const chat = await openChat(t);
  const [us, eu] = await Promise.all([chat.region("us"), chat.region("eu")]);
  await until(async () => (await regionsOf(us.url)).regions.some(({ name }) => name === "eu"));
  const [ana, ben] = await Promise.all([openTab(t, us.url), openTab(t, eu.url)]);
  await signIn(ana, "Ana");
  await signIn(ben, "Ben");
  return { chat, us, ana, ben };
}

const lineOf = ({ page }: Tab, text: string) =>
  page.locator("#messages .line", { has: page.locator(".text", { hasText: text }) });
const field = ({ page }: Tab) => page.getByLabel("Message", { exact: true });
const focusOf = ({ page }: Tab): Promise<string> =>
  page.evaluate(() => document.activeElement?.id || (document.activeElement?.className ?? ""));

/** With the tools that stand at the line one is at. */
async function takeTool(tab: Tab, text: string, tool: string): Promise<void> {
  await lineOf(tab, text).focus();
  await tab.page.getByRole("button", { name: tool, exact: true }).press("Enter");
}

async function edit(tab: Tab, text: string, anew: string): Promise<void> {
  await takeTool(tab, text, "Edit");
  await field(tab).fill(anew);
  await tab.page.keyboard.press("Enter");
}

async function takeBack(tab: Tab, text: string): Promise<void> {
  await takeTool(tab, text, "Take back");
  await tab.page.getByRole("button", { name: "Yes, take it back" }).click();
}

/** The texts as they are drawn; of what was taken back nothing. */
async function saidIn(tab: Tab): Promise<readonly string[]> {
  return tab.page.locator('#messages .line[data-withdrawn="false"] .text').allTextContents();
}

test.serial(
  "[CH1] [CH6] [CH7] [CH11] [C13] [S22] edited and taken back in one region, seen so in the other; without a network too",
  async (t) => {
    const { chat, us, ana, ben } = await openTwoTabs(t);
    for (const text of ["Is the kettle on?", "Never mind."]) await say(ana, text);
    for (const text of ["Is the kettle on?", "Never mind."]) await seen(ben, text, "stored");
    await say(ben, "It sings.");
    await seen(ana, "It sings.", "stored");
    const node = await lineOf(ben, "kettle").elementHandle();
    await edit(ana, "kettle", "Is the *other* kettle on?");
    await seen(ana, "Is the *other* kettle on?", "stored");
    await seen(ben, "Is the *other* kettle on?", "stored");
    t.true(await node?.evaluate((line) => line.isConnected && line.textContent.includes("*other*")));
    await takeBack(ana, "Never mind.");
    for (const tab of [ana, ben]) await tab.page.locator('[data-withdrawn="true"]').waitFor();
    for (const reload of [false, true]) {
      for (const tab of [ana, ben]) {
        if (reload) await tab.page.reload();
        await seen(tab, "It sings.", "stored");
        t.deepEqual(await saidIn(tab), ["Is the *other* kettle on?", "It sings."]);
        t.is((await textsOf(tab)).length, 3);
        const drawn = await tab.page.locator("#page").innerHTML();
        t.false(drawn.includes("Never mind."), "nowhere in the page");
        const changed = lineOf(tab, "kettle").locator(".changed");
        t.regex((await changed.getAttribute("title")) ?? "", /^edited by its author: .*\d/);
      }
    }
    t.is(await ben.page.locator("#below, #late").count(), 0, "a change is nothing new");
    t.is(await ben.page.title(), "lobby · eu");

    for (const text of ["long ago", "regrettable"]) {
      await say(ana, text);
      await seen(ana, text, "stored");
    }
    const { shown } = await chat.reader(us);
    const carl = await Author.join(us.url, "Carl");
    for (let n = 1; n <= 60; n++) await carl.post(us.url, "lobby", `text ${n}`);
    await seen(ana, "text 60", "stored");
    await ben.page.reload();
    await seen(ben, "text 60", "stored");
    t.is(await lineOf(ben, "long ago").count(), 0, "it stands above the page that Ben has");

    await ana.page.context().setOffline(true);
    await edit(ana, "long ago", "long ago, and better said");
    await edit(ana, "regrettable", "still regrettable");
    await seen(ana, "long ago, and better said", "waiting");
    await chat.store.deleteDocument(shown.find(({ text }) => text === "regrettable")?.id ?? "");
    await ana.page.context().setOffline(false);
    await seen(ana, "long ago, and better said", "stored");
    await lineOf(ana, "regrettable").waitFor({ state: "detached" });
    t.is(await ben.page.locator("#below, #late").count(), 0);

    await ben.page.locator("#scroller").evaluate((box) => box.scrollTo(0, 0));
    await seen(ben, "long ago, and better said", "stored");
    await ben.page.reload();
    await ben.page.locator("#scroller").evaluate((box) => box.scrollTo(0, 0));
    for (const tab of [ana, ben]) {
      await seen(tab, "long ago, and better said", "stored");
      t.deepEqual((await saidIn(tab)).slice(2, 4), ["long ago, and better said", "text 1"]);
      t.deepEqual(tab.faults, []);
    }
  },
);

test.serial("all of it by keyboard, and the draft and the focus are where they were", async (t) => {
  const { us, store } = await openRegions(t);
  us.say("lobby", "Ben", "of somebody else");
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  const { keyboard } = ana.page;
  for (const text of ["first", "second"]) {
    await say(ana, text);
    await seen(ana, text, "stored");
  }
  await keyboard.press("ArrowUp");
  t.is(await field(ana).inputValue(), "second");
  t.is(await ana.page.locator(".editing-what").textContent(), "You edit “second”");
  t.deepEqual(await violationsOf(ana.page), []);
  await field(ana).fill("second, edited");
  await keyboard.press("Escape");
  t.deepEqual([await field(ana).inputValue(), await focusOf(ana)], ["", "text"]);
  t.deepEqual(await saidIn(ana), ["of somebody else", "first", "second"]);

  await keyboard.type("half a thought");
  await ana.page.locator("#scroller").focus();
  await keyboard.press("k");
  await keyboard.press("e");
  t.is(await field(ana).inputValue(), "first");
  const node = await lineOf(ana, "first").elementHandle();
  store.setAway(true);
  await keyboard.press("End");
  await keyboard.type(", edited");
  await keyboard.press("Enter");
  await seen(ana, "first, edited", "accepted");
  t.deepEqual([await field(ana).inputValue(), await focusOf(ana)], ["half a thought", "text"]);
  store.setAway(false);
  await seen(ana, "first, edited", "stored");
  t.true(
    await node?.evaluate((line) => line.isConnected && line.textContent.includes("edited by its author")),
  );

  await ana.page.locator("#scroller").focus();
  for (const key of ["k", "j", "Delete"]) await keyboard.press(key);
  await ana.page.getByRole("dialog", { name: "Take this message back?" }).waitFor();
  t.deepEqual(await violationsOf(ana.page), []);
  await keyboard.press("Escape");
  await keyboard.press("Delete");
  await keyboard.press("Enter");
  const withdrawn = ana.page.locator('[data-withdrawn="true"]');
  await withdrawn.waitFor();
  t.regex((await withdrawn.locator(".text").textContent()) ?? "", /taken back by its author/);
  t.is(await focusOf(ana), "line");
  for (const key of ["e", "Delete", "r"]) await keyboard.press(key);
  t.is(await ana.page.locator("dialog[open], #editing").count(), 0);
  t.is(await field(ana).inputValue(), "half a thought");

  await ana.page.locator("#messages .line").first().focus();
  for (const key of ["e", "Delete"]) await keyboard.press(key);
  t.is(await ana.page.locator("dialog[open], #editing").count(), 0, "nobody changes what another one said");
  t.notRegex((await ana.page.locator("#announcer").textContent()) ?? "", /first|second|edit/);
  t.deepEqual(await violationsOf(ana.page), []);
  t.deepEqual(ana.faults, []);
});

test.serial(
  "[CH1] what was never posted is only reworded; a change whose session has ended says so",
  async (t) => {
    const { us, store } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    await say(ana, "stored");
    await seen(ana, "stored", "stored");
    us.isDeaf = true;
    for (const text of ["tried", "hasty", "needless"]) await say(ana, text);
    await edit(ana, "hasty", "considered");
    await edit(ana, "tried", "tried, then edited");
    await takeBack(ana, "needless");
    t.deepEqual(await textsOf(ana), ["stored", "tried, then edited", "considered"]);
    t.is(await focusOf(ana), "text", "what it was on is gone");
    us.isDeaf = false;
    await seen(ana, "considered", "stored");
    await seen(ana, "tried, then edited", "stored");
    t.deepEqual(
      us.messages.map(({ text }) => text),
      ["stored", "tried", "tried, then edited", "considered"],
      "in the order of the room, each change beside what it changes",
    );

    us.refused = new Set(store.sessions.keys());
    await edit(ana, "stored", "too late");
    const failed = "Your edit was not taken: The session in which it was said has ended.";
    await lineOf(ana, "stored").locator(".reason", { hasText: failed }).waitFor();
    t.is(await ana.page.locator("#composer-fault").textContent(), failed);
    t.deepEqual((await textsOf(ana))[0], "stored");
    await lineOf(ana, "stored").hover();
    t.is(await ana.page.getByRole("button", { name: "Take back" }).count(), 0);
    t.deepEqual(await violationsOf(ana.page), []);
    await ana.page.getByRole("button", { name: "Edit again" }).press("Enter");
    t.is(await field(ana).inputValue(), "too late");
    t.is(await ana.page.locator(".reason").count(), 0);
  },
);
