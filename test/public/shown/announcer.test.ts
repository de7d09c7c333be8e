import test from "ava";
import { Announcer } from "../../../public/shown/announcer.ts";
import { ScriptedPlatform } from "../scripted-platform.ts";

test("one message is read out, several at once are counted", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  const announcer = new Announcer(platform, (text) => spoken.push(text));
  announcer.hear("Ana", "hello");
  await platform.pass(400);
  t.deepEqual(spoken, ["Ana: hello"]);
  for (let n = 1; n <= 5; n++) announcer.hear("Ben", `text ${n}`);
  await platform.pass(3999);
  t.is(spoken.length, 1);
  await platform.pass(1);
  t.deepEqual(spoken, ["Ana: hello", "5 new messages"]);
});

test("of a long message its beginning is read out, cut between characters", async (t) => {
  const platform = new ScriptedPlatform();
  const spoken: string[] = [];
  new Announcer(platform, (text) => spoken.push(text)).hear("Ana", "🛋".repeat(300));
  await platform.pass(400);
  t.is(spoken[0], `Ana: ${"🛋".repeat(195)} …`);
});
