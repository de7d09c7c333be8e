import test from "ava";
import * as fc from "fast-check";
import { Timeline } from "../../../public/shown/timeline.ts";
import type { Edited } from "../../../public/shown/edits.ts";
import { lobby, messageAt, orderOf } from "../messages.ts";

const edited = (n: number, order: number): Edited => ({
  type: "edited",
  room: lobby,
  id: messageAt(n).id,
  order: orderOf(order),
  text: `text ${n} as of ${order}`,
  at: 1_700_000_000_000 + order,
});

test("[I4] of several changes the last one is shown, whichever of them and of their message came first", (t) => {
  const events = [
    { type: "message", message: messageAt(1) } as const,
    { type: "message", message: messageAt(2) } as const,
    edited(1, 5),
    edited(1, 7),
    edited(2, 6),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray([...events, ...events], { minLength: 10 }), (told) => {
      const timeline = new Timeline(lobby);
      for (const event of told) timeline.take([event]);
      t.deepEqual(
        timeline.messages().map(({ text }) => text),
        ["text 1 as of 7", "text 2 as of 6"],
      );
      t.is(timeline.editedAt(messageAt(1).id), 1_700_000_000_007);
    }),
    { numRuns: 60 },
  );
});

test("[S22] a change does not bring back what was deleted, nor does it make a message", (t) => {
  const timeline = new Timeline(lobby);
  timeline.take([
    { type: "message", message: messageAt(1) },
    { type: "deleted", room: lobby, id: messageAt(1).id },
    edited(1, 5),
    edited(2, 6),
  ]);
  t.deepEqual(timeline.messages(), []);
});

test("an edited message keeps its place and state, and is the same thing when it is told again", (t) => {
  const timeline = new Timeline(lobby);
  timeline.take([{ type: "message", message: messageAt(1, { state: "accepted" }) }, edited(1, 5)]);
  const [shown] = timeline.messages();
  t.like(shown, { state: "accepted", order: orderOf(1), text: "text 1 as of 5" });
  t.deepEqual(timeline.take([{ type: "message", message: messageAt(1, { state: "accepted" }) }]), []);
  t.is(timeline.messages()[0], shown);
});
