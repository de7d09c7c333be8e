/**
 * How each recorded conversation comes out with the model: how many turns are alike, how many it declines because
 * it does not model that part of CouchDB (`DECLINED` says which), how many raced with one another; and the turns that
 * differ, by reason. Nothing else may differ.
 */
export interface Claim {
  readonly alike: number;
  readonly declined: number;
  readonly raced?: number;
  readonly differs?: Readonly<Record<string, readonly number[]>>;
}

const PAGES = "with several shards, whose rows come first and make a page is chance";
const LAG = "asked of a copy that lagged behind: how far is a matter of time";
const RACE = "follows from who won a race";
const ATTACHMENTS = "attachments are not kept";
const DESIGN = "design documents are plain documents: not checked, not redirected to";
const NUMBERS =
  "JSON.parse does not tell 1.0 from 1, loses digits beyond 2^53, and orders some members its own way";
const FOLLOWS = "follows from a step that was declined or differs";
const CONTENTS = "of what was replaced, what is kept by whom is not modelled";
const LIMITS = "limits of the HTTP server, not of the database";
const PAUSED = "how long a node waits for a paused one, and what it says then, is a matter of time";
const KILLED = "in flight when the server was killed: here it came in time";

export const CLAIMS: Readonly<Record<string, Claim>> = {
  "single/all-docs-ranges": { alike: 33, declined: 20 },
  "single/bulk-partial-failure": { alike: 16, declined: 14 },
  "single/bulk-poison": {
    alike: 105,
    declined: 1,
    differs: {
      [ATTACHMENTS]: [45, 46],
      [NUMBERS]: [99, 100, 101, 102, 105, 106],
      [FOLLOWS]: [70, 118, 119],
      "_access is not part of what a document says": [67],
    },
  },
  "single/changes-bad-since": {
    alike: 64,
    declined: 1,
    differs: { "bookmarks are forgiving in ways of their own": [53, 56] },
  },
  "single/changes-continuous": { alike: 56, declined: 3, differs: { [ATTACHMENTS]: [22, 24, 32] } },
  "single/changes-eventsource": { alike: 7, declined: 4 },
  "single/changes-longpoll": { alike: 23, declined: 2, differs: { [PAGES]: [17] } },
  "single/changes-normal": { alike: 31, declined: 31, differs: { [PAGES]: [24] } },
  "single/changes-since-now": { alike: 39, declined: 2 },
  "single/compaction-and-revs-limit": { alike: 28, declined: 8, differs: { [CONTENTS]: [23] } },
  "single/concurrent-same-id": { alike: 20, declined: 0, raced: 18, differs: { [RACE]: [39, 41, 42] } },
  "single/conflict-leaves-style-all-docs": { alike: 32, declined: 4 },
  "single/db-deleted-under-feed": { alike: 25, declined: 1 },
  "single/db-recreated": { alike: 40, declined: 0 },
  "single/delete-and-resurrect": { alike: 53, declined: 6 },
  "single/design-docs-and-foreign-docs": {
    alike: 35,
    declined: 8,
    differs: { [ATTACHMENTS]: [20], [DESIGN]: [42, 46, 47, 49], [FOLLOWS]: [36, 37, 52] },
  },
  "single/heartbeat-timeout": { alike: 29, declined: 11 },
  "single/killed-and-restarted": { alike: 37, declined: 1, differs: { [KILLED]: [9, 32, 33, 34] } },
  "single/limit-and-pending": {
    alike: 46,
    declined: 6,
    differs: { [PAGES]: [35, 36, 42, 50, 54, 56, 57, 58] },
  },
  "single/new-edits-false": {
    alike: 35,
    declined: 11,
    differs: { [CONTENTS]: [19], "ancestors that are news about a known revision are no change": [48] },
  },
  "single/paused": { alike: 9, declined: 0 },
  "single/purge": { alike: 25, declined: 8, differs: { [FOLLOWS]: [34, 36, 37, 39] } },
  "single/put-conflict": { alike: 81, declined: 29, differs: { [FOLLOWS]: [62, 111] } },
  "single/replicator-as-client": {
    alike: 39,
    declined: 65,
    differs: { [ATTACHMENTS]: [4, 23, 34], [FOLLOWS]: [40, 42, 58, 60, 73, 75, 95, 97] },
  },
  "single/restored-from-copy": { alike: 47, declined: 3 },
  "single/restored-from-copy-q2": { alike: 36, declined: 0 },
  "single/revision-hashes": {
    alike: 48,
    declined: 1,
    differs: { [NUMBERS]: [7, 18, 20], [ATTACHMENTS]: [52, 53] },
  },
  "single/seq-interval": { alike: 25, declined: 4, differs: { [PAGES]: [20] } },
  "single/server-and-db-info": { alike: 9, declined: 38 },
  "single/too-large": {
    alike: 29,
    declined: 10,
    differs: { [ATTACHMENTS]: [29, 36], [LIMITS]: [39, 40, 41, 48, 50], [FOLLOWS]: [46, 49] },
  },
  "single/update-of-missing-document": { alike: 35, declined: 4 },
  "cluster/202-accepted": { alike: 67, declined: 11, differs: { [LAG]: [74, 75, 76] } },
  "cluster/db-deleted-under-feed": {
    alike: 31,
    declined: 1,
    differs: { "a second answer inside the body of a feed: here it ends": [13, 14] },
  },
  "cluster/lagging-node": { alike: 161, declined: 1, differs: { [LAG]: [29, 31, 37, 38, 44, 46] } },
  "cluster/maintenance-mode": {
    alike: 21,
    declined: 6,
    differs: { [FOLLOWS]: [19, 20, 21, 22, 29, 31, 35, 37] },
  },
  "cluster/node-killed": { alike: 74, declined: 3 },
  "cluster/node-paused-412": {
    alike: 50,
    declined: 1,
    differs: { [PAUSED]: [31, 32, 36, 37, 45, 47, 64, 72] },
  },
  "cluster/node-replaced-empty": { alike: 89, declined: 2, differs: { [LAG]: [31, 35, 41] } },
  "cluster/one-node-restored": {
    alike: 81,
    declined: 1,
    differs: { "which documents fall into the gap depends on who tells the restored copy first": [76] },
  },
  "cluster/order-across-shards": { alike: 84, declined: 1, differs: { [PAGES]: [66, 67, 68, 69] } },
  "cluster/partitioned-nodes": { alike: 58, declined: 4 },
  "cluster/read-after-201-on-other-node": {
    alike: 380,
    declined: 1,
    differs: { [LAG]: [20, 150, 154, 236, 248, 250, 252, 256, 272, 278, 304, 306, 346] },
  },
  "cluster/replay-after-failover": { alike: 41, declined: 1 },
  "cluster/same-id-on-three-nodes": {
    alike: 47,
    declined: 1,
    raced: 58,
    differs: {
      [RACE]: [
        4, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 90, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 115,
        136,
      ],
    },
  },
};

