import test from "ava";
import type { WireMessage } from "../../sync/message.ts";
import { order, posted, room, shownFor } from "./conversation.ts";
import { messageId } from "../../sync/names.ts";
import type { Post, Showing } from "./evidence.ts";
import { judge } from "./judge.ts";

const ann1 = posted(1, "ann");
const bob2 = posted(2, "bob");
const ann3 = posted(3, "ann");
const posts = [ann1, bob2, ann3];
const all = posts.map(shownFor);

function showing(region: string, given: Partial<Showing> = {}): Showing {
  return { region, reader: all, history: all, repeats: [], ...given };
}

/** The faults found when r2's reader shows this, r1 being without fault; `kind where` each. */
function found(reader: readonly WireMessage[], judged: readonly Post[] = posts): string[] {
  const { faults } = judge(judged, [showing("r1"), showing("r2", { reader })]);
  return faults.map(({ kind, where }) => `${kind}, ${where}`);
}

function without(message: Post): WireMessage[] {
  return all.filter(({ mid }) => mid !== message.mid);
}

test("a conversation shown as it was posted is without fault, and every digest is the same", (t) => {
  const { faults, digests } = judge(posts, [showing("r1"), showing("r2")]);
  t.deepEqual(faults, []);
  t.is(new Set(digests.flatMap(({ reader, history }) => [reader, history])).size, 1);
});

test("[I1] an acknowledged message that one reader does not show is lost there", (t) => {
  t.deepEqual(found(without(bob2)), ["lost, r2 reader", "disagreement, r2 reader"]);
});

test("[I1] a message that only a history lacks is lost too", (t) => {
  const { faults } = judge(posts, [showing("r1"), showing("r2", { history: without(ann1) })]);
  t.deepEqual(
    faults.map(({ kind, where, message }) => [kind, where, kind === "lost" ? message : ""]),
    [
      ["lost", "r2 history", ann1.mid],
      ["disagreement", "r2 history", ""],
    ],
  );
});

test("[I1] a message that was refused or never answered need not be shown", (t) => {
  const refused: Post = { ...posted(4, "cy"), outcome: { type: "refused", code: "invalid-field" } };
  t.deepEqual(found(all, [...posts, refused]), []);
  const unanswered: Post = { ...posted(4, "cy"), outcome: { type: "unanswered" } };
  t.deepEqual(found(all, [...posts, unanswered]), ["unanswered, answers"]);
});

test("[I2] one message under two ids is shown twice", (t) => {
  const again = { ...shownFor(ann3), id: messageId(room, order(4)), order: order(4) };
  t.deepEqual(found([...all, again]), ["twice, r2 reader", "disagreement, r2 reader"]);
  const { faults } = judge(posts, [showing("r1", { reader: [...all, shownFor(ann3)] })]);
  t.true(faults.some(({ kind, where }) => kind === "twice" && where === "r1 reader"));
});

test("[I2] a message handed over again is a fault even though it is shown once", (t) => {
  const { id } = shownFor(bob2);
  const { faults } = judge(posts, [showing("r1", { repeats: [id] })]);
  t.deepEqual(faults, [{ kind: "twice", where: "r1 reader", message: id }]);
});

test("[I3] a sender's messages shown in another order than sent are out of order", (t) => {
  const turned = [ann3, bob2, ann1].map(shownFor);
  t.true(found(turned).includes("out of order, r2 reader"));
});

test("[I3] order keys against a sender's own order are out of order everywhere", (t) => {
  const later: Post = { ...ann1, outcome: { type: "acknowledged", order: order(9) } };
  const reader = [bob2, ann3, later].map(shownFor);
  const { faults } = judge([later, bob2, ann3], [showing("r1", { reader, history: reader })]);
  t.deepEqual(
    faults.map(({ kind, where }) => `${kind}, ${where}`),
    ["out of order, answers", "out of order, r1 reader", "out of order, r1 history"],
  );
});

test("[I3] a reply that sorts before what it answers is out of order", (t) => {
  const reply: Post = { ...bob2, after: order(7) };
  t.deepEqual(found(all, [ann1, reply, ann3]), ["out of order, answers"]);
});

test("[I3] a page that is not in the order of its keys is out of order, whoever wrote it", (t) => {
  t.true(found([bob2, ann1, ann3].map(shownFor)).includes("out of order, r2 reader"));
});

test("[I4] regions that show different texts disagree", (t) => {
  const other = all.map((message, place) => (place === 1 ? { ...message, text: "other" } : message));
  t.deepEqual(found(other), ["altered, r2 reader", "disagreement, r2 reader"]);
});

test("[I4] a region whose reader and history differ disagrees with itself", (t) => {
  const { faults } = judge(posts, [showing("r1", { history: without(ann3) })]);
  t.true(faults.some(({ kind, where }) => kind === "disagreement" && where === "r1 history"));
});

test("[I5] a message that nobody posted, or that was refused, is altered", (t) => {
  t.true(found([...all, shownFor(posted(8, "eve"))]).includes("altered, r2 reader"));
  const refused: Post = { ...ann3, outcome: { type: "refused", code: "invalid-field" } };
  t.true(found(all, [ann1, bob2, refused]).includes("altered, r2 reader"));
});

test("[I8] a message that is still not said to be stored is told", (t) => {
  const waiting = all.map((message, place) =>
    place === 2 ? { ...message, state: "accepted" as const } : message,
  );
  t.deepEqual(found(waiting), ["not stored, r2 reader"]);
});

test("a refusal for another reason than a door's rule about texts is a fault", (t) => {
  const reused: Post = { ...posted(4, "cy"), outcome: { type: "refused", code: "mid-reused" } };
  t.deepEqual(found(all, [...posts, reused]), ["refused, answers"]);
});
