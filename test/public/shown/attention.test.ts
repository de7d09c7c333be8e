import test from "ava";
import { Attention } from "../../../public/shown/attention.ts";
import { messageAt, orderOf } from "../messages.ts";

const nobody = (): boolean => false;
const page = [1, 2, 3, 4].map((n) => messageAt(n));

test("of a room one has never been to nothing is unread; later everything that is newer than the last look", (t) => {
  const attention = new Attention();
  attention.opened(page.slice(0, 2), nobody);
  t.is(attention.unread, 0);
  t.is(attention.lookedTo, orderOf(2));
  const back = new Attention(attention.lookedTo);
  back.opened(page, nobody);
  t.is(back.unread, 2);
  t.is(back.mark, messageAt(3).id);
  const own = new Attention(orderOf(2));
  own.opened(page, () => true);
  t.is(own.unread, 0);
});

test("the mark stays where it is while one reads, and goes when one looks away with nothing unread", (t) => {
  const attention = new Attention(orderOf(1));
  attention.arrived([messageAt(2)]);
  attention.arrived([messageAt(3)]);
  t.is(attention.mark, messageAt(2).id);
  attention.looked(page.slice(0, 3));
  t.is(attention.unread, 0);
  t.is(attention.mark, messageAt(2).id);
  attention.lookedAway();
  t.is(attention.mark, undefined);
  attention.arrived([messageAt(4)]);
  attention.lookedAway();
  t.is(attention.mark, messageAt(4).id);
});

test("[S15] a late message counts as unread wherever it stands, and does not move the mark", (t) => {
  const attention = new Attention(orderOf(3));
  attention.arrived([messageAt(1)]);
  t.is(attention.unread, 1);
  t.is(attention.mark, undefined);
  attention.arrived([messageAt(4)]);
  t.is(attention.unread, 2);
  t.is(attention.mark, messageAt(4).id);
  attention.looked(page);
  t.is(attention.unread, 1, "who sees the end has not seen what came to stand further up");
  t.deepEqual(attention.late, [messageAt(1)]);
  attention.gone(messageAt(1).id);
  t.is(attention.unread, 0);
});

test("[C8] what was looked at in another tab is not unread in this one", (t) => {
  const attention = new Attention(orderOf(1));
  attention.arrived(page);
  attention.lookedElsewhere(orderOf(1));
  t.is(attention.unread, 4);
  attention.lookedElsewhere(orderOf(4));
  t.is(attention.unread, 0);
});

test("[I6] a thousand unread are as many as are counted", (t) => {
  const attention = new Attention(orderOf(1));
  attention.arrived(Array.from({ length: 1_500 }, (_, n) => messageAt(n + 2)));
  t.is(attention.unread, 1_000);
});
