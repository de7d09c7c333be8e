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
  "who has just gone up is not taken back by what is drawn before the browser says so",
  async (t) => {
    const { us } = await openRegions(t);
    for (let n = 1; n <= 40; n++) us.say("lobby", "Ben", `text ${n}`);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 40", "stored");
    await ana.page.evaluate(() => {
      document.querySelector("#scroller")?.scrollTo(0, 200);
      // Selects it, so that the list is drawn before the next frame, in which the scroll event comes.
      document.querySelector("#messages .line")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    });
    await ana.page.locator('#messages .line[data-selected="true"]').first().waitFor();
    await ana.page.getByRole("button", { name: "To the newest" }).waitFor();
    t.is(await ana.page.locator("#scroller").evaluate((box) => box.scrollTop), 200);
    t.deepEqual(ana.faults, []);
  },
);

test.serial(
  "a line that has the focus stays selected when the list moves below a pointer that rests",
  async (t) => {
    const { us } = await openRegions(t);
    for (let n = 1; n <= 40; n++) us.say("lobby", "Ben", `text ${n}`);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 40", "stored");
    await ana.page.getByText("text 38", { exact: true }).hover();
    const selected = ana.page.locator('#messages .line[data-selected="true"] .text');
    await selected.getByText("text 38").waitFor();
    const pointed = ana.page.evaluate(
      () => new Promise((resolve) => document.addEventListener("mouseover", resolve, { once: true })),
    );
    await ana.page.locator("#messages .line").nth(4).focus();
    await pointed;
    await ana.page.evaluate(() => new Promise(requestAnimationFrame));
    t.is(await selected.textContent(), "text 5");
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

test.serial(
  "days are headings, a run names its author once, and each message says when and where when asked",
  async (t) => {
    const { us, eu } = await openRegions(t);
    const [yesterday, today] = [Date.UTC(2025, 10, 20, 23, 59), Date.UTC(2025, 10, 21, 0, 1)];
    for (const text of ["late at night", "early", "and on"]) us.say("lobby", "Ben", text);
    eu.say("lobby", "Ben", "from elsewhere");
    us.messages = us.messages.map((message, n) => ({ ...message, at: n === 0 ? yesterday : today + n }));
    const ana = await openTab(t, us.url, { timezoneId: "UTC", locale: "en-GB" });
    await seen(ana, "from elsewhere", "stored");
    const shown = ana.page.locator("#messages");
    t.deepEqual(await shown.getByRole("heading").allTextContents(), [
      "Thursday 20 November 2025",
      "Friday 21 November 2025",
    ]);
    const heads = shown.locator('[data-continued="false"] .head');
    t.deepEqual(await heads.allTextContents(), ["Ben 23:59 us", "Ben 00:01 us", "Ben 00:01 eu"]);
    t.is(
      await heads.first().locator("time").getAttribute("title"),
      "Thursday 20 November 2025 at 23:59:00 UTC",
    );
    t.is(await heads.last().locator(".origin").getAttribute("title"), "posted in the region eu");
  },
);

test.serial(
  "deeds, code, quotes, links and other scripts are shown as what they are; long text unfolds",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("lobby", "Ben", "/me puts the kettle on 🫖");
    us.say("lobby", "Ben", "> Ana: tea?\nsee https://example.org/a_(b), or `tea --help`:\n```\n$ tea\n```");
    us.say("lobby", "Ben", "مرحبا بكم");
    us.say("lobby", "Ben", `${"line\n".repeat(40)}the end of it`);
    const ana = await openTab(t, us.url);
    await seen(ana, "the end of it", "stored");
    const texts = ana.page.locator("#messages .text");
    t.is(await texts.nth(0).textContent(), "Ben puts the kettle on 🫖");
    const second = texts.nth(1);
    t.is(await second.locator("blockquote").textContent(), "Ana: tea?");
    t.is(await second.locator("pre").textContent(), "$ tea");
    t.is(await second.locator(":scope > code").textContent(), "tea --help");
    const link = second.locator("a");
    t.is(await link.getAttribute("href"), "https://example.org/a_(b)");
    t.is(await link.getAttribute("rel"), "noopener noreferrer nofollow");
    const directions = await texts.evaluateAll((all) => all.map((text) => getComputedStyle(text).direction));
    t.deepEqual(directions, ["ltr", "ltr", "rtl", "ltr"]);
    const high = async (): Promise<number> => (await texts.nth(3).boundingBox())?.height ?? 0;
    const folded = await high();
    await ana.page.getByRole("button", { name: "Show all of it" }).click();
    t.true((await high()) > 2 * folded);
    await ana.page.getByRole("button", { name: "Show less" }).click();
    t.is(await high(), folded);
    t.deepEqual(ana.faults, []);
  },
);

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

for (const [reducedMotion, duration] of [
  ["no-preference", "0.12s"],
  ["reduce", "0s"],
] as const) {
  test.serial(`what changes colour takes ${duration} where motion is set to ${reducedMotion}`, async (t) => {
    const { us } = await openRegions(t);
    const ana = await openTab(t, us.url, { reducedMotion });
    const taken = ana.page
      .locator("button")
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).transitionDuration));
    t.deepEqual([...new Set(await taken)], [duration]);
  });
}

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
