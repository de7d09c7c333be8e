import test from "ava";
import { messageDocument } from "../../sync/document.ts";
import { messageId, orderParts, type OrderKey } from "../../sync/names.ts";
import { LOBBY, messageOf, mid, orderAt, rowOf } from "./names.ts";
import { Conversation } from "./region-under-test.ts";

test("[HI1] pages go both ways and say whether there is more", (t) => {
  const us = new Conversation().live();
  const numbers = [1, 2, 3, 4, 5];
  us.store.write(numbers.map((n) => messageDocument(messageOf(n))));
  us.changed(...numbers.map((n) => rowOf(messageOf(n))));
  us.resume();
  const page = (query: object) => {
    const { page: local } = us.region.pages.local({ room: LOBBY, limit: 2, ...query });
    return [...local.messages.map(({ order }) => orderParts(order).n), local.hasOlder, local.hasNewer];
  };
  t.deepEqual(page({}), [4, 5, true, false]);
  t.deepEqual(page({ before: orderAt(4) }), [2, 3, true, true]);
  t.deepEqual(page({ before: orderAt(2) }), [1, false, true]);
  t.deepEqual(page({ after: orderAt(2) }), [3, 4, true, true]);
  t.deepEqual(page({ after: orderAt(4) }), [5, true, false]);
});

test("[HI2] [HI3] a page joins the store with what is only here, each mid once, nothing deleted", (t) => {
  const us = new Conversation().live();
  us.store.write([1, 2, 3].map((n) => messageDocument(messageOf(n))));
  us.store.write([messageDocument(messageOf(4, { mid: mid(1) }))]);
  us.changed({ id: messageId(LOBBY, orderAt(2)) });
  us.say(50);
  const query = { room: LOBBY, limit: 10 };
  const { page, missing } = us.region.pages.local(query);
  t.true(page.incomplete);
  const whole = us.region.pages.complete(query, missing === undefined ? [] : us.store.range(missing));
  t.deepEqual(
    whole.messages.map(({ text }) => text),
    ["message 1", "message 3", "Ann's 50"],
  );
  t.deepEqual([whole.hasOlder, whole.hasNewer, whole.incomplete], [false, false, false]);
});

test("[HI4] [S23] behind a run of documents that are no messages the history goes on", (t) => {
  const us = new Conversation().live();
  us.store.write([1, 2, 3, 4, 5].map((n) => messageDocument(messageOf(n))));
  us.store.write([6, 7, 8, 9].map((n) => ({ _id: messageId(LOBBY, orderAt(n)), kind: "note" })));
  const query = { room: LOBBY, limit: 2, before: orderAt(20) };
  const read = (before: OrderKey) => {
    const { missing } = us.region.pages.local({ ...query, before });
    return us.region.pages.complete(
      { ...query, before },
      missing === undefined ? [] : us.store.range(missing),
    );
  };
  const blank = read(query.before);
  t.like(blank, { messages: [], hasOlder: true, reached: orderAt(6) });
  const next = read(blank.reached ?? query.before);
  t.deepEqual(
    next.messages.map(({ text }) => text),
    ["message 4", "message 5"],
  );
  t.is(next.reached, undefined);
});
