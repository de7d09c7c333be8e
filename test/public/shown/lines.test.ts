import test from "ava";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import { linesOf } from "../../../public/shown/lines.ts";
import type { WireMessage } from "../../../sync/message.ts";
import { lobby, messageAt, midOf } from "../messages.ts";

const isMine = (session: string): boolean => session.startsWith("mine");
const maren = { name: "Maren", session: "mine" };

function entryOf(n: number, state: OutboxEntry["state"]): OutboxEntry {
  return {
    room: lobby,
    mid: midOf(n),
    text: `text ${n}`,
    name: "Maren",
    at: 1_700_000_000_000 + n * 1000,
    state,
  };
}

function linesWith(
  messages: readonly WireMessage[],
  outbox: readonly OutboxEntry[],
): ReturnType<typeof linesOf> {
  return linesOf({ room: lobby, messages, outbox, isMine });
}

test("what waits stands at the end in the order it was written, and what was rejected says why", (t) => {
  const outbox = [entryOf(7, { type: "waiting" }), entryOf(8, { type: "rejected", reason: "Too long." })];
  const lines = linesWith([messageAt(1), messageAt(9)], outbox);
  t.deepEqual(
    lines.map((line) => [line.text, line.state, line.reason]),
    [
      ["text 1", "stored", undefined],
      ["text 9", "stored", undefined],
      ["text 7", "waiting", undefined],
      ["text 8", "rejected", "Too long."],
    ],
  );
});

test("an own message is one line with one key from waiting to stored, also under a new session", (t) => {
  const waiting = linesWith([], [entryOf(1, { type: "waiting" })]);
  const accepted = linesWith(
    [messageAt(1, { sender: maren, state: "accepted" })],
    [entryOf(1, { type: "accepted" })],
  );
  const again = messageAt(2, { mid: midOf(1), sender: { ...maren, session: "mine after a 401" } });
  const stored = linesWith([messageAt(1, { sender: maren }), again], []);
  t.deepEqual(
    [waiting, accepted, stored].map((lines) => lines.map((line) => `${line.key}: ${line.state}`)),
    [[`own ${midOf(1)}: waiting`], [`own ${midOf(1)}: accepted`], [`own ${midOf(1)}: stored`]],
  );
});

test("[I5] somebody else's message with an own mid is another message", (t) => {
  const lines = linesWith([messageAt(1)], [entryOf(1, { type: "waiting" })]);
  t.deepEqual(
    lines.map((line) => line.isMine),
    [false, true],
  );
});

test("a line goes on in a run only by the same author, in the same region, without a long silence", (t) => {
  const minuteMs = 60_000;
  const at = messageAt(1).at;
  const lines = linesWith(
    [
      messageAt(1),
      messageAt(2, { at: at + minuteMs }),
      messageAt(3, { at: at + 7 * minuteMs }),
      messageAt(4, { at: at + 8 * minuteMs, region: "eu" }),
      messageAt(5, { at: at + 8 * minuteMs, sender: { name: "Ana", session: "another Ana" } }),
    ],
    [],
  );
  t.deepEqual(
    lines.map((line) => line.isContinued),
    [false, true, false, false, false],
  );
});
