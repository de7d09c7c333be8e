import test from "ava";
import { connectionSays, say, seen, signIn, textsOf, withBrowser } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

test.serial(
  "[I2] a message typed in one region shows in both, once, at once and without a reload",
  async (t) => {
    const { us, eu } = await openRegions(t);
    const [ana, ben] = [await openTab(t, us.url), await openTab(t, eu.url)];
    await signIn(ana, "Ana");
    await signIn(ben, "Ben");
    await say(ana, "Is the kettle on?");
    await seen(ben, "Is the kettle on?", "stored");
    await say(ben, "It sings.");
    await seen(ana, "It sings.", "stored");
    await seen(ana, "Is the kettle on?", "stored");
    for (const tab of [ana, ben]) {
      t.deepEqual(await textsOf(tab), ["Is the kettle on?", "It sings."]);
      t.deepEqual(await tab.page.locator("#messages .name").allTextContents(), ["Ana", "Ben"]);
      t.deepEqual(await tab.page.locator("#messages .origin").allTextContents(), ["us", "eu"]);
      t.deepEqual(tab.faults, []);
    }
    t.is(await ana.page.title(), "lobby · us");
    t.is(await ben.page.title(), "lobby · eu");
  },
);

test.serial(
  "[I8] [S1] while the store is away messages are accepted, then stored, in the same node; the line says so",
  async (t) => {
    const { us, eu, store } = await openRegions(t);
    const [ana, ben] = [await openTab(t, us.url), await openTab(t, eu.url)];
    await signIn(ana, "Ana");
    await connectionSays(ana, "Live");
    store.setAway(true);
    await connectionSays(
      ana,
      "The store is away: messages from other regions may be late; yours are safe here, 0 waiting.",
    );
    await ana.page.locator("#announcer").filter({ hasText: "The store is away" }).waitFor();
    await say(ana, "Anyone?");
    await seen(ana, "Anyone?", "accepted");
    await connectionSays(ana, "1 waiting");
    const node = await ana.page.locator("#messages .line").elementHandle();
    t.is(await node?.evaluate((line) => line.querySelector(".state")?.textContent), "✓ accepted");
    t.deepEqual(await textsOf(ben), []);
    store.setAway(false);
    await seen(ana, "Anyone?", "stored");
    await seen(ben, "Anyone?", "stored");
    t.is(
      await node?.evaluate((line) => line.isConnected && line.querySelector(".state")?.textContent),
      "✓✓ stored",
    );
    await connectionSays(ana, "Live");
    t.deepEqual(ana.faults, []);
  },
);

test.serial(
  "[C1] [I3] what was written while the region was gone is there at once, waits, and is posted in its order",
  async (t) => {
    const { us, eu } = await openRegions(t);
    const [ana, ben] = [await openTab(t, us.url), await openTab(t, eu.url)];
    await signIn(ana, "Ana");
    await say(ana, "before");
    await seen(ana, "before", "stored");
    await us.stop();
    await connectionSays(ana, "us does not answer.");
    await say(ana, "one");
    await say(ana, "two");
    await seen(ana, "two", "waiting");
    await connectionSays(ana, "2 messages wait to be sent.");
    await us.start();
    await seen(ana, "two", "stored");
    await connectionSays(ana, "Live");
    t.deepEqual(await textsOf(ana), ["before", "one", "two"]);
    await seen(ben, "two", "stored");
    t.deepEqual(await textsOf(ben), ["before", "one", "two"]);
  },
);

test.serial("[R10] what a region had accepted and lost is posted again, and shown once", async (t) => {
  const { us, store } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  store.setAway(true);
  await say(ana, "fragile");
  await seen(ana, "fragile", "accepted");
  store.forgetOutbox();
  us.loseAccepted();
  await us.stop();
  await us.start();
  store.setAway(false);
  await seen(ana, "fragile", "stored");
  t.deepEqual(await textsOf(ana), ["fragile"]);
  t.deepEqual(
    us.messages.map((message) => message.text),
    ["fragile"],
  );
});

test.serial("a message that is refused says why, and can be edited again", async (t) => {
  const { us } = await openRegions(t);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await say(ana, "refuse this");
  await seen(ana, "refuse this", "rejected");
  t.is(
    await ana.page.locator("#composer-fault").textContent(),
    "Not sent: The region does not take this text.",
  );
  await ana.page.getByRole("button", { name: "Edit again" }).press("Enter");
  t.deepEqual(await textsOf(ana), []);
  t.is(await ana.page.getByLabel("Message", { exact: true }).inputValue(), "refuse this");
});

test.serial("[S22] what an admin deletes disappears from every page", async (t) => {
  const { us, eu, store } = await openRegions(t);
  us.say("lobby", "Ana", "regrettable");
  us.say("lobby", "Ana", "fine");
  const [ana, ben] = [await openTab(t, us.url), await openTab(t, eu.url)];
  for (const tab of [ana, ben]) await seen(tab, "regrettable", "stored");
  store.delete("regrettable");
  for (const tab of [ana, ben]) {
    await tab.page.getByText("regrettable").waitFor({ state: "detached" });
    t.deepEqual(await textsOf(tab), ["fine"]);
  }
});

test.serial("the address names the room", async (t) => {
  const { us } = await openRegions(t);
  us.say("kitchen", "Ana", "soup");
  us.say("lobby", "Ana", "hello");
  const ana = await openTab(t, `${us.url}/#kitchen`);
  await seen(ana, "soup", "stored");
  t.deepEqual(await textsOf(ana), ["soup"]);
  await ana.page.goto(`${us.url}/#lobby`);
  await seen(ana, "hello", "stored");
  t.deepEqual(await textsOf(ana), ["hello"]);
  t.is(await ana.page.title(), "lobby · us");
});

test.serial(
  "what a page shows first is asked for once, for all of its rooms, before its script is there",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("kitchen", "Ana", "soup");
    us.say("lobby", "Ana", "hello");
    const ana = await openTab(t, `${us.url}/#lobby`);
    await seen(ana, "hello", "stored");
    await ana.page.goto(`${us.url}/#kitchen`);
    await seen(ana, "soup", "stored");
    const asked: string[] = [];
    ana.page.on("request", (request) => asked.push(request.url().replace(us.url, "")));
    await ana.page.reload();
    await seen(ana, "soup", "stored");
    const first = asked.filter((path) => path.includes("/sync?") && !path.includes("cursor="));
    t.deepEqual(first, ["/api/v1/sync?rooms=kitchen%2Clobby&timeout=0"]);
    t.deepEqual(ana.faults, []);
  },
);
