import test from "ava";
import { seen, signIn, textsOf, withBrowser, type Tab } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

const topOf = (tab: Tab, text: string): Promise<number | undefined> =>
  tab.page.getByText(text, { exact: true }).evaluate((line) => line.getBoundingClientRect().top);
const endIsInSight = (tab: Tab): Promise<boolean> =>
  tab.page.locator("#scroller").evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop < 2);

test.serial(
  "the end stays in sight for those who are there, and nothing moves for those who read further up",
  async (t) => {
    const { us } = await openRegions(t);
    for (let n = 1; n <= 40; n++) us.say("lobby", "Ben", `text ${n}`);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 40", "stored");
    t.true(await endIsInSight(ana));
    us.say("lobby", "Ben", "text 41");
    await seen(ana, "text 41", "stored");
    t.true(await endIsInSight(ana));
    await ana.page
      .getByText("text 20", { exact: true })
      .evaluate((line) => line.scrollIntoView({ block: "center" }));
    await ana.page.evaluate(() => new Promise(requestAnimationFrame));
    const wasAt = await topOf(ana, "text 20");
    us.say("lobby", "Ben", "text 42");
    await seen(ana, "text 42", "stored");
    t.is(await topOf(ana, "text 20"), wasAt);
    t.false(await endIsInSight(ana));
  },
);

test.serial(
  "older messages come before when one scrolls up, without a jump, until the room begins",
  async (t) => {
    const { us } = await openRegions(t);
    for (let n = 1; n <= 130; n++) us.say("lobby", "Ben", `text ${n}`);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 130", "stored");
    t.is((await textsOf(ana)).length, 50);
    for (const [first, older] of [
      ["text 81", "text 31"],
      ["text 31", "text 1"],
    ] as const) {
      const wasAt = await ana.page.getByText(first, { exact: true }).evaluate((line) => {
        document.querySelector("#scroller")?.scrollTo(0, 0);
        return line.getBoundingClientRect().top;
      });
      await ana.page.getByText(older, { exact: true }).waitFor({ state: "attached" });
      const isAt = await topOf(ana, first);
      t.true(Math.abs((isAt ?? 0) - wasAt) < 2, `${first} moved from ${wasAt} to ${isAt}`);
    }
    await ana.page.getByText("This is where #lobby begins.").waitFor({ state: "attached" });
    t.deepEqual(
      await textsOf(ana),
      Array.from({ length: 130 }, (_, n) => `text ${n + 1}`),
    );
  },
);

test.serial(
  "older messages that the region cannot read now are said to be in the store, and asked for by a button",
  async (t) => {
    const { us, store } = await openRegions(t);
    for (let n = 1; n <= 60; n++) us.say("lobby", "Ben", `text ${n}`);
    store.setAway(true);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 60", "stored");
    await ana.page.locator("#scroller").evaluate((box) => (box.scrollTop = 0));
    await ana.page.getByText("Earlier messages are in the store, which is away.").waitFor();
    store.setAway(false);
    await ana.page.getByRole("button", { name: "Earlier messages" }).press("Enter");
    await ana.page.getByText("text 1", { exact: true }).waitFor({ state: "attached" });
    t.is((await textsOf(ana)).length, 60);
  },
);

test.serial("[I6] the page holds no more than 500 messages while its end is in sight", async (t) => {
  const { us } = await openRegions(t);
  for (let n = 1; n <= 40; n++) us.say("lobby", "Ben", `text ${n}`);
  const ana = await openTab(t, us.url);
  await seen(ana, "text 40", "stored");
  for (let n = 41; n <= 700; n++) us.say("lobby", "Ben", `text ${n}`);
  await seen(ana, "text 700", "stored");
  t.is((await textsOf(ana)).length, 500);
  await ana.page.getByRole("button", { name: "Earlier messages" }).waitFor({ state: "attached" });
});

test.serial("on a screen of 320 pixels nothing is wider than the screen", async (t) => {
  const { us } = await openRegions(t);
  us.say("lobby", "a-name-without-any-space-that-is-as-long-as-a-name-may-ever-be-64", "word".repeat(200));
  const ana = await openTab(t, us.url, { viewport: { width: 320, height: 480 } });
  await signIn(ana, "W".repeat(64));
  await seen(ana, "word", "stored");
  const widths = await ana.page.evaluate(() =>
    [document.documentElement, document.querySelector("#scroller")].map((box) => box?.scrollWidth),
  );
  t.true(
    widths.every((width) => width !== undefined && width <= 320),
    widths.join(" "),
  );
});

test.serial("landmarks, list and form have their roles and names", async (t) => {
  const { us } = await openRegions(t);
  us.say("lobby", "Ben", "hello");
  const { page } = await openTab(t, us.url);
  await page.getByText("hello").waitFor();
  await page.getByRole("banner").getByRole("heading", { name: "#lobby" }).waitFor();
  await page
    .getByRole("main", { name: "Messages" })
    .getByRole("list")
    .getByRole("listitem")
    .filter({ hasText: "hello" })
    .waitFor();
  await page.getByRole("heading", { name: "Today" }).waitFor();
  await page
    .getByRole("contentinfo")
    .getByRole("textbox", { name: "Choose a nickname to join in" })
    .waitFor();
  const time = page.locator("#messages time");
  t.regex((await time.getAttribute("datetime")) ?? "", /^\d{4}-\d\d-\d\dT/);
  t.regex((await time.getAttribute("title")) ?? "", /\d{4}/);
  t.is(await page.locator("#messages .text").getAttribute("dir"), "auto");
});
