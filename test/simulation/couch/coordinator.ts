import type { Since } from "../../../sync/store.ts";
import { placeIn, writeBookmark, type Bookmark } from "./bookmark.ts";
import { byBytes, placeOf } from "./byte-order.ts";
import { readChanges, type Changes } from "./changes.ts";
import type { Cluster } from "./cluster.ts";
import type { Copy } from "./copy.ts";
import type { Database } from "./database.ts";
import { HANGS, NODE_DOWN, Reach, type Trouble } from "./reach.ts";
import type { Revision } from "./revision.ts";
import { isAlike, merged, Write, type Edit, type Tree } from "./tree.ts";

export type Written =
  /** `copies` took it and said the same. */
  | { readonly type: "stored" | "unconfirmed"; readonly leaf: Revision; readonly copies: number }
  | { readonly type: "conflict" }
  | Trouble;

export type Opened = { readonly type: "opened"; readonly tree: Tree | undefined } | Trouble;

/** A document in a range. */
export interface Standing {
  readonly id: string;
  readonly tree: Tree;
}

/** Ids from `low` to `high`, both included. */
export interface Span {
  readonly low: string;
  readonly high: string;
  readonly limit: number;
  readonly descending: boolean;
}

/**
 * The node that was asked, asking the copies. A write goes to all copies it reaches and is stored when a majority
 * says the same; a document is read from two copies that agree. A range or the changes come from one copy of each
 * shard, so they may lack what a majority has, and that is CouchDB's way.
 */
export class Coordinator {
  readonly #cluster: Cluster;
  readonly #database: Database;
  readonly #reach: Reach;

  constructor(cluster: Cluster, database: Database, node: number) {
    this.#cluster = cluster;
    this.#database = database;
    this.#reach = new Reach(cluster, node);
  }

