import test from "ava";
import { say, seen, signIn, textsOf, visit, withBrowser } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

test.serial("everything is done by keyboard: a name, a message, a line break, another name", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  const { keyboard } = ana.page;
  const focused = (): Promise<string | undefined> => ana.page.evaluate(() => document.activeElement?.id);
  t.is(await focused(), "name");
  await keyboard.type("Ana");
  await keyboard.press("Enter");
  await ana.page.locator("#text:focus").waitFor();
  await keyboard.type("first line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  await keyboard.press("Escape");
  await keyboard.press("Enter");
  await seen(ana, "first line", "stored");
  t.deepEqual(await textsOf(ana), ["first line\nsecond line"]);
  await keyboard.press("Enter");
  t.is(await ana.page.locator("#text").inputValue(), "");
  for (const id of ["", "rename"]) {
    await keyboard.press("Tab");
    t.is(await focused(), id);
  }
  await keyboard.press("Enter");
  t.is(await focused(), "name");
  await keyboard.type("Ana Lima");
  await keyboard.press("Enter");
  await say(ana, "third");
  await seen(ana, "third", "stored");
  t.deepEqual(await ana.page.locator("#messages .name").allTextContents(), ["Ana", "Ana Lima"]);
  t.deepEqual(ana.faults, []);
});

test.serial("the field grows with what is written or pasted, up to a part of the screen", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  const field = ana.page.locator("#text");
  const high = async (): Promise<number> => (await field.boundingBox())?.height ?? 0;
  const line = await high();
  for (const text of ["one", "two", "three"]) {
    await field.pressSequentially(text);
    await ana.page.keyboard.press("Shift+Enter");
  }
  t.true((await high()) > 2 * line);
  await ana.page.keyboard.insertText("pasted\n".repeat(300));
  t.true((await high()) <= 0.4 * 720);
  await ana.page.keyboard.press("Enter");
  await seen(ana, "pasted", "stored");
  t.is((await textsOf(ana))[0]?.split("\n").length, 303);
  t.is(await high(), line);
});

test.serial(
  "[I8] what a state means is said to who points at it, and the focus is never lost by it",
  async (t) => {
    const { us, store } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    const state = ana.page.locator("#messages .state");
    us.isDeaf = true;
    await say(ana, "one");
    await seen(ana, "one", "waiting");
    t.is(await state.getAttribute("title"), "In this browser only, not yet taken by a region");
    await ana.page.locator("#scroller").focus();
    await ana.page.keyboard.press("k");
    const isFocused = () => ana.page.evaluate(() => document.activeElement?.matches("#messages .line"));
    t.true(await isFocused());
    store.setAway(true);
    us.isDeaf = false;
    await seen(ana, "one", "accepted");
    t.is(await state.getAttribute("title"), "On this region’s disk; it will reach the store");
    store.setAway(false);
    await seen(ana, "one", "stored");
    t.is(await state.getAttribute("title"), "In the store, on its way to every region");
    t.true(await isFocused());
  },
);

test.serial("Enter that ends the composing of a character sends nothing", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  const composer = await ana.page.context().newCDPSession(ana.page);
  await composer.send("Input.imeSetComposition", { text: "かな", selectionStart: 2, selectionEnd: 2 });
  await composer.send("Input.dispatchKeyEvent", {
    type: "rawKeyDown",
    key: "Process",
    windowsVirtualKeyCode: 229,
  });
  await ana.page.locator("#text").dispatchEvent("keydown", { key: "Enter", isComposing: true });
  t.is(await ana.page.locator("#text").inputValue(), "かな");
  t.deepEqual(await textsOf(ana), []);
  await composer.send("Input.insertText", { text: "仮名" });
  await ana.page.keyboard.press("Enter");
  await seen(ana, "仮名", "stored");
});

test.serial("a name that the region refuses is asked for again, with the reason", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await ana.page.locator("#name").fill("nobody");
  await ana.page.keyboard.press("Enter");
  await ana.page.getByRole("alert").filter({ hasText: "This name is taken by nobody." }).waitFor();
  t.is(await ana.page.locator("#name").inputValue(), "nobody");
  await signIn(ana, "Ana");
});

test.serial(
  "[C8] a name is asked once; a reload keeps the session, and a second tab has one of its own",
  async (t) => {
    const { us, store } = await openRegions(t);
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    await say(ana, "one");
    await seen(ana, "one", "stored");
    await ana.page.reload();
    await say(ana, "two");
    await seen(ana, "two", "stored");
    t.is(store.sessions.size, 1);
    const page = await ana.page.context().newPage();
    const second = { page, faults: await visit(page, us.url) };
    await say(second, "three");
    await seen(ana, "three", "stored");
    await seen(second, "three", "stored");
    t.is(store.sessions.size, 2);
    t.deepEqual(await textsOf(second), ["one", "two", "three"]);
    t.deepEqual(await ana.page.locator("#messages .name").allTextContents(), ["Ana", "Ana", "Ana"]);
  },
);

test.serial("a session that the region does not accept any more is renewed without a word", async (t) => {
  const { us, store } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await say(ana, "one");
  await seen(ana, "one", "stored");
  us.refused = new Set(store.sessions.keys());
  await say(ana, "two");
  await seen(ana, "two", "stored");
  t.deepEqual(await textsOf(ana), ["one", "two"]);
});

test.serial(
  "the announcer speaks what others write, counts what comes at once, and is silent about one's own",
  async (t) => {
    const { us, eu } = await openRegions(t);
    eu.say("lobby", "Ben", "before Ana came");
    const ana = await openTab(t, us.url);
    await signIn(ana, "Ana");
    await say(ana, "my own");
    await seen(ana, "my own", "stored");
    const spoken = (text: string): Promise<void> => ana.page.locator("#announcer").getByText(text).waitFor();
    eu.say("lobby", "Ben", "hello Ana");
    await ana.page.waitForFunction(() => document.querySelector("#announcer")?.textContent !== "");
    t.is(await ana.page.locator("#announcer").textContent(), "Ben: hello Ana");
    for (let n = 1; n <= 5; n++) eu.say("lobby", "Ben", `and ${n}`);
    await spoken("5 new messages");
    t.is(
      await ana.page.locator("[aria-live], [role=log], [role=status], [role=alert]").locator("li").count(),
      0,
    );
  },
);
