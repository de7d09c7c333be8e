import test from "ava";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import { itemsOf, Lines, type Line } from "../../../public/shown/lines.ts";
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

function linesWith(messages: readonly WireMessage[], outbox: readonly OutboxEntry[]): readonly Line[] {
  return new Lines().of({ room: lobby, messages, outbox, isMine });
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

test("a line is the same thing for as long as nothing about it changes, and another one when something does", (t) => {
  const lines = new Lines();
  const [one, two] = [messageAt(1), messageAt(2, { state: "accepted" })];
  const draw = (messages: readonly WireMessage[], lateMs?: number) =>
    lines.of({ room: lobby, messages, outbox: [], isMine, lateMs: () => lateMs });
  const [first, second] = draw([one, two]);
  const [firstAgain, secondStored] = draw([one, { ...two, state: "stored" }]);
  t.is(firstAgain, first);
  t.not(secondStored, second);
  const [firstEdited] = draw([{ ...one, text: "what an admin made of it" }]);
  t.is(firstEdited?.key, first?.key);
  t.is(firstEdited?.text, "what an admin made of it");
  t.is(draw([one], 14_000)[0]?.lateMs, 14_000);
});

test("each day begins once, unread ones begin with a mark, and neither lets a run go on over it", (t) => {
  const lines = linesWith(
    [1, 2, 3, 4].map((n) => messageAt(n)),
    [],
  );
  const days = new Map([1, 1, 2, 1].map((day, place) => [messageAt(place + 1).at, day]));
  const items = itemsOf(lines, messageAt(2).id, (at) => days.get(at) ?? 0);
  const drawn = items.map((item) =>
    item.type === "line" ? `${item.line.text} ${item.isContinued}` : item.key,
  );
  t.deepEqual(drawn, [
    "day 1",
    "text 1 false",
    "new",
    "text 2 false",
    "day 2",
    "text 3 false",
    "text 4 true",
  ]);
});

test("what somebody does is told as what they do, and what is long is folded", (t) => {
  const [wave, long, tall, short] = linesWith(
    ["/me waves", "a".repeat(1_201), "a\n".repeat(15), "a".repeat(1_200)].map((text, n) =>
      messageAt(n, { text }),
    ),
    [],
  );
  t.like(wave, { isAction: true, pieces: [{ type: "text", text: "waves" }] });
  t.deepEqual(
    [wave, long, tall, short].map((line) => line?.isLong),
    [false, true, true, false],
  );
});
