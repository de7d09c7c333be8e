import test from "ava";
import { orderAt } from "../../public/client/names.ts";
import { branded } from "../../sync/brand.ts";
import { messageId, type OrderKey } from "../../sync/names.ts";
import { violationsOf } from "./axe.ts";
import { isInSight, seen, signIn, textsOf, withBrowser, type Tab } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

const scrollTo = (tab: Tab, text: string): Promise<void> =>
  tab.page.getByText(text, { exact: true }).evaluate((line) => line.scrollIntoView({ block: "center" }));

test.serial(
  "what is new in other rooms is counted, and marked where it begins when one goes there",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("kitchen", "Ben", "soup");
    const ana = await openTab(t, `${us.url}/#/kitchen`);
    await signIn(ana, "Ana");
    await seen(ana, "soup", "stored");
    await ana.page.getByLabel("Open or make a room").fill("Tea Room");
    await ana.page.keyboard.press("Enter");
    await ana.page.getByRole("heading", { name: "#tea-room" }).waitFor();
    t.regex(ana.page.url(), /#\/tea-room$/);
    await ana.page.getByText("This is where #tea-room begins.").waitFor();
    us.say("kitchen", "Ben", "bread");
    us.say("kitchen", "Ben", "butter");
    await ana.page.getByRole("link", { name: "#kitchen 2 unread messages" }).waitFor();
    t.is(await ana.page.title(), "(2) tea-room · us");
    await ana.page.keyboard.press("Alt+ArrowDown");
    await seen(ana, "butter", "stored");
    const shown = await ana.page.locator("#messages .text, #messages .new").allTextContents();
    t.deepEqual(shown, ["soup", "New since you looked", "bread", "butter"]);
    await ana.page.getByRole("link", { name: "#kitchen", exact: true }).waitFor();
    t.is(await ana.page.title(), "kitchen · us");
  },
);

test.serial("what arrives below one who reads further up is counted, and a button leads there", async (t) => {
  const { us } = await openRegions(t);
  for (let n = 1; n <= 40; n++) us.say("lobby", "Ben", `text ${n}`);
  const ana = await openTab(t, us.url);
  await seen(ana, "text 40", "stored");
  await scrollTo(ana, "text 5");
  await ana.page.getByRole("button", { name: "To the newest" }).waitFor();
  for (let n = 41; n <= 43; n++) us.say("lobby", "Ben", `text ${n}`);
  await ana.page.getByRole("button", { name: "3 new below" }).click();
  await ana.page.locator("#below").waitFor({ state: "detached" });
  t.true(await isInSight(ana, "text 43"));
  t.is(await ana.page.locator("#messages .new").count(), 1);
});

test.serial("a day is jumped to, however long ago", async (t) => {
  const { us } = await openRegions(t);
  const firstDay = Date.UTC(2026, 0, 1);
  for (let n = 1; n <= 200; n++) us.say("lobby", "Ben", `text ${n}`);
  us.messages = us.messages.map((message, day) => {
    const at = firstDay + day * 86_400_000;
    const order = branded<OrderKey>(orderAt(at + 1).replace("00000000-1", `aaaaaaaa-${day + 1}`));
    return { ...message, id: messageId(message.room, order), at, order, state: "stored" };
  });
  const ana = await openTab(t, us.url, { timezoneId: "UTC" });
  await seen(ana, "text 200", "stored");
  await ana.page.locator("#scroller").focus();
  await ana.page.keyboard.press("d");
  await ana.page.getByLabel("Jump to a date").and(ana.page.locator("input")).fill("2026-02-10");
  await ana.page.keyboard.press("Enter");
  await ana.page.locator(`li[data-selected="true"] .text`, { hasText: "text 41" }).waitFor();
  t.true(await isInSight(ana, "text 41"));
  await ana.page.getByRole("heading", { name: "Tuesday 10 February 2026" }).waitFor();
});

