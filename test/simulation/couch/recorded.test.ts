import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { PROJECT } from "../../project.ts";
import { ABSENT, CLAIMS, DECLINED } from "./claims.ts";
import { compare, racedSteps, type Comparison } from "./comparison.ts";
import { Conversation, readConversation, type Turn } from "./conversation.ts";

/** The proof of the model: what a real CouchDB 3.5 was recorded to answer, single and as a cluster of three. */
const RECORDINGS = join(PROJECT, "../shared/data/couchdb-recordings");

const recorded = existsSync(RECORDINGS) ? test : test.skip;

if (!existsSync(RECORDINGS)) test("the recordings of a real CouchDB are absent: skipped", (t) => t.pass());

interface Outcome {
  readonly step: number;
  readonly path: string;
  readonly comparison: Comparison;
}

function lead(name: string, lines = readConversation(join(RECORDINGS, `${name}.jsonl`))): Turn[] {
  return new Conversation(name.startsWith("cluster/") ? 3 : 1).lead(lines);
}

function outcomesOf(name: string): Outcome[] {
  const lines = readConversation(join(RECORDINGS, `${name}.jsonl`));
  const isCluster = name.startsWith("cluster/");
  const creations = lines.flatMap(({ request }) =>
    request?.method === "PUT" && /^\/[^/]*$/.test(request.path) ? [request.path] : [],
  );
  const isOrdered = !isCluster && creations.every((path) => path.includes("q=1"));
  const raced = racedSteps(lines);
  return lead(name, lines).map((turn) => ({
    step: turn.step,
    path: turn.path,
    comparison: compare(turn, { isCluster, isOrdered }, raced),
  }));
}

for (const [name, claim] of Object.entries(CLAIMS)) {
  recorded(`${name} is answered as it was recorded`, (t) => {
    const count = { alike: 0, declined: 0, raced: 0 };
    const differ = new Set<number>();
    const excused = Object.values(claim.differs ?? {});
    for (const { step, path, comparison } of outcomesOf(name)) {
      const isExcused = excused.some((steps) => steps.includes(step));
      if (comparison.type === "differs") {
        differ.add(step);
        t.true(isExcused, `step ${step} ${path.slice(0, 120)}: ${comparison.how}`);
      } else if (!isExcused) count[comparison.type] += 1;
    }
    const { alike, declined, raced = 0 } = claim;
    t.deepEqual(count, { alike, declined, raced });
    // Of what is chance some may come out alike; a reason that explains nothing any more is to be taken out.
    for (const steps of excused) t.true(steps.some((step) => differ.has(step)));
  });
}

recorded("every recorded conversation is led, or named with a reason", (t) => {
  const names = ["single", "cluster"].flatMap((folder) =>
    readdirSync(join(RECORDINGS, folder)).map((file) => `${folder}/${file.replace(".jsonl", "")}`),
  );
  t.deepEqual(names.sort(), [...Object.keys(CLAIMS), ...Object.keys(ABSENT)].sort());
});

recorded("what the model declines is counted by reason", (t) => {
  const reasons: Record<string, number> = {};
  for (const { now } of Object.keys(CLAIMS).flatMap((name) => lead(name))) {
    if ("declined" in now) reasons[now.declined] = (reasons[now.declined] ?? 0) + 1;
  }
  t.deepEqual(reasons, DECLINED);
});
