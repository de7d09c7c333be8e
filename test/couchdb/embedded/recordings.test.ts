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
const FOLLOWS = "follows from a step that was declined or differs";
const LIMITS = "the limits are smaller, and cannot be changed by configuration";
const DESIGN = "design documents are plain documents: neither checked nor redirected to";
const OWN = "names of this server, or databases every CouchDB has";
const WORDS = "the same refusal in other words, or a bad request told as such";
const CONTENTS = "what was replaced is not kept";
const HASHES = "revisions are hashes of our own: which of two equally long branches comes first is theirs";
const BOOKMARKS = "bookmarks are read as they were made: a changed one is refused, or replays everything";
const TYPED = "a body has to be named JSON";
const ODD = "an odd request that nobody makes: taken, and kept harmless";
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
  "put-conflict": {
    alike: 67,
    declined: 28,
    differs: {
      [SHARDS]: [25],
      [FOLLOWS]: [62, 111],
      [ODD]: [22, 49],
      [TYPED]: [35, 36],
      "a plus sign is a plus sign": [57, 64, 65],
      "If-None-Match is not looked at": [69],
      [CONTENTS]: [70],
      "batch=ok is stored at once like any other": [87],
      [WORDS]: [103],
      "shards and copies are not looked at": [107, 108, 109],
    },
  },
  "delete-and-resurrect": {
    alike: 46,
    declined: 9,
    differs: { [CONTENTS]: [14], [FOLLOWS]: [36, 37, 42] },
  },
  "update-of-missing-document": {
    alike: 23,
    declined: 8,
    differs: {
      [FOLLOWS]: [34, 35, 43],
      "taken also by a database that never held a document": [4, 5, 6, 8, 12],
    },
  },
  "bulk-partial-failure": {
    alike: 14,
    declined: 10,
    differs: { [WORDS]: [11, 12, 13, 21], [FOLLOWS]: [31] },
    skipped: { "where a made-up id sorts is chance": [30] },
  },
  "bulk-poison": {
    alike: 110,
    declined: 3,
    differs: {
      "_access is refused, as by a server without per-document access": [67, 68],
      [NUMBERS]: [100],
      [FOLLOWS]: [118, 119],
    },
  },
  "new-edits-false": {
    alike: 33,
    declined: 11,
    differs: {
      [CONTENTS]: [19],
      "the hash of a revision is kept as it was named": [41],
      [FOLLOWS]: [48, 49],
    },
  },
  "conflict-leaves-style-all-docs": { alike: 28, declined: 5, differs: { [HASHES]: [24, 31], [ODD]: [33] } },
  "revision-hashes": { alike: 52, declined: 2 },
  "too-large": {
    alike: 14,
    declined: 17,
    differs: {
      [LIMITS]: [13, 17, 24, 25, 26, 27, 28, 32, 39, 40, 41, 48, 50],
      [FOLLOWS]: [46, 49],
      [WORDS]: [4, 10],
    },
  },
  "local-docs": { alike: 31, declined: 10, differs: { [FOLLOWS]: [14, 35], [ODD]: [12, 13] } },
  "changes-normal": { alike: 28, declined: 29, differs: { [SHARDS]: [17, 24], [WORDS]: [47, 48, 49, 55] } },
  "changes-bad-since": { alike: 58, declined: 2, differs: { [BOOKMARKS]: [44, 45, 46, 51, 53, 56, 60] } },
  "changes-since-now": { alike: 38, declined: 2, differs: { [BOOKMARKS]: [21] } },
  "db-recreated": { alike: 37, declined: 0, differs: { [SHARDS]: [12, 19, 26] } },
  "changes-continuous": {
    alike: 51,
    declined: 5,
    differs: { [FOLLOWS]: [22, 27, 31, 32, 33], [SHARDS]: [26] },
  },
  "changes-longpoll": {
    alike: 22,
    declined: 2,
    differs: { [BOOKMARKS]: [23, 24] },
  },
  "heartbeat-timeout": {
    alike: 27,
    declined: 2,
    differs: { "answers 500 where the connection was cut": [25], [WORDS]: [12, 20, 24] },
    skipped: { [LATER]: [6, 7, 8, 9, 10, 11], "a race with a clock": [33] },
  },
  "limit-and-pending": {
    alike: 39,
    declined: 6,
    differs: { [SHARDS]: [35, 36, 37, 38, 39, 46, 50, 51, 54, 56, 57, 58, 59, 60, 61] },
  },
  "db-deleted-under-feed": { alike: 25, declined: 1 },
  "all-docs-ranges": { alike: 30, declined: 21, differs: { [WORDS]: [14, 15] } },
  "server-and-db-info": {
    alike: 20,
    declined: 23,
    differs: { [OWN]: [9, 37], "a redirection has a content type": [18], [FOLLOWS]: [30] },
  },
  "design-docs-and-foreign-docs": {
    alike: 35,
    declined: 8,
    differs: { [FOLLOWS]: [36, 37, 45, 52], [DESIGN]: [42, 46, 47, 49] },
  },
};

/** Recordings that are not replayed at all. */
const ABSENT: Readonly<Record<string, string>> = {
  "attachments-minimal": "attachments are declined",
  "auth-401-403-lockout": "one account, no lockout: account.test.ts",
  "changes-eventsource": "feed=eventsource is declined",
  "compaction-and-revs-limit": "LevelDB compacts by itself; only current contents are kept",
  "concurrent-same-id": "who wins varies: race.test.ts",
  "killed-and-restarted": "crash.test.ts",
  "lockout-duration": "no lockout",
  "maintenance-mode": "no such mode",
  "mango-find-and-index": "declined",
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
