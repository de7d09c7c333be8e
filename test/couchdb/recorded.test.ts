import test from "ava";
import { changesFault, changesResult, faultOf, readResult, writeResult } from "../../couchdb/answers.ts";
import { arrayField, parseJson, textField } from "../../couchdb/json.ts";
import type { Answer } from "../../couchdb/requests.ts";
import { BEGINNING } from "../../sync/store.ts";
import { FeedDiary } from "./feed-diary.ts";
import { allSteps, haveRecordings, stepsOf, type Step } from "./recordings.ts";
import { feedOf, LAST_CHUNK, scriptedStore, type Script } from "./scripted-server.ts";

/** What a real CouchDB 3.5 answered, single and as a cluster of three, read by the adapter. */

const recorded = haveRecordings ? test : test.skip;

if (!haveRecordings) test("the recordings of a real CouchDB are absent: skipped", (t) => t.pass());

function answerOf(step: Step): Answer {
  if (step.status === 0) return { type: "silence", reason: "no answer" };
  const body = parseJson(step.answer ?? step.chunks.join("")) ?? "";
  return { type: "answered", status: step.status, retryAfter: undefined, body };
}

const nameOf = (step: Step) => `${step.recording}, step ${step.step}: ${step.path}`;

/** The documents of a recorded batch of new ones; an edit or a document without an id is none of ours. */
function documentsOf(step: Step): { _id: string }[] | undefined {
  const documents = arrayField(parseJson(step.body ?? ""), "docs") ?? [];
  const ids = documents.map((document) => textField(document, "_id"));
  const named = ids.filter((id) => id !== undefined);
  return named.length === documents.length && named.length > 0 ? named.map((_id) => ({ _id })) : undefined;
}

recorded(
  "[S7] [S8] [S10] every recorded batch is told apart: stored, unconfirmed, refused, or a fault",
  (t) => {
    const told = { rows: 0, refused: 0, fault: 0 };
    for (const step of allSteps()) {
      const documents = step.path.endsWith("/_bulk_docs") ? documentsOf(step) : undefined;
      if (documents === undefined || step.body?.includes('"new_edits"')) continue;
      const result = writeResult(answerOf(step), documents);
      told[result.type] += 1;
      if (result.type === "refused") t.true([400, 412, 413, 417].includes(step.status), nameOf(step));
      if (result.type === "rows") {
        t.is(result.outcomes.length, documents.length, nameOf(step));
        const isConfirmed = result.outcomes.some((outcome) => outcome.type === "stored");
        t.true(!isConfirmed || step.status === 201, nameOf(step));
      }
    }
    t.true(told.rows > 50 && told.refused > 10 && told.fault > 5, JSON.stringify(told));
  },
);

recorded("[S8] a batch that only one node of three took is unconfirmed, row by row", (t) => {
  const step = stepsOf("cluster/202-accepted").find(
    (each) => each.path.endsWith("_bulk_docs") && each.status === 202,
  );
  if (step === undefined) throw new Error("no such step");
  const result = writeResult(answerOf(step), documentsOf(step) ?? []);
  const outcomes = result.type === "rows" ? result.outcomes.map((outcome) => outcome.type) : [];
  t.deepEqual(outcomes, ["unconfirmed", "unconfirmed", "conflict"]);
});

recorded("every recorded read by keys tells found, deleted and missing apart", (t) => {
  const told = { found: 0, deleted: 0, missing: 0 };
  for (const step of allSteps()) {
    const keys = arrayField(parseJson(step.body ?? ""), "keys")?.filter((key) => typeof key === "string");
    if (!step.path.endsWith("/_all_docs?include_docs=true") || keys === undefined) continue;
    const result = readResult(answerOf(step), keys);
    for (const one of result.type === "found" ? result.found : []) told[one.type] += 1;
    t.is(result.type, step.status === 200 ? "found" : "fault", nameOf(step));
  }
  t.true(told.found > 0 && told.deleted > 0 && told.missing > 0, JSON.stringify(told));
});

recorded("[S28] every recorded bookmark that CouchDB refused is `since-refused`", (t) => {
  const refused = stepsOf("single/changes-bad-since").filter((step) => step.status === 400);
  t.true(refused.length > 25);
  for (const step of refused) t.is(changesFault(answerOf(step)).code, "since-refused", nameOf(step));
});

