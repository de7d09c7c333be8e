import type { Draft } from "./draft.ts";
import type { Change } from "./ground.ts";
import { isLocal, writeDocument, type Counts, type DocumentRecord, type Keys, type Row } from "./records.ts";
import {
  findLeaf,
  formatRevision,
  graft,
  isLive,
  leafOf,
  nextRevision,
  type Graft,
  type Tree,
} from "./tree.ts";

/** What became of one document of a write. */
export type Outcome =
  | { readonly type: "written"; readonly id: string; readonly rev: string }
  | { readonly type: "conflict"; readonly id: string };

/**
 * Writes that go to the disk as one. Pure: it is given what is there, decides draft after draft (each sees
 * those before it), and says at the end what has to change.
 */
export class Commit {
  readonly #counts: Counts;
  readonly #before: ReadonlyMap<string, DocumentRecord>;
  /** What is new; undefined: a _local document that is removed. */
  readonly #after = new Map<string, Tree | undefined>();

  constructor(counts: Counts, before: ReadonlyMap<string, DocumentRecord>) {
    this.#counts = counts;
    this.#before = before;
  }

  /** With `newEdits` false the revision is taken as it is named, and nothing is a conflict. */
  take(draft: Draft, newEdits: boolean): Outcome {
    const { id } = draft;
    if (isLocal(id)) return this.#takeLocal(draft);
    const tree = this.#after.get(id) ?? this.#before.get(id)?.tree;
    const addition = newEdits ? editOf(draft, tree) : replicaOf(draft);
    if (!addition) return { type: "conflict", id };
    const grown = graft(tree ?? [], addition);
    if (grown) this.#after.set(id, grown);
    return { type: "written", id, rev: formatRevision(addition.revision) };
  }

  /** What has to be written, how the counts stand then, and the rows that are new, in the order of the feed. */
  end(keys: Keys): { changes: readonly Change[]; counts: Counts; rows: readonly Row[] } {
    const changes: Change[] = [];
    const rows: Row[] = [];
    let counts = this.#counts;
    for (const [id, tree] of this.#after) {
      const key = keys.document(id);
      if (isLocal(id)) {
        changes.push(tree ? { key, value: writeDocument({ seq: 0, tree }) } : { key });
      } else if (tree) {
        const before = this.#before.get(id);
        if (before) changes.push({ key: keys.row(before.seq) });
        counts = recount(counts, before?.tree, tree);
        const row = { id, seq: counts.updateSeq, tree };
        changes.push({ key, value: writeDocument(row) }, { key: keys.row(row.seq), value: id });
        rows.push(row);
      }
    }
    if (rows.length > 0) changes.push({ key: keys.counts, value: JSON.stringify(counts) });
    return { changes, counts, rows };
  }

  /** Last writer wins, whatever revision was named; the number only counts on from it. */
  #takeLocal({ id, revision, deleted, body }: Draft): Outcome {
    const hash = deleted ? "0" : String((Number(revision?.hash) || 0) + 1);
    const branch = { generation: 0, hashes: [hash], deleted, body };
    this.#after.set(id, deleted ? undefined : [branch]);
    return { type: "written", id, rev: `0-${hash}` };
  }
}

/** A child of the live leaf it names, or, naming none, of nothing or of a deletion. Undefined: a conflict. */
function editOf(draft: Draft, tree: Tree | undefined): Graft | undefined {
  const { revision: named, deleted, body } = draft;
  if (tree && named && findLeaf(tree, named)?.deleted !== false) return undefined;
  if (tree && !named && (isLive(tree) || deleted)) return undefined;
  // Recorded: an update of a document that is not there is taken.
  const parent = named ?? (tree && leafOf(tree[0]));
  const ancestors = parent ? [parent.hash] : [];
  return { revision: nextRevision(draft, parent), ancestors, deleted, body };
}

/** A revision as another server names it. A draft without one does not come so far. */
function replicaOf(draft: Draft): Graft | undefined {
  return draft.revision && { ...draft, revision: draft.revision };
}

/** One document has changed. */
function recount({ updateSeq, live, deleted }: Counts, before: Tree | undefined, after: Tree): Counts {
  const was = before && isLive(before);
  const is = isLive(after);
  return {
    updateSeq: updateSeq + 1,
    live: live + Number(is) - Number(was === true),
    deleted: deleted + Number(!is) - Number(was === false),
  };
}
