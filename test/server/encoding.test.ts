import test from "ava";
import { branded } from "../../sync/brand.ts";
import type { Cursor } from "../../sync/wire.ts";
import type { Handed } from "../../sync/reading.ts";
import type { Batch } from "../../server/chat.ts";
import { answerEncoder, frameEncoder } from "../../server/encoding.ts";

function entryOf(n: number): Handed {
  const event = { type: "regions", n } as const;
  return { event, json: JSON.stringify(event), cursor: branded<Cursor>(`c${n}`) };
}

const [ONE, TWO, THREE, FOUR] = [entryOf(1), entryOf(2), entryOf(3), entryOf(4)];

function batchOf(...entries: readonly Handed[]): Batch {
  return { entries, cursor: branded<Cursor>("end") };
}

test("an answer joins what is JSON already, and is the JSON of a SyncAnswer", (t) => {
  const encode = answerEncoder();
  const batch: Batch = { ...batchOf(ONE, TWO), reset: { reason: "start" }, incomplete: [] };
  t.deepEqual(JSON.parse(encode(batch).toString()), {
    events: [ONE.event, TWO.event],
    cursor: "end",
    reset: { reason: "start" },
    incomplete: [],
  });
  t.is(encode(batchOf()).toString(), '{"events":[],"cursor":"end"}');
});

test("[A21] equal batches of different readers share their bytes", (t) => {
  const encode = answerEncoder();
  t.is(encode(batchOf(ONE, TWO)), encode(batchOf(ONE, TWO)));
});

test("[A21] batches that differ anywhere do not", (t) => {
  const encode = answerEncoder();
  const batch = batchOf(ONE, TWO, FOUR);
  const others: readonly Batch[] = [
    batchOf(ONE, THREE, FOUR),
    batchOf(ONE, TWO),
    { ...batch, cursor: branded<Cursor>("elsewhere") },
    { ...batch, reset: { reason: "start" } },
    { ...batch, incomplete: [] },
  ];
  for (const other of others) {
    const bytes = encode(batch);
    t.not(encode(other), bytes);
    t.notDeepEqual(encode(other), encode(batch));
  }
});

test("[A21] the frames of a batch are made once for all readers", (t) => {
  const encode = frameEncoder();
  t.is(encode(batchOf(ONE, TWO)), encode(batchOf(ONE, TWO)));
  t.not(encode(batchOf(ONE, TWO)), encode(batchOf(TWO, ONE)));
});