recorded("[S13] a paused and an ailing cluster are `failing` or `unavailable`, never a refusal", (t) => {
  const steps = [...stepsOf("cluster/node-paused-412"), ...stepsOf("single/maintenance-mode")];
  const faults = steps.filter(
    (step) => step.path.includes("_changes") && (step.status >= 400 || step.status === 0),
  );
  const codes = new Set(faults.map((step) => changesFault(answerOf(step)).code));
  t.deepEqual([...codes].toSorted(), [
    "failing",
    "unavailable",
    ...(codes.has("unreachable") ? ["unreachable"] : []),
  ]);
  for (const step of faults) if (step.status === 412) t.is(faultOf(answerOf(step)).code, "unavailable");
});

recorded("[S14] every recorded poll with documents is rows and a bookmark", (t) => {
  let polls = 0;
  for (const step of allSteps()) {
    if (!/_changes\?/.test(step.path) || !step.path.includes("include_docs=true")) continue;
    if (step.status !== 200 || step.answer === undefined || /feed=|attachments/.test(step.path)) continue;
    const count = arrayField(parseJson(step.answer), "results")?.length;
    if (count === undefined) continue;
    polls += 1;
    const result = changesResult(answerOf(step));
    t.is(result.type === "changes" ? result.rows.length : result.fault.text, count, nameOf(step));
  }
  t.true(polls > 5, String(polls));
});

for (const recording of ["single/maintenance-mode", "cluster/node-paused-412"]) {
  recorded(
    `[S3] the raw bytes of ${recording}, a second answer in the first, are an ordinary end`,
    async (t) => {
      const step = stepsOf(recording).find((each) => each.raw.some((text) => /^HTTP\/1\.1 [45]/m.test(text)));
      if (step === undefined) throw new Error("no such step");
      const { store } = await scriptedStore(t, (_, socket) => socket.write(step.raw.join("")), {
        silenceMs: 60_000,
      });
      const diary = new FeedDiary();
      store.follow(BEGINNING, diary);
      t.is((await diary.untilEnded())?.code, "unreachable");
      t.is(diary.openings, 1);
    },
  );
}

recorded("[S19] across a recorded compaction an old bookmark gives no row, and the feed goes on", (t) => {
  const steps = stepsOf("single/compaction-and-revs-limit");
  const compacted = steps.findIndex((step) => step.path.endsWith("_compact") && step.status === 202);
  const poll = steps.slice(compacted).find((step) => /_changes\?since=14-/.test(step.path));
  if (poll === undefined) throw new Error("no such step");
  t.like(changesResult(answerOf(poll)), { type: "changes", rows: [], pending: 0, skipped: 0 });
});

recorded("[S20] [S26] a recorded split: what each side was told, and what stands when it has healed", (t) => {
  const steps = stepsOf("cluster/partitioned-nodes");
  const batch = steps.find((step) => step.path.endsWith("_bulk_docs") && step.status === 202);
  if (batch === undefined) throw new Error("no such step");
  const told = writeResult(answerOf(batch), documentsOf(batch) ?? []);
  const outcomes = told.type === "rows" ? told.outcomes.map(({ type }) => type) : [];
  t.deepEqual(outcomes, ["unconfirmed", "unconfirmed", "conflict"]);

  const healed = steps.findLast((step) => step.path.includes("_changes?style=all_docs&include_docs"));
  if (healed === undefined) throw new Error("no such step");
  const result = changesResult(answerOf(healed));
  const rows = result.type === "changes" ? result.rows : [];
  const contested = rows.filter((row) => row.isContested).map((row) => row.id);
  t.deepEqual(contested.toSorted(), ["both-diff", "edit"], "not both-same, not the edit of a deleted one");
  const all = ["A1", "B1", "Bb1", "Bb2", "Bne", "a0", "a1", "a2", "a3", "both-diff", "both-same", "edit"];
  t.deepEqual(rows.map((row) => row.id).toSorted(), all);
  t.true(
    rows.every((row) => row.document !== undefined),
    "an edit beats the other side's deletion",
  );
});

recorded("every recorded continuous feed with documents comes through whole", async (t) => {
  const feeds = allSteps().filter(
    (step) =>
      /feed=continuous.*include_docs=true/.test(step.path) && step.status === 200 && step.chunks.length > 0,
  );
  t.true(feeds.length > 2, String(feeds.length));
  for (const step of feeds) {
    const ids = step.chunks
      .join("")
      .split("\n")
      .flatMap((line) => textField(parseJson(line), "id") ?? []);
    const script: Script = (_, socket) => {
      socket.write(feedOf(...step.chunks));
      socket.write(LAST_CHUNK);
    };
    const { store } = await scriptedStore(t, script);
    const diary = new FeedDiary();
    store.follow(BEGINNING, diary);
    await diary.untilEnded();
    t.deepEqual(diary.ids, ids, nameOf(step));
    t.is(diary.skipped, 0);
  }
});
