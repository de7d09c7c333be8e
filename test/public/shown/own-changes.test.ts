import test from "ava";
import type { OutboxEntry } from "../../../public/client/outbox.ts";
import { Lines, type Line } from "../../../public/shown/lines.ts";
import { search } from "../../../public/shown/search.ts";
import type { WireMessage } from "../../../sync/message.ts";
import { changeAt, lobby, messageAt, midOf } from "../messages.ts";

const AT = 1_700_000_000_000;

function entryOf(n: number, other: Partial<OutboxEntry> = {}): OutboxEntry {
  const said = { room: lobby, mid: midOf(n), text: `text ${n}`, name: "Ana", at: AT + n };
  return { ...said, state: { type: "waiting" }, ...other };
}

const editOf = (n: number, of: number, other: Partial<OutboxEntry> = {}): OutboxEntry =>
  entryOf(n, { change: { type: "edit", mid: midOf(of) }, ...other });
const deletionOf = (n: number, of: number): OutboxEntry =>
  entryOf(n, { text: "", change: { type: "delete", mid: midOf(of) } });

function linesOf(messages: readonly WireMessage[], outbox: readonly OutboxEntry[], lines = new Lines()) {
  return lines.of({ room: lobby, messages, outbox, isMine: () => true, mayChange: () => true });
}

const shortOf = (lines: readonly Line[]): string[] =>
  lines.map(({ text, state, withdrawnAt }) => `${withdrawnAt === undefined ? text : "withdrawn"}: ${state}`);

const runs = (messages: readonly WireMessage[]): boolean[] =>
  linesOf(messages, []).map(({ isContinued }) => isContinued);

test("what somebody does to a message is shown at once with its state, in the same line", (t) => {
  const messages = [messageAt(1), messageAt(2)];
  const [before] = linesOf(messages, []);
  const [edited, other, ...more] = linesOf(messages, [editOf(5, 1)]);
  t.like(edited, { text: "text 5", state: "waiting", editedAt: AT + 5, key: before?.key ?? "" });
  t.deepEqual(shortOf(other === undefined ? [] : [other]), ["text 2: stored"]);
  t.deepEqual(more, []);
  t.deepEqual(shortOf(linesOf(messages, [editOf(5, 1), deletionOf(6, 1), editOf(7, 1)])), [
    "withdrawn: waiting",
    "text 2: stored",
  ]);
  t.deepEqual(shortOf(linesOf(messages, [editOf(5, 1, { state: { type: "accepted" } })])), [
    "text 5: accepted",
    "text 2: stored",
  ]);
});

test("what is done to a message that waits itself is done in its line", (t) => {
  const posted = entryOf(1, { state: { type: "waiting", wasPosted: true } });
  t.deepEqual(shortOf(linesOf([], [posted, editOf(2, 1)])), ["text 2: waiting"]);
  t.deepEqual(shortOf(linesOf([], [posted, deletionOf(2, 1)])), ["withdrawn: waiting"]);
});

test("[I8] once a region has told of a change it is told no more from here, and its state is the change's", (t) => {
  const waiting = editOf(5, 1, { text: "edited" });
  const told = changeAt(5, 1, "edit", { text: "edited", state: "accepted" });
  const [line] = linesOf([messageAt(1), told], [waiting]);
  t.like(line, { text: "edited", state: "accepted", editedAt: told.at });
  t.is(linesOf([messageAt(1), { ...told, state: "stored" }], [])[0]?.state, "stored");
});

test("[CH11] what was taken back stays so, whatever waits here", (t) => {
  t.deepEqual(shortOf(linesOf([messageAt(1), changeAt(4, 1, "delete")], [editOf(5, 1)])), [
    "withdrawn: stored",
  ]);
});

test("a change that no region took leaves the message as it stands, and says so", (t) => {
  const failed = editOf(5, 1, { state: { type: "rejected", reason: "Too long." } });
  const [line] = linesOf([messageAt(1)], [failed]);
  t.like(line, { text: "text 1", state: "stored", editedAt: undefined });
  t.is(line?.failed, failed);
  t.like(linesOf([messageAt(1)], [failed, editOf(6, 1)])[0], { text: "text 6", state: "waiting", failed });
});

test("a changed line is the same thing for as long as nothing about it changes", (t) => {
  const lines = new Lines();
  const messages = [
    messageAt(1),
    changeAt(4, 1, "edit"),
    messageAt(2),
    changeAt(5, 2, "delete"),
    messageAt(3),
  ];
  const outbox = [editOf(6, 3)];
  const first = linesOf(messages, outbox, lines);
  const again = linesOf([...messages], [...outbox], lines);
  t.is(first.length, 3);
  for (const [place, line] of first.entries()) t.is(again[place], line);
});

test("a run goes on over what was changed as if nothing had been done to it", (t) => {
  const plain = [messageAt(1), messageAt(2), messageAt(3)];
  const hour = 3_600_000;
  const late = { at: AT + hour, region: "eu" };
  const changed = [plain[0], changeAt(9, 1, "edit", late), ...plain.slice(1)].flatMap((one) => one ?? []);
  t.deepEqual(runs(changed), runs(plain));
  t.deepEqual(runs(plain), [false, true, true]);
});

test("what was taken back is found by nobody who searches for it, nor may it be changed", (t) => {
  const lines = linesOf([messageAt(1, { text: "regrettable" }), changeAt(4, 1, "delete"), messageAt(2)], []);
  t.deepEqual(search(lines, "regrettable"), []);
  t.deepEqual(
    lines.map(({ mayChange }) => mayChange),
    [false, true],
  );
});

test("nobody's own changes are done to what another one said under the same mid", (t) => {
  const lines = new Lines().of({
    room: lobby,
    messages: [messageAt(1)],
    outbox: [editOf(5, 1)],
    isMine: () => false,
  });
  t.deepEqual(shortOf(lines), ["text 1: stored"]);
});