test.serial(
  "[I6] of 10,000 messages a permalink shows its own, scrolling down leads to the present, and the page stays small",
  async (t) => {
    const { us } = await openRegions(t);
    for (let n = 1; n <= 10_000; n++) us.say("lobby", n % 3 === 0 ? "Ben" : "Maren", `text ${n}`);
    const order = us.messages[4_999]?.order ?? "";
    const ana = await openTab(t, `${us.url}/#/lobby/${order}`);
    await ana.page.locator(`li[data-selected="true"] .text`, { hasText: "text 5000" }).waitFor();
    t.true(await isInSight(ana, "text 5000"));
    t.is((await textsOf(ana)).length, 50);
    us.say("lobby", "Ben", "text 10001");
    await ana.page.getByRole("button", { name: "1 new below" }).waitFor();
    await ana.page.locator("#scroller").evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await ana.page.getByText("text 5074", { exact: true }).waitFor({ state: "attached" });
    t.true(await isInSight(ana, "text 5024"), "what was read last has not moved out of sight");
    await ana.page.getByRole("button", { name: "1 new below" }).click();
    await seen(ana, "text 10001", "stored");
    t.true(await isInSight(ana, "text 10001"));
    for (let pages = 0; pages < 6; pages++) {
      const first = (await textsOf(ana))[0] ?? "";
      await ana.page.locator("#scroller").evaluate((box) => box.scrollTo(0, 0));
      await ana.page.waitForFunction(
        (was) => document.querySelector("#messages .text")?.textContent !== was,
        first,
      );
    }
    t.true((await textsOf(ana)).length >= 350);
    t.true((await ana.page.locator("*").count()) < 6_000);
    t.deepEqual(ana.faults, []);
  },
);

test.serial("the link to a message is copied, and leads there", async (t) => {
  const { us } = await openRegions(t);
  for (let n = 1; n <= 120; n++) us.say("lobby", "Ben", `text ${n}`);
  const ana = await openTab(t, us.url, { permissions: ["clipboard-read", "clipboard-write"] });
  await signIn(ana, "Ana");
  await seen(ana, "text 120", "stored");
  await ana.page.getByText("text 80", { exact: true }).hover();
  await ana.page.getByRole("button", { name: "Copy link" }).click();
  await ana.page.getByText("The link is copied.").waitFor();
  const link = await ana.page.evaluate(() => navigator.clipboard.readText());
  t.is(link, `${us.url}/#/lobby/${us.messages[79]?.order}`);
  const ben = await openTab(t, link);
  await ben.page.locator('li[data-selected="true"] .text', { hasText: "text 80" }).waitFor();
  t.true(await isInSight(ben, "text 80"));
  t.deepEqual([...ana.faults, ...ben.faults], []);
});

test.serial("what is loaded is searched, and a reply quotes", async (t) => {
  const { us } = await openRegions(t);
  for (const text of ["Crème brûlée", "tea", "creme de la creme"]) us.say("lobby", "Ben", text);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await seen(ana, "tea", "stored");
  await ana.page.locator("#scroller").focus();
  await ana.page.keyboard.press("/");
  await ana.page.keyboard.type("CREME");
  await ana.page.getByText("2 of 2").waitFor();
  t.is(await ana.page.locator('[data-found="true"] .text').textContent(), "creme de la creme");
  await ana.page.keyboard.press("Enter");
  await ana.page.getByText("1 of 2").waitFor();
  t.is(await ana.page.locator('[data-found="true"] .text').textContent(), "Crème brûlée");
  await ana.page.keyboard.press("Escape");
  await ana.page.locator("#search").waitFor({ state: "detached" });
  await ana.page.locator("#scroller").focus();
  for (const key of ["k", "k", "r"]) await ana.page.keyboard.press(key);
  t.is(await ana.page.locator("#text").inputValue(), "> Ben: Crème brûlée\n");
  await ana.page.locator("#text").press("End");
  await ana.page.keyboard.type("yes please");
  await ana.page.keyboard.press("Enter");
  await seen(ana, "yes please", "stored");
  t.is(await ana.page.locator("#messages blockquote").textContent(), "Ben: Crème brûlée");
});

