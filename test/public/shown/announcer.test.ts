import test from "ava";
import { Announcer } from "../../../public/shown/announcer.ts";
import { english } from "../../../public/words/english.ts";
import { ScriptedPlatform } from "../scripted-platform.ts";

test("one message is read out, several at once are counted", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  const announcer = new Announcer(
    platform,
    () => english,
    (text) => spoken.push(text),
  );
  announcer.hear("Ana", "hello");
  await platform.pass(400);
  t.deepEqual(spoken, ["Ana: hello"]);
  for (let n = 1; n <= 5; n++) announcer.hear("Ben", `text ${n}`);
  await platform.pass(3999);
  t.is(spoken.length, 1);
  await platform.pass(1);
  t.deepEqual(spoken, ["Ana: hello", "5 new messages"]);
});

test("what was read out is not kept in the page, where its author may have taken it back", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  const announcer = new Announcer(
    platform,
    () => english,
    (text) => spoken.push(text),
  );
  announcer.hear("Ana", "hello");
  await platform.pass(5_399);
  t.deepEqual(spoken, ["Ana: hello"]);
  await platform.pass(1);
  t.deepEqual(spoken, ["Ana: hello", ""]);
  await platform.pass(60_000);
  t.is(spoken.length, 2);
});

test("of a long message its beginning is read out, cut between characters", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  new Announcer(
    platform,
    () => english,
    (text) => spoken.push(text),
  ).hear("Ana", "🛋".repeat(300));
  await platform.pass(400);
  t.is(spoken[0], `Ana: ${"🛋".repeat(195)} …`);
});

test("how things stand is told with what is new, the last word of it only", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  const announcer = new Announcer(
    platform,
    () => english,
    (text) => spoken.push(text),
  );
  announcer.state("us does not answer.");
  announcer.state("Live");
  announcer.hear("Ben", "back again");
  await platform.pass(400);
  t.deepEqual(spoken, ["Live\nBen: back again"]);
  announcer.state("The store is away");
  await platform.pass(4_000);
  t.is(spoken[1], "The store is away");
});
