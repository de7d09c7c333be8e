import type { Chance } from "../../sync/chance.ts";
import { Cluster, type Shape } from "./cluster.ts";
import { Connection } from "./connection.ts";
import type { Part, Snapshot } from "./database.ts";
import { parseDraft } from "./draft.ts";
import { replicateAll, replicateSome } from "./replication.ts";
import { Revision } from "./revision.ts";
import { grown, merged, Write, type Tree } from "./tree.ts";

/**
 * A CouchDB for the simulation: one thread, no clock, no promise, all its luck drawn from the `Chance` it is
 * given. It is proved against recordings of a real one (`recorded.test.ts`), and it is fast: a question costs
 * microseconds.
 *
 *   couch.connect(node)      one region's line to one node: the questions of the `Store` port, asked synchronously,
 *                            each with a `Fate` (lost, stored but unanswered, 412 …): `connection.ts`, `fate.ts`
 *   connection.follow(since) an open continuous feed, asked piece by piece, as rows or as the bytes of its lines;
 *                            it can be cut, deaf or silent: `feed.ts`
 *   couch.step(), settle()   what the cluster does by itself: late copies arrive, one copy tells another
 *   couch.kill(0), split …   the deeds of operators and of bad luck, here
 *   couch.counts             how often each fault really happened, by name; names begin with the id of the fault
 *
 * How it is made: a database is a row of shards, a shard has one copy for each of `replicas` nodes. Each copy
 * takes changes in its own order and has its own sequence (`copy.ts`). The node that was asked coordinates: it
 * writes to all copies it reaches and waits for a majority, reads single documents from a majority, but ranges and
 * changes from any one copy of a shard (`coordinator.ts`). A bookmark names one copy and a place in it for each
 * shard (`bookmark.ts`). Documents are trees of revisions, and equal writes are equal revisions (`tree.ts`).
 */
export class Couch {
  readonly counts: ReadonlyMap<string, number>;
  readonly #cluster: Cluster;

  constructor(chance: Chance, shape: Shape = {}) {
    this.#cluster = new Cluster(chance, shape);
    this.counts = this.#cluster.counts;
  }

  get nodes(): number {
    return this.#cluster.nodes.length;
  }

