import test from "ava";
import { branded } from "../../sync/brand.ts";
import { isRoom, type Room } from "../../sync/names.ts";
import { decodeLog, isChatLog, parseLog, roomFor } from "./script.ts";

const room = branded<Room>("irc-a");

test("a message is what stands behind its nick, an action is posted as /me, a notice by nobody", (t) => {
  const { lines, notices } = parseLog(
    "[10:00] <ann> hello <bob>\n=== bob is now known as rob\n[10:01]  * ann waves\n",
    room,
  );
  t.deepEqual(lines, [
    { nick: "ann", text: "hello <bob>", minute: 600 },
    { nick: "ann", text: "/me waves", minute: 601 },
  ]);
  t.is(notices, 1);
});

test("a line that is neither is counted as unreadable; an empty one is no line", (t) => {
  const { lines, unreadable } = parseLog("[10:00] ann hello\n\n[10:00 <ann> hello\n", room);
  t.deepEqual(lines, []);
  t.is(unreadable, 2);
});

test("broken UTF-8 becomes U+FFFD and is said nevertheless", (t) => {
  const bytes = Buffer.concat([
    Buffer.from("[10:00] <ann> caf"),
    Buffer.from([0xe9]),
    Buffer.from("!\r\n[10:00] <bob> ok"),
  ]);
  t.deepEqual(
    parseLog(decodeLog(bytes), room).lines.map(({ text }) => text),
    ["caf\ufffd!", "ok"],
  );
});

test("control characters are stripped as a client does, and the lines counted; a text may become empty", (t) => {
  const { lines, cleaned } = parseLog(
    "[10:00] <ann> \u0002bold\u0002\ttab\n[10:00] <bob> \u0003\n[10:00] <cy> line\u2028separator",
    room,
  );
  t.deepEqual(
    lines.map(({ text }) => text),
    ["bold\ttab", "", "line\u2028separator"],
  );
  t.is(cleaned, 2);
});

test("minutes go on after midnight, and a clock that steps back a little stands still", (t) => {
  const { lines } = parseLog("[23:58] <a> 1\n[23:57] <a> 2\n[00:01] <a> 3\n[00:02] <a> 4", room);
  t.deepEqual(
    lines.map(({ minute }) => minute),
    [1438, 1438, 1441, 1442],
  );
});

test("a chat log is told from its licence by its first line", (t) => {
  t.true(isChatLog("\n[04:46] <ann> hello"));
  t.true(isChatLog("=== ann [~ann@host] has joined #ubuntu"));
  t.false(isChatLog("Attribution 4.0 International\n=====\n[04:46] <ann> hello"));
  t.false(isChatLog("# Real chat\n[04:46] <ann> hello"));
  t.false(isChatLog(""));
});

test("every file name gives a valid room, and no two files the same", (t) => {
  const taken = new Set<Room>();
  const names = [
    "2008-04-27.train-a.raw.txt",
    "2008-04-27_train-a.raw.txt",
    "Région.txt",
    "…",
    "x".repeat(300),
    "x".repeat(301),
  ];
  for (const name of names) {
    const given = roomFor(name, taken);
    t.true(isRoom(given), given);
    t.false(taken.has(given), given);
    taken.add(given);
  }
  t.true(taken.has(branded<Room>("irc-2008-04-27-train-a")));
});