  /** `isHasty`: only one copy takes it, and the others learn of it later. */
  write(id: string, edit: Edit, isHasty = false): Written {
    const { reached, silent } = this.#reach.of(this.#database.copiesOf(id));
    const write = new Write(edit);
    for (const copy of silent) this.#cluster.defer(copy, () => copy.write(id, write));
    if (reached.length === 0) return silent.length > 0 ? HANGS : NODE_DOWN;
    const late = isHasty ? reached.slice(1) : this.#drawLate(reached);
    const leaves: Revision[] = [];
    for (const copy of reached) if (!late.includes(copy)) addLeaf(copy.write(id, write), leaves);
    if (!isHasty && late.length > 0) {
      // Without a majority it waits for the slow ones, too.
      if (leaves.length >= this.#majority) for (const copy of late) this.#cluster.delay(copy, id, write);
      else for (const copy of late) addLeaf(copy.write(id, write), leaves);
    }
    const leaf = this.#agreedOn(leaves);
    const copies = leaves.filter((each) => leaf?.isSame(each)).length;
    if (leaf !== undefined && copies >= this.#majority) return { type: "stored", leaf, copies };
    if (silent.length > 0) return HANGS;
    return leaf === undefined ? { type: "conflict" } : { type: "unconfirmed", leaf, copies };
  }

  /** Revisions that have their names already, as a replicator sends them: taken by whoever lacks them. */
  graft(id: string, tree: Tree): Trouble | undefined {
    const { reached, silent } = this.#reach.of(this.#database.copiesOf(id));
    for (const copy of silent) this.#cluster.defer(copy, () => copy.merge(id, tree));
    for (const copy of reached) copy.merge(id, tree);
    if (reached.length > 0) return undefined;
    return silent.length > 0 ? HANGS : NODE_DOWN;
  }

  /** The document as two copies agree on it, or else as all that answer hold it together. */
  open(id: string): Opened {
    const { reached, silent } = this.#reach.of(this.#database.copiesOf(id));
    const [first, second] = reached;
    if (first === undefined) return silent.length > 0 ? HANGS : NODE_DOWN;
    if (second === undefined) return silent.length > 0 ? HANGS : { type: "opened", tree: first.treeOf(id) };
    const asked = reached.length > 2 ? this.#cluster.chance.shuffled(reached) : reached;
    for (const [place, copy] of asked.entries()) {
      const tree = copy.treeOf(id);
      const isAgreed = asked.slice(0, place).some((other) => isAlike(other.treeOf(id), tree));
      if (isAgreed) return { type: "opened", tree };
    }
    return { type: "opened", tree: together(id, asked) };
  }

  /** How many documents stand and how many were deleted, in one copy of each shard. */
  count(): { readonly type: "counted"; readonly standing: number; readonly deleted: number } | Trouble {
    const copies = this.#reach.anyOfEach(this.#database.shards);
    if ("type" in copies) return copies;
    const trees = copies.flatMap((copy) => copy.ids.map((id) => copy.treeOf(id)));
    const standing = trees.filter((tree) => tree?.[0].isDeleted === false).length;
    return { type: "counted", standing, deleted: trees.length - standing };
  }

  range(span: Span): { readonly type: "range"; readonly rows: readonly Standing[] } | Trouble {
    const copies = this.#reach.anyOfEach(this.#database.shards);
    if ("type" in copies) return copies;
    const found = copies.map((copy) => spanOf(copy, span));
    const [only = []] = found;
    if (found.length === 1) return { type: "range", rows: only };
    const sign = span.descending ? -1 : 1;
    const rows = found.flat().sort((one, other) => sign * byBytes(one.id, other.id));
    return { type: "range", rows: rows.slice(0, span.limit) };
  }

  head(): { readonly type: "head"; readonly since: Since } | Trouble {
    const copies = this.#reach.anyOfEach(this.#database.shards);
    if ("type" in copies) return copies;
    return { type: "head", since: writeBookmark(copies.map((copy) => placeIn(copy, copy.seq))) };
  }

  changes(bookmark: Bookmark, limit: number): Changes | Trouble {
    const source = { cluster: this.#cluster, database: this.#database, reach: this.#reach };
    return readChanges(source, bookmark, limit);
  }

  /** Some copies are slow, but never so many that no majority is left. */
  #drawLate(reached: readonly Copy[]): readonly Copy[] {
    const { chance, lateShare } = this.#cluster;
    const spare = reached.length - this.#majority;
    if (spare <= 0 || lateShare === 0) return [];
    return chance
      .shuffled(reached)
      .slice(0, spare)
      .filter(() => chance.happens(lateShare));
  }

  /** What a majority says, or else what the first copy says. */
  #agreedOn(leaves: readonly Revision[]): Revision | undefined {
    const isAgreed = (leaf: Revision) =>
      leaves.filter((other) => leaf.isSame(other)).length >= this.#majority;
    return leaves.find(isAgreed) ?? leaves[0];
  }

  get #majority(): number {
    return Math.floor(this.#cluster.replicas / 2) + 1;
  }
}

function addLeaf(leaf: Revision | undefined, leaves: Revision[]): void {
  if (leaf !== undefined) leaves.push(leaf);
}

/** What several copies hold, taken together. */
function together(id: string, copies: readonly Copy[]): Tree | undefined {
  let all: Tree | undefined;
  for (const copy of copies) {
    const tree = copy.treeOf(id);
    if (tree !== undefined) all = all === undefined ? tree : merged(all, tree);
  }
  return all;
}

function spanOf(copy: Copy, { low, high, limit, descending }: Span): Standing[] {
  const { ids } = copy;
  const rows: Standing[] = [];
  const begin = placeOf(ids, low);
  const end = placeOf(ids, high) + (copy.treeOf(high) === undefined ? 0 : 1);
  for (let place = descending ? end - 1 : begin; rows.length < limit; place += descending ? -1 : 1) {
    const id = ids[place];
    if (id === undefined || place < begin || place >= end) break;
    const tree = copy.treeOf(id);
    if (tree !== undefined && !tree[0].isDeleted) rows.push({ id, tree });
  }
  return rows;
}