  /** A region's line to one node (counted from 0): one for each life of its process. */
  connect(node = 0): Connection {
    return new Connection(this.#cluster, node);
  }

  /** Counts a deed or a fate that the world itself did, such as a feed cut in the middle of a row (S5). */
  count(deed: string, times = 1): void {
    this.#cluster.count(deed, times);
  }

  // What the cluster does by itself.

  /** One piece of work between copies, drawn by chance. False when there was none. */
  step(): boolean {
    return replicateSome(this.#cluster);
  }

  /** All work there is: copies that can reach each other hold the same afterwards. */
  settle(): void {
    replicateAll(this.#cluster);
  }

  // Nodes.

  kill(node: number): void {
    this.#cluster.kill(node);
    this.count("S1 node killed");
  }

  start(node: number): void {
    this.#cluster.start(node);
  }

  /** It answers nobody and breaks no connection. The other nodes still count on it until they `notice`. */
  pause(node: number): void {
    this.#cluster.pause(node);
    this.count("S3 node paused");
  }

  /** It goes on, and first of all does what it was asked meanwhile. */
  resume(node: number): void {
    this.#cluster.resume(node);
  }

  /** The cluster takes paused nodes for dead (about a minute after they were paused). */
  notice(): void {
    this.#cluster.notice();
  }

  /** These nodes no longer reach the others, and the other way round. */
  split(side: readonly number[]): void {
    this.#cluster.split(side);
    this.count("S26 cluster split");
  }

  heal(): void {
    this.#cluster.heal();
  }

  /** A node's disk is exchanged for an empty one. */
  wipe(node: number): void {
    this.#cluster.restart(node);
    this.#cluster.database?.wipe(node);
    this.count("S19 node replaced by an empty one");
  }

  // The database.

  createDatabase(): void {
    this.#cluster.create();
  }

  deleteDatabase(): void {
    this.#cluster.database = undefined;
    this.count("S16 database deleted");
  }

  /** A copy of all files as they are now. */
  snapshot(): Snapshot | undefined {
    return this.#cluster.database?.snapshot();
  }

  /**
   * Puts an older copy back: of the whole database, of one node, or of one shard on one node. False when it is of
   * a database that was deleted since, and only a part of it was asked for.
   */
  restore(snapshot: Snapshot, part: Part = {}): boolean {
    const isWhole = part.node === undefined && part.shard === undefined;
    if (!isWhole && snapshot.database !== this.#cluster.database) return false;
    const before = new Set(this.ids());
    this.#cluster.database = snapshot.database;
    for (const node of this.#cluster.nodes) {
      if (part.node === undefined || part.node === node.place) this.#cluster.restart(node.place);
    }
    snapshot.database.restore(snapshot, part);
    for (const id of this.ids()) before.delete(id);
    this.count(isWhole ? "S17 restored from a copy" : "S17 one node or shard restored");
    this.count("S25 acknowledged, then lost", before.size);
    return true;
  }

  /** Old bodies are gone; nobody who asks by bookmark or id can tell. */
  compact(): void {
    this.count("S19 compacted");
  }

  // What an admin does in Fauxton. False when there was nothing to do it to.

  /** A document of any shape, as JSON text with an `_id`. False when CouchDB would not take it. */
  typeIn(json: string, fault: "S23" | "S24" = "S23"): boolean {
    const draft = parseDraft(JSON.parse(json), this.#cluster.rules);
    if (draft.type === "refused") return false;
    const write = new Write(draft);
    return this.#admin(`${fault} document typed in`, draft.id, (tree) => write.applyTo(tree, true)?.tree);
  }

  /** Another body under the same id. */
  edit(id: string, body: object): boolean {
    const content = { text: JSON.stringify(body), isDeleted: false };
    return this.#admin("S21 edited", id, (tree) => isStanding(tree) && grown(tree, content, tree[0]).tree);
  }

  /** Deletes the version that is shown: if another one stood beside it, that is shown now. */
  delete(id: string): boolean {
    return this.#admin("S22 deleted", id, (tree) => isStanding(tree) && grown(tree, DELETION, tree[0]).tree);
  }

  /** Another version beside the one that is shown, as the two sides of a split leave it. */
  contest(id: string, body: object): boolean {
    const content = { text: JSON.stringify(body), isDeleted: false };
    return this.#admin("S20 conflict made", id, (tree) => {
      return isStanding(tree) && merged(tree, [new Revision(content, tree[0].parent)]);
    });
  }

  /** Removed without a trace and without a row. */
  purge(id: string): boolean {
    const isDone = this.#cluster.database?.purge(id) === true;
    if (isDone) this.count("S22 purged");
    return isDone;
  }

  // Moods of the server and of those who run it.

  /** Our account is refused (a lock-out, a changed password) until `letIn`. */
  lockOut(): void {
    this.#cluster.isLocked = true;
    this.count("S11 locked out");
  }

  letIn(): void {
    this.#cluster.isLocked = false;
  }

  /** The database cannot be found, and comes back as it was. */
  takeAway(): void {
    this.#cluster.isTakenAway = true;
    this.count("S12 database taken away");
  }

  giveBack(): void {
    this.#cluster.isTakenAway = false;
  }

  /** Documents above are refused with 413, and their whole batch with them. */
  set maxDocumentBytes(bytes: number) {
    this.#cluster.rules.maxDocumentBytes = bytes;
    this.count("S10 max_document_size changed");
  }

  /** A validation throws at this document: its row is a 500 for ever, while the rest of the batch is stored. */
  curse(id: string): void {
    this.#cluster.rules.verdicts.set(id, "throws");
    this.count("S13 document cursed");
  }

  /** The validation does not mind what stands at this id from now on, as with another body. */
  pardon(id: string): void {
    this.#cluster.rules.verdicts.delete(id);
  }

  /** A validation forbids this document. */
  forbid(id: string): void {
    this.#cluster.rules.verdicts.set(id, "forbids");
    this.count("S10 document forbidden");
  }

  // What is really there, over all copies, on nodes that are up or not: for the checkers.

  /** The ids of all documents that stand, in the order of their bytes. */
  ids(): string[] {
    return this.#cluster.database?.ids() ?? [];
  }

  /** What stands at an id when all copies are taken together: undefined when missing or deleted. */
  documentAt(id: string): unknown {
    const winner = this.#cluster.database?.merged(id)?.[0];
    return winner === undefined || winner.isDeleted ? undefined : winner.document(id);
  }

  /** An admin looks at all of it, if it is there, and changes every copy that is up; the others learn of it later. */
  #admin(deed: string, id: string, change: (tree: Tree | undefined) => Tree | undefined | false): boolean {
    const { database } = this.#cluster;
    const before = database?.merged(id);
    const after = change(before);
    if (database === undefined || after === undefined || after === false || after === before) return false;
    if (this.#cluster.isTakenAway) return false;
    const copies = database.copiesOf(id).filter(({ node }) => this.#cluster.node(node).state === "up");
    for (const copy of copies) copy.merge(id, after);
    if (copies.length > 0) this.count(deed);
    return copies.length > 0;
  }
}

const DELETION = { text: "{}", isDeleted: true };

function isStanding(tree: Tree | undefined): tree is Tree {
  return tree?.[0].isDeleted === false;
}