/** Conversations that are not led at all. */
export const ABSENT: Readonly<Record<string, string>> = {
  "single/attachments-minimal": "attachments",
  "single/auth-401-403-lockout": "accounts: a mood of the whole server here, `couch.lockOut`",
  "single/local-docs": "_local documents",
  "single/lockout-duration": "accounts, and the time a lock-out lasts",
  "single/maintenance-mode": "maintenance mode",
  "single/mango-find-and-index": "queries and indexes",
  "single/partitioned-db": "partitioned databases",
  "single/validate-doc-update":
    "JavaScript: what it would refuse is said with `couch.forbid` and `couch.curse`",
  "single/views-minimal": "views",
  "single/wire-bytes": "bytes on the wire",
  "cluster/lockout-per-node": "accounts, and the time a lock-out lasts",
};

/** What the model does not model, and how many recorded requests are about it. */
export const DECLINED: Readonly<Record<string, number>> = {
  "the server itself: settings, sessions, lists": 57,
  "_local documents": 40,
  "the parameter filter": 26,
  "odd options": 20,
  _shards: 15,
  "attachments, views and the like": 13,
  "the parameter descending": 11,
  "the parameter revs": 11,
  _ensure_full_commit: 10,
  _bulk_get: 10,
  _revs_diff: 9,
  "odd methods": 7,
  "feed=eventsource": 7,
  "the parameter open_revs": 6,
  attachments: 6,
  "names of databases": 6,
  _security: 6,
  "options in a body": 5,
  "odd batches": 5,
  _revs_limit: 5,
  "odd purges": 5,
  "content types": 4,
  "the parameter update_seq": 3,
  _local_docs: 3,
  _compact: 3,
  "the parameter revs_info": 3,
  "odd limits": 2,
  "keys that are not texts": 2,
  "the parameter unknown": 2,
  _design_docs: 2,
  _nosuch: 2,
  _sync_shards: 2,
  _all_docs: 1,
  "the parameter startkey_docid": 1,
  "the parameter group": 1,
  "the parameter reduce": 1,
  "the parameter sorted": 1,
  "the parameter attachments": 1,
  "feed=nope": 1,
  "the parameter deleted_conflicts": 1,
  "the parameter deleted": 1,
  "the parameter doc_ids": 1,
  "feed=live": 1,
  _missing_revs: 1,
  _purged_infos: 1,
  _purged_infos_limit: 1,
  _x: 1,
  _design: 1,
  "the header if-none-match": 1,
  "the parameter meta": 1,
  "the parameter local_seq": 1,
  "the parameter latest": 1,
  _auto_purge: 1,
};