test.serial(
  "by keyboard: the list of keys, the regions and who shows the same, a journey, settings, another language",
  async (t) => {
    const { us } = await openRegions(t);
    const at = Date.UTC(2026, 10, 21, 12, 4, 10);
    us.regionList = [
      { name: "us", state: "here", connections: 3 },
      {
        name: "eu",
        origin: "e".repeat(26),
        agreement: { state: "same", window: 0, at },
        seen: { aaaaaaaa: 1 },
      },
    ];
    us.say("lobby", "Ben", "hello");
    const ana = await openTab(t, us.url, { timezoneId: "UTC" });
    await signIn(ana, "Ana");
    const { page } = ana;
    await page.getByText("Same as eu at 12:04:10").waitFor();
    await page.locator("#scroller").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("reply to it").waitFor();
    t.deepEqual(await violationsOf(page), []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    const regions = page.getByRole("dialog", { name: "Regions" });
    await regions.getByText("you are here · 3 connections").waitFor();
    await regions.getByRole("button", { name: "Go to eu" }).waitFor();
    t.deepEqual(await violationsOf(page), []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("k");
    await page.keyboard.press("i");
    const journey = page.getByRole("dialog", { name: "Journey of a message" });
    await journey.getByText("Seen by eu").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await page.getByLabel("Language").selectOption("ar");
    await page.getByRole("dialog", { name: "الإعدادات" }).waitFor();
    t.is(await page.locator("html").getAttribute("dir"), "rtl");
    t.deepEqual(await violationsOf(page), []);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByPlaceholder("رسالة إلى").waitFor();
    t.deepEqual(ana.faults, []);
  },
);

for (const options of [
  {
    name: "on a desktop, in the light",
    locale: "en-GB",
    colorScheme: "light",
    viewport: { width: 1100, height: 720 },
  },
  {
    name: "in the dark, from right to left",
    locale: "ar",
    colorScheme: "dark",
    viewport: { width: 1100, height: 720 },
  },
  {
    name: "on a phone, in German",
    locale: "de",
    colorScheme: "light",
    viewport: { width: 390, height: 760 },
  },
] as const) {
  test.serial(`axe finds nothing wrong ${options.name}`, async (t) => {
    const { us, eu } = await openRegions(t);
    us.say("lobby", "Ben", "see https://example.org, `code`\n```\nand a block\n```");
    eu.say("lobby", "Maren", "> Ben: see\n/me does");
    const ana = await openTab(t, us.url, options);
    await ana.page.locator("#name").fill("Ana");
    t.deepEqual(await violationsOf(ana.page), []);
    await ana.page.keyboard.press("Enter");
    await ana.page.locator("#text").fill("refuse this");
    await ana.page.keyboard.press("Enter");
    await ana.page.locator('li[data-state="rejected"]').hover();
    await ana.page.locator("#messages .line").first().hover();
    us.isDeaf = true;
    await ana.page.locator("#text").fill("waits");
    await ana.page.keyboard.press("Enter");
    await ana.page.locator("#outbox").waitFor();
    t.deepEqual(await violationsOf(ana.page), []);
    t.deepEqual(ana.faults, []);
  });
}

test.serial(
  "on a phone the rooms come when they are called, and take the focus and give it back",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("kitchen", "Ben", "soup");
    const ana = await openTab(t, us.url, { viewport: { width: 390, height: 760 } });
    await signIn(ana, "Ana");
    const { page } = ana;
    const rooms = page.getByRole("navigation", { name: "Rooms" });
    const focused = () => page.evaluate(() => document.activeElement?.id);
    t.false(await rooms.isVisible());
    await page.getByRole("button", { name: "Show rooms" }).click();
    await rooms.waitFor();
    t.is(await focused(), "close-rooms");
    t.deepEqual(await violationsOf(page), []);
    await page.keyboard.press("Escape");
    await rooms.waitFor({ state: "hidden" });
    t.is(await focused(), "open-rooms");
    await page.keyboard.press("Enter");
    await page.getByLabel("Open or make a room").fill("kitchen");
    await page.keyboard.press("Enter");
    await seen(ana, "soup", "stored");
    t.false(await rooms.isVisible());
    t.is(await focused(), "open-rooms");
    t.deepEqual(ana.faults, []);
  },
);

/** As source, because it is a class: what the tests are compiled with adds to classes what a page does not have. */
const NOTIFICATIONS_RECORDED = `
  globalThis.shown = [];
  globalThis.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) { shown.push(title + ": " + body); }
    addEventListener() {}
  };
  document.hasFocus = () => false;
`;

test.serial("who asked for it is notified while they look elsewhere, and nobody else", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url, { permissions: ["notifications"] });
  await signIn(ana, "Ana");
  await ana.page.evaluate(NOTIFICATIONS_RECORDED);
  us.say("lobby", "Ben", "unasked");
  await seen(ana, "unasked", "stored");
  await ana.page.getByRole("button", { name: "Settings" }).click();
  t.false(await ana.page.getByLabel("With a sound").isChecked());
  await ana.page.getByLabel("Tell me of new messages").check();
  await ana.page.keyboard.press("Escape");
  us.say("lobby", "Ben", "asked for");
  await seen(ana, "asked for", "stored");
  t.deepEqual(await ana.page.evaluate(() => Reflect.get(globalThis, "shown")), ["Ben · #lobby: asked for"]);
  t.deepEqual(ana.faults, []);
});
