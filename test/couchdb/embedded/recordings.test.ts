import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import test from "ava";
import { difference } from "./alike.ts";
import { readRecording, replay } from "./replay.ts";
import { startCouch, temporaryDirectory } from "./start.ts";

/**
 * What a real CouchDB 3.5 was recorded to answer, asked of the embedded one. Of every recording three numbers
 * are kept: steps answered alike, steps declined with 501, and steps that differ for a reason named here.
 */
const RECORDINGS = "../shared/data/couchdb-recordings/single";

const SHARDS = "two shards: order and pages are theirs, and each is empty for itself";
const NUMBERS =
  "JSON.parse does not tell 1.0 from 1, loses digits beyond 2^53, and orders index-like and repeated members its own way";
const FOLLOWS = "follows from a step that was declined";
const ALSO_NUMBERS = "shows or counts documents of the steps that differ";
const LIMITS = "the limits cannot be changed by configuration";
const DESIGN = "design documents are plain documents: neither checked nor redirected to";
const OWN = "names of this server, or databases every CouchDB has";
const LATER = "waits a minute";

interface Claim {
  readonly alike: number;
  readonly declined: number;
  /** Sent and not compared: reason → steps. */
  readonly differs?: Readonly<Record<string, readonly number[]>>;
  /** Not sent. */
  readonly skipped?: Readonly<Record<string, readonly number[]>>;
}

const CLAIMS: Readonly<Record<string, Claim>> = {
  "put-conflict": { alike: 101, declined: 6, differs: { [SHARDS]: [25, 29], [FOLLOWS]: [62, 88, 111] } },
  "delete-and-resurrect": { alike: 57, declined: 2 },
  "update-of-missing-document": { alike: 34, declined: 2, differs: { [FOLLOWS]: [34, 35, 43] } },
  "bulk-partial-failure": {
    alike: 25,
    declined: 4,
    skipped: { "where a made-up id sorts is chance": [30] },
  },
  "bulk-poison": {
    alike: 106,
    declined: 2,
    differs: {
      "_access is refused, as by a server without per-document access": [67, 68],
      [NUMBERS]: [99, 100, 101, 102, 105, 106],
      [ALSO_NUMBERS]: [118, 119],
    },
  },
  "new-edits-false": { alike: 42, declined: 6 },
  "conflict-leaves-style-all-docs": { alike: 34, declined: 2 },
  "revision-hashes": { alike: 48, declined: 2, differs: { [NUMBERS]: [7, 18, 19, 20] } },
  "too-large": {
    alike: 19,
    declined: 12,
    differs: {
      [LIMITS]: [13, 17, 19, 24, 25, 26, 27, 28, 32, 39, 40, 41],
      "only its length was recorded": [44],
      [FOLLOWS]: [46, 49],
      "headers may have 16 KB here": [48, 50],
    },
  },
  "local-docs": {
    alike: 39,
    declined: 4,
    differs: { "no _revisions of a _local document": [31], [FOLLOWS]: [35] },
  },
  "changes-normal": { alike: 49, declined: 10, differs: { [SHARDS]: [17, 24, 25, 27] } },
  "changes-bad-since": {
    alike: 65,
    declined: 1,
    differs: { "a bookmark mangled at its end cannot be bound": [51] },
  },
  "changes-since-now": { alike: 40, declined: 0, differs: { [SHARDS]: [11] } },
  "db-recreated": { alike: 37, declined: 0, differs: { [SHARDS]: [12, 19, 26] } },
  "changes-continuous": {
    alike: 52,
    declined: 3,
    differs: { [FOLLOWS]: [22, 27, 31, 32, 33, 39], [SHARDS]: [26] },
  },
  "changes-longpoll": { alike: 25, declined: 1 },
  "heartbeat-timeout": {
    alike: 31,
    declined: 1,
    differs: { "answers 500 where the connection was cut": [25] },
    skipped: { [LATER]: [6, 7, 8, 9, 10, 11], "a race with a clock": [33] },
  },
  "limit-and-pending": {
    alike: 41,
    declined: 2,
    differs: { [SHARDS]: [35, 36, 37, 38, 39, 45, 46, 50, 51, 53, 54, 56, 57, 58, 59, 60, 61] },
  },
  "db-deleted-under-feed": { alike: 25, declined: 1 },
  "all-docs-ranges": {
    alike: 50,
    declined: 2,
    differs: { "total_rows of _design_docs counts all documents": [50] },
  },
  "server-and-db-info": {
    alike: 34,
    declined: 8,
    differs: { [OWN]: [9, 16, 37, 39], "_security is kept as it comes": [32] },
  },
  "design-docs-and-foreign-docs": {
    alike: 36,
    declined: 5,
    differs: { [DESIGN]: [39, 42, 46, 47, 49], [FOLLOWS]: [36, 37, 38, 45, 52] },
  },
};

