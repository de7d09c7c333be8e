import test from "ava";
import * as fc from "fast-check";
import { applyChanges } from "../../../public/shown/changes.ts";
import { Timeline } from "../../../public/shown/timeline.ts";
import type { WireMessage } from "../../../sync/message.ts";
import type { ReaderEvent } from "../../../sync/wire.ts";
import { changeAt, lobby, messageAt } from "../messages.ts";

function shownOf(messages: readonly WireMessage[]): string[] {
  const sorted = messages.toSorted((one, other) => (one.order < other.order ? -1 : 1));
  return applyChanges(sorted).map(({ text, withdrawn }) => (withdrawn === undefined ? text : "withdrawn"));
}

test("[CH11] of the edits of a message the latest is shown, wherever it came from, and says what was there before", (t) => {
  const [shown, ...others] = applyChanges([messageAt(1), changeAt(5, 1, "edit"), changeAt(9, 1, "edit")]);
  t.deepEqual(others, []);
  t.like(shown, { id: messageAt(1).id, text: "text 1, edited in 9", edited: { before: "text 1" } });
  t.is(shown?.edited?.at, changeAt(9, 1, "edit").at);
});

test("[CH11] a deletion by its author stands whatever was edited after it", (t) => {
  t.deepEqual(shownOf([messageAt(1), changeAt(5, 1, "delete"), changeAt(9, 1, "edit"), messageAt(2)]), [
    "withdrawn",
    "text 2",
  ]);
});

test("[CH11] a change whose message is not there shows nothing, and nobody changes what another one said", (t) => {
  t.deepEqual(shownOf([changeAt(5, 1, "edit"), messageAt(2)]), ["text 2"]);
  const strangers = changeAt(5, 1, "delete", { sender: { name: "Bob", session: "s2" } });
  t.deepEqual(shownOf([messageAt(1), strangers]), ["text 1"]);
});

/** What a page shows that was handed these, and told then that some are gone. */
function take(all: readonly WireMessage[], gone: readonly WireMessage[]) {
  const timeline = new Timeline(lobby);
  timeline.take(all.map((message): ReaderEvent => ({ type: "message", message })));
  timeline.take(gone.map(({ id, mid }): ReaderEvent => ({ type: "deleted", room: lobby, id, mid })));
  return applyChanges(timeline.messages());
}

const someMessages = fc.uniqueArray(
  fc.record({
    n: fc.integer({ min: 1, max: 30 }),
    of: fc.option(fc.integer({ min: 1, max: 6 })),
    type: fc.constantFrom("edit", "delete"),
    session: fc.constantFrom("s1", "s2"),
  }),
  { selector: ({ n }) => n, maxLength: 30 },
);

test("[CH11] what is shown depends on what there is, not on the order in which it came", (t) => {
  const cases = someMessages.chain((drawn) => {
    const all = drawn.map(({ n, of, type, session }) => {
      const sender = { name: "Ana", session };
      return of === null || of === n ? messageAt(n, { sender }) : changeAt(n, of, type, { sender });
    });
    return fc.record({
      all: fc.constant(all),
      gone: fc.subarray(all),
      shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
    });
  });
  fc.assert(
    fc.property(cases, ({ all, gone, shuffled }) => {
      const kept = all.filter((message) => !gone.includes(message));
      t.deepEqual(take(shuffled, gone), take(kept, []));
      for (const { text, mid, sender, withdrawn } of take(kept, [])) {
        const changes = kept.filter(
          (one) => one.change?.mid === mid && one.sender.session === sender.session,
        );
        const isTakenBack = changes.some(({ change }) => change?.type === "delete");
        t.is(withdrawn !== undefined, isTakenBack);
        const latest = changes.toSorted((one, other) => one.at - other.at).at(-1);
        if (!isTakenBack && latest !== undefined) t.is(text, latest.text);
      }
    }),
  );
});
