import test from "ava";
import { Identity } from "../../sync/identity.ts";
import { KEPT_MESSAGES, KEPT_PER_ROOM, KNOWN_ORIGINS, TOMBSTONES_PER_ROOM } from "../../sync/limits.ts";
import { messageId, origin8 } from "../../sync/names.ts";
import { Origins } from "../../sync/origins.ts";
import { Rooms } from "../../sync/rooms.ts";
import { ZERO_STAMP } from "../../sync/stamp.ts";
import { branded } from "../../sync/brand.ts";
import { Window } from "../../sync/window.ts";
import { chanceOf } from "./chance.ts";
import { GARDEN, LOBBY, messageOf, orderAt, room, rowOf, stampAt, HERE, THERE } from "./names.ts";
import { Conversation } from "./region-under-test.ts";

test("[LI1] [C11] messages are bounded, quiet rooms are shortened first, what the store lacks stays", (t) => {
  const rooms = new Rooms();
  const waiting = { message: messageOf(1, { room: GARDEN }), state: "accepted", isShown: true } as const;
  rooms.insert({ ...waiting });
  const quiet = 1_000;
  for (let n = 2; n <= KEPT_MESSAGES + 1; n++) {
    const where = n <= quiet ? GARDEN : LOBBY;
    rooms.insert({ message: messageOf(n, { room: where }), state: "stored", isShown: true });
  }
  const forgotten = rooms.trim(7);
  t.true(rooms.messages <= KEPT_MESSAGES * 0.9);
  t.is(forgotten[0]?.room, GARDEN);
  t.is(forgotten.flatMap(({ ids }) => ids).length, KEPT_MESSAGES + 1 - rooms.messages);
  t.truthy(rooms.find(GARDEN)?.window.find(waiting.message.order));
  t.true((rooms.find(LOBBY)?.window.size ?? 0) >= KEPT_PER_ROOM);
});

test("[LI1] the bound of text is held too", (t) => {
  const rooms = new Rooms();
  for (let n = 1; n <= 9_000; n++)
    rooms.insert({ message: messageOf(n, { text: "x".repeat(4_000) }), state: "stored", isShown: true });
  t.true(rooms.trim(0).length > 0);
  t.true(rooms.messages < 8_000);
});

test("[LI2] rooms are bounded, and the one quiet longest goes first", (t) => {
  const rooms = new Rooms();
  for (let n = 1; n <= 10_001; n++) rooms.touch(room(`room-${n}`));
  t.is(rooms.trim(7)[0]?.room, room("room-1"));
  t.is(rooms.size, 9_000);
  t.is(rooms.arrivalsAfter(room("room-1"), 6), undefined);
  t.deepEqual(rooms.arrivalsAfter(room("room-1"), 7), []);
});

test("[LI3] a room remembers the newest deletions only", (t) => {
  const us = new Conversation().live();
  for (let n = 1; n <= TOMBSTONES_PER_ROOM + 100; n++) us.changed({ id: messageId(LOBBY, orderAt(n)) });
  const other = us.region.reading.resumeWithoutStore([LOBBY], undefined);
  t.is(other.entries.length, 0);
  const window = new Window(LOBBY, undefined);
  for (let n = 1; n <= TOMBSTONES_PER_ROOM + 100; n++) window.bury(orderAt(n), undefined);
  t.is(window.tombstones.size, TOMBSTONES_PER_ROOM);
  t.false(window.isBuried(orderAt(100)));
  t.true(window.isBuried(orderAt(101)));
});

test("[LI4] a shortened room is complete from its floor on, whatever is inserted, removed and trimmed", (t) => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = chanceOf(seed);
    const window = new Window(LOBBY, "");
    const all = new Map<string, "stored" | "accepted">();
    for (let step = 0; step < 40; step++) {
      const n = 1 + chance.below(30);
      const order = orderAt(n);
      const dice = chance.below(10);
      if (dice < 6 && !all.has(order)) {
        const state = chance.happens(0.2) ? "accepted" : "stored";
        all.set(order, state);
        window.insert({ message: messageOf(n), state, isShown: true });
      } else if (dice < 8) {
        all.delete(order);
        window.remove(order);
      } else {
        for (const { message, state } of window.trim(chance.below(10))) {
          t.is(state, "stored");
          t.false(window.covers(message.order), `seed ${seed}`);
        }
      }
      const { floor } = window;
      if (floor === undefined) continue;
      const expected = [...all.keys()].filter((one) => one >= floor).sort();
      t.is(
        window
          .shown(floor)
          .map(({ message }) => message.order)
          .join(),
        expected.join(),
        `seed ${seed}`,
      );
    }
  }
});

test("[LI5] [R12] origins are bounded, and our own is never forgotten", (t) => {
  const own = origin8(HERE);
  const origins = new Origins(new Identity(HERE), [], []);
  origins.slots(own).fill(1, stampAt(0));
  origins.slots(origin8(THERE)).fill(1, stampAt(1));
  for (let n = 0; n < KNOWN_ORIGINS; n++)
    origins.slots(branded(String(n).padStart(8, "0"))).fill(1, stampAt(2 + n));
  t.is(origins.all().length, KNOWN_ORIGINS);
  t.is(origins.seenOf(own), stampAt(0));
  t.is(origins.seenOf(origin8(THERE)), ZERO_STAMP);
});

test("[TI1] the same events give the same effects", (t) => {
  t.deepEqual(JSON.parse(JSON.stringify(told())), JSON.parse(JSON.stringify(told())));
});

function told(): unknown {
  const us = new Conversation().live();
  return [us.say(1), us.changed(rowOf(messageOf(1))), us.tick(), us.tick(60_000)];
}