/** Recordings that are not replayed at all. */
const ABSENT: Readonly<Record<string, string>> = {
  "attachments-minimal": "attachments are declined",
  "auth-401-403-lockout": "one account, no lockout: account.test.ts",
  "changes-eventsource": "feed=eventsource is declined",
  "compaction-and-revs-limit": "LevelDB compacts by itself; ten contents of a document are kept",
  "concurrent-same-id": "who wins varies: race.test.ts",
  "killed-and-restarted": "crash.test.ts",
  "lockout-duration": "no lockout",
  "maintenance-mode": "no such mode",
  "mango-find-and-index": "no indexes; find.test.ts",
  "partitioned-db": "declined",
  paused: "of the operating system, not of the server",
  purge: "declined",
  "replicator-as-client": "replication is declined",
  "restored-from-copy": "a copied file behaves so by itself",
  "restored-from-copy-q2": "one shard only",
  "seq-interval": "every row has its bookmark",
  "validate-doc-update": "no JavaScript runs here",
  "views-minimal": "declined",
  "wire-bytes": "node:http's own",
};

for (const [name, claim] of Object.entries(CLAIMS)) {
  // One after the other: some steps are about time.
  test.serial(`${name} is answered as it was recorded`, async (t) => {
    const file = `${RECORDINGS}/${name}.jsonl`;
    if (!existsSync(file)) {
      t.log(`skipped: ${RECORDINGS} is not there`);
      t.pass();
      return;
    }
    const directory = await temporaryDirectory(t);
    await writeFile(`${directory}/password`, "secret\n");
    const { url } = await startCouch(t, directory);
    const lines = readRecording(file);
    const skipped = new Set(Object.values(claim.skipped ?? {}).flat());
    const excused = new Set(Object.values(claim.differs ?? {}).flat());
    const ordered = !lines.some((line) => line.request?.path.includes("q=2"));
    const count = { alike: 0, declined: 0, differs: 0 };
    for (const { step, recorded, now } of await replay(url, lines, skipped)) {
      const path = lines.find((line) => line.step === step)?.request?.path ?? "";
      const found = difference(recorded, now, { ordered, exact: !/feed=|filter=/.test(path) });
      if (found === undefined) count.alike += 1;
      else if (now.status === 501) count.declined += 1;
      else if (excused.has(step)) count.differs += 1;
      else t.fail(`step ${step} ${path.slice(0, 120)}: ${found}`);
    }
    t.deepEqual(count, { alike: claim.alike, declined: claim.declined, differs: excused.size });
  });
}

test("every recording of a single node is replayed or named with a reason", async (t) => {
  if (!existsSync(RECORDINGS)) {
    t.log(`skipped: ${RECORDINGS} is not there`);
    t.pass();
    return;
  }
  const names = (await readdir(RECORDINGS)).map((file) => file.replace(".jsonl", ""));
  t.deepEqual(names.sort(), [...Object.keys(CLAIMS), ...Object.keys(ABSENT)].sort());
});
