import test from "ava";
import { branded } from "../../sync/brand.ts";
import type { Room } from "../../sync/names.ts";
import { connectionSays, isInSight, seen, signIn, textsOf, withBrowser } from "./weather.ts";

const { openRegions, openTab } = withBrowser(test);

/** What us tells of itself and of eu, which wrote nine documents, when it has so many of them. */
const having = (documents: number) => [
  { name: "us", origin: "a".repeat(26), state: "here", seen: { eeeeeeee: documents } } as const,
  { name: "eu", origin: "e".repeat(26), written: 9 } as const,
];

test.serial(
  "[S15] a late message stands where it belongs, and says how late it came and from where",
  async (t) => {
    const { us } = await openRegions(t);
    const late = us.say("lobby", "Ben", "late");
    us.say("lobby", "Ben", "in time");
    us.messages = us.messages.filter(({ id }) => id !== late.id);
    const ana = await openTab(t, us.url);
    await seen(ana, "in time", "stored");
    us.happened({ type: "message", message: { ...late, region: "eu", state: "stored" }, lateMs: 14_000 });
    await ana.page.getByText("arrived 14s late from eu").waitFor();
    t.deepEqual(await textsOf(ana), ["late", "in time"]);
  },
);

test.serial(
  "[S15] a late message out of sight is unread until somebody has seen it, and a button leads there",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("lobby", "Ben", "in time");
    const late = us.say("lobby", "Ben", "late");
    for (let n = 1; n <= 40; n++) us.say("lobby", "Maren", `text ${n}`);
    us.messages = us.messages.filter(({ id }) => id !== late.id);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 40", "stored");
    us.happened({ type: "message", message: { ...late, region: "eu", state: "stored" }, lateMs: 3_000 });
    await ana.page.getByRole("button", { name: "1 message came late" }).waitFor();
    t.is(await ana.page.title(), "(1) lobby · us");
    await ana.page.getByRole("button", { name: "1 message came late" }).click();
    await ana.page.locator("#late").waitFor({ state: "detached" });
    t.true(await isInSight(ana, "late"));
    t.is(await ana.page.title(), "lobby · us");
  },
);

test.serial(
  "[S15] one that stands above all that the page has is unread too, and the button goes there",
  async (t) => {
    const { us } = await openRegions(t);
    us.say("lobby", "Ben", "in time");
    const late = us.say("lobby", "Ben", "late");
    for (let n = 1; n <= 120; n++) us.say("lobby", "Maren", `text ${n}`);
    us.messages = us.messages.filter(({ id }) => id !== late.id);
    const ana = await openTab(t, us.url);
    await seen(ana, "text 120", "stored");
    us.happened({ type: "message", message: { ...late, region: "eu", state: "stored" }, lateMs: 600_000 });
    await ana.page.getByRole("button", { name: "1 message came late" }).press("Enter");
    await ana.page.locator("#late").waitFor({ state: "detached" });
    t.true(await isInSight(ana, "late"));
    await ana.page.getByText("arrived 10 mins late from eu").waitFor();
    t.is(await ana.page.title(), "lobby · us");
    t.true(await ana.page.evaluate(() => document.activeElement?.matches(".line")), "the focus is not lost");
    await ana.page.getByRole("button", { name: "To the newest" }).click();
    await seen(ana, "text 120", "stored");
    t.true(await isInSight(ana, "text 120"));
    t.deepEqual(ana.faults, []);
  },
);

test.serial("[I8] who is here is told of every region, and is unknown where nobody can know", async (t) => {
  const { us, store } = await openRegions(t);
  const lobby = branded<Room>("lobby");
  const inLobby = (...names: readonly string[]) => [{ room: lobby, names }];
  us.regionList = [
    { name: "us", state: "here", here: inLobby("Ana", "Ben") },
    { name: "eu", origin: "e".repeat(26), here: inLobby("Chloé") },
    { name: "ap", origin: "b".repeat(26), state: "silent", here: inLobby("Kenji") },
  ];
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  const people = ana.page.locator("#people li");
  await people.filter({ hasText: "you" }).waitFor();
  t.deepEqual(await people.allTextContents(), ["Anayouus", "Benus", "Chloéeu"]);
  t.is(await ana.page.locator("#people-unknown").textContent(), "unknown (ap not reachable)");
  store.setAway(true);
  await ana.page.getByText("unknown (eu, ap not reachable)").waitFor();
  t.deepEqual(await people.allTextContents(), ["Anayouus", "Benus"]);
  await us.stop();
  await ana.page.getByText("unknown (us, eu, ap not reachable)").waitFor();
  t.is(await people.count(), 0);
  t.deepEqual(ana.faults, []);
});

test.serial("[I8] how far ours is behind another region is said, until it has caught up", async (t) => {
  const { us, store } = await openRegions(t);
  us.regionList = having(2);
  const ana = await openTab(t, us.url);
  await signIn(ana, "Ana");
  await connectionSays(ana, "Live");
  store.tell({ type: "regions" });
  await connectionSays(ana, "Behind: 7 messages from eu are not here yet");
  us.regionList = having(9);
  store.tell({ type: "regions" });
  await connectionSays(ana, "Live");
  t.deepEqual(ana.faults, []);
});
