import test from "ava";
import * as fc from "fast-check";
import { DAMAGES_TO_MESSAGES } from "./damages-to-messages.ts";
import { DAMAGES_TO_TRUST } from "./damages-to-trust.ts";
import type { History } from "./history.ts";
import { CHECKERS, judge } from "./judge.ts";
import { tale, type Turn } from "./tale.ts";

/** One of everything, so that there is something to break whatever else is drawn. */
const OPENING: readonly Turn[] = [
  { author: 0, region: 0, room: 0, fate: "kept" },
  { author: 0, region: 1, room: 0, fate: "kept" },
  { author: 1, region: 1, room: 0, fate: "kept" },
  { author: 1, region: 2, room: 0, fate: "deleted" },
  { author: 1, region: 0, room: 0, fate: "rejected" },
  { author: 2, region: 1, room: 0, fate: "overtaken" },
];

const TURNS = fc.array(
  fc.record<Turn>({
    author: fc.constantFrom(0, 1, 2),
    region: fc.constantFrom(0, 1, 2),
    room: fc.constantFrom(0, 1),
    fate: fc.constantFrom("kept", "repeated", "overtaken", "deleted", "rejected", "given up"),
  }),
  { maxLength: 12 },
);

const RUNS = { numRuns: 60 };

function tales(): fc.Arbitrary<History> {
  return TURNS.map((turns) => tale([...OPENING, ...turns]));
}

test("[I1] [I2] [I3] [I4] [I5] [I6] [I7] [I8] [I9] [I10] a history in which every promise was kept is accepted", (t) => {
  fc.assert(
    fc.property(tales(), (history) => {
      t.deepEqual(judge(history), []);
    }),
    RUNS,
  );
  t.pass();
});

for (const { name, promise, wreck } of [...DAMAGES_TO_MESSAGES, ...DAMAGES_TO_TRUST]) {
  test(`[${promise}] refused: ${name}`, (t) => {
    fc.assert(
      fc.property(tales(), (history) => {
        // The second message: its author had seen the first one.
        const message = history.store.messages[1];
        if (message === undefined) return t.fail();
        const violations = CHECKERS[promise](wreck(history, message));
        t.true(violations.length > 0);
        t.true(violations.every((violation) => violation.promise === promise));
      }),
      RUNS,
    );
  });
}

test("a history that went through a file is judged the same", (t) => {
  const history = tale(OPENING);
  const bad: History = { ...history, finals: history.finals.map((final) => ({ ...final, messages: [] })) };
  t.deepEqual(judge(JSON.parse(JSON.stringify(bad))), judge(bad));
  t.true(judge(bad).length > 0);
});
