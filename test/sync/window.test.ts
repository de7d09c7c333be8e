import test from "ava";
import * as fc from "fast-check";
import { Pages, type PageQuery } from "../../sync/pages.ts";
import { Rooms } from "../../sync/rooms.ts";
import { Window, type Kept } from "../../sync/window.ts";
import { LOBBY, messageOf, orderAt } from "./names.ts";

/** A message that is shown, and counts how often somebody looks whether it is. */
function counted(n: number, looks: { count: number }): Kept {
  return {
    message: messageOf(n),
    state: "stored",
    get isShown() {
      looks.count++;
      return true;
    },
  };
}

function ordersOf(kept: readonly Kept[]): string[] {
  return kept.map(({ message }) => message.order);
}

test("[LI6] a page looks at no more messages of a room than fit on it", (t) => {
  const window = new Window(LOBBY, "");
  const looks = { count: 0 };
  for (let n = 1; n <= 10_000; n++) window.insert(counted(n, looks));
  looks.count = 0;
  t.deepEqual(ordersOf(window.lastShown(50, "")), ordersOf(window.kept.slice(-50)));
  t.deepEqual(ordersOf(window.lastShown(2, "", orderAt(5_000))), [orderAt(4_998), orderAt(4_999)]);
  t.deepEqual(ordersOf(window.firstShown(2, orderAt(7_000))), [orderAt(7_000), orderAt(7_001)]);
  window.latest(50);
  t.deepEqual(window.hidden(), []);
  t.deepEqual(window.retold(), []);
  t.true(looks.count < 200, `it looked at ${looks.count}`);
});

test("[LI6] a page of history looks at no more either, whichever way it goes", (t) => {
  const rooms = new Rooms();
  const looks = { count: 0 };
  for (let n = 1; n <= 10_000; n++) rooms.insert(counted(n, looks));
  rooms.touch(LOBBY).window.floor = "";
  const pages = new Pages({ rooms });
  looks.count = 0;
  const ends: Pick<PageQuery, "before" | "after">[] = [
    {},
    { before: orderAt(5_000) },
    { after: orderAt(5_000) },
  ];
  for (const end of ends) {
    const { page } = pages.local({ room: LOBBY, limit: 50, ...end });
    t.is(page.messages.length, 50);
  }
  t.true(looks.count < 200, `it looked at ${looks.count}`);
});

const DEEDS = fc.array(
  fc.record({
    n: fc.integer({ min: 1, max: 30 }),
    deed: fc.constantFrom("insert", "insert hidden", "insert retold", "hide", "show", "remove"),
  }),
  { maxLength: 60 },
);

test("[LI6] whatever was hidden, shown again, told anew or dropped is found as if all were looked at", (t) => {
  fc.assert(
    fc.property(DEEDS, fc.nat(32), fc.nat(32), fc.nat(8), fc.nat(30), (deeds, from, to, count, keep) => {
      const window = new Window(LOBBY, "");
      for (const { n, deed } of deeds) {
        const kept = window.find(orderAt(n));
        if (deed === "remove") window.remove(orderAt(n));
        else if (deed === "hide") {
          if (kept !== undefined) window.hide(kept);
        } else if (deed === "show") {
          if (kept !== undefined) kept.isShown = true;
        } else if (kept === undefined) {
          const retold = deed === "insert retold" ? ({ isRetold: true } as const) : {};
          const message = { ...messageOf(n), ...retold };
          window.insert({ message, state: "stored", isShown: deed !== "insert hidden" });
        }
      }
      window.trim(keep);
      const shown = window.kept.filter(({ isShown }) => isShown);
      const between = shown.filter(
        ({ message: { order } }) => order >= orderAt(from + 1) && order < orderAt(to + 1),
      );
      t.deepEqual(
        window.lastShown(count, orderAt(from + 1), orderAt(to + 1)),
        between.slice(Math.max(between.length - count, 0)),
      );
      t.deepEqual(window.firstShown(count, orderAt(from + 1), orderAt(to + 1)), between.slice(0, count));
      t.deepEqual(
        window.hidden(),
        window.kept.filter(({ isShown }) => !isShown),
      );
      t.deepEqual(
        window.retold(),
        shown.filter(({ message }) => message.isRetold === true),
      );
      return true;
    }),
  );
});
