import { isLocal, type Draft } from "./draft.ts";
import type { Change } from "./ground.ts";
import type { Counts, DocumentRecord, Keys, LocalRecord, Row } from "./records.ts";
import { formatRevision, nextRevision, type Md5, type Revision } from "./revision.ts";
import { bodiesOf, extend, graft, isLive, leafRevision, locate, type Leaf, type Tree } from "./tree.ts";

/** What became of one document of a write. */
export type Outcome =
  | { readonly type: "written"; readonly id: string; readonly rev: string }
  | { readonly type: "conflict"; readonly id: string };

/**
 * Writes that go to the disk as one. Pure: it is given what is there, decides draft after draft (each sees
 * those before it), and says at the end what has to change.
 */
export class Commit {
  counts: Counts;
  readonly #keys: Keys;
  readonly #md5: Md5;
  readonly #before: ReadonlyMap<string, DocumentRecord>;
  readonly #documents: Map<string, DocumentRecord>;
  readonly #bodies = new Map<number, string>();
  readonly #changes = new Map<string, Change>();
  readonly #touched = new Set<string>();

  constructor(keys: Keys, md5: Md5, counts: Counts, before: ReadonlyMap<string, DocumentRecord>) {
    this.#keys = keys;
    this.#md5 = md5;
    this.counts = counts;
    this.#before = before;
    this.#documents = new Map(before);
  }

  /** One request. `newEdits` false takes revisions as they are named, and never answers a conflict. */
  take(drafts: readonly Draft[], newEdits: boolean): Outcome[] {
    const touched = new Set<string>();
    const outcomes = drafts.map((draft) => {
      if (isLocal(draft.id)) return this.#writeLocal(draft);
      const record = this.#documents.get(draft.id);
      const written = newEdits ? this.#edit(draft, record) : this.#accept(draft, record?.tree ?? []);
      if (!written) return { type: "conflict", id: draft.id } as const;
      if (written.tree !== record?.tree) {
        this.#documents.set(draft.id, { seq: record?.seq ?? 0, tree: written.tree });
        touched.add(draft.id);
      }
      return { type: "written", id: draft.id, rev: formatRevision(written.revision) } as const;
    });
    for (const id of touched) this.#place(id);
    return outcomes;
  }

  /** What has to be written: nothing when every draft was a conflict or known. Called once, at the end. */
  changes(): Change[] {
    for (const id of this.#touched) this.#settle(id);
    if (this.#touched.size > 0) this.#put(this.#keys.counts, this.counts);
    return [...this.#changes.values()];
  }

  /** The rows that are new, in the order of the feed, with their content unless that was there before. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (const id of this.#touched) {
      const record = this.#documents.get(id);
      if (record) rows.push(this.#row(id, record));
    }
    return rows.sort((a, b) => a.seq - b.seq);
  }

  /** Numbers at which the feed no longer has a row. */
  left(): number[] {
    return [...this.#touched].flatMap((id) => this.#before.get(id)?.seq ?? []);
  }

  #edit(draft: Draft, record: DocumentRecord | undefined): { tree: Tree; revision: Revision } | undefined {
    const parent = this.#parentOf(draft, record);
    if (parent.type === "conflict") return undefined;
    const revision = nextRevision(this.#md5, { deleted: draft.deleted, body: draft.term }, parent.revision);
    const leaf = this.#leaf(draft, revision);
    return { revision, tree: extend(record?.tree ?? [], leaf, parent.revision) };
  }

  #parentOf(draft: Draft, record: DocumentRecord | undefined): Parent {
    const named = draft.revision;
    if (!record) {
      // Recorded: an update of a document that is not there is taken, but not by a database that never held one.
      if (named && this.counts.updateSeq === 0) return { type: "conflict" };
      return { type: "parent", revision: named };
    }
    if (named) {
      const found = locate(record.tree, named);
      const isOpen = found !== undefined && found.at === 0 && !found.branch.deleted;
      return isOpen ? { type: "parent", revision: named } : { type: "conflict" };
    }
    const [winner] = record.tree;
    if (!winner || isLive(record.tree) || draft.deleted) return { type: "conflict" };
    return { type: "parent", revision: leafRevision(winner) };
  }

  #accept(draft: Draft, tree: Tree): { tree: Tree; revision: Revision } | undefined {
    const { revision } = draft;
    return revision && { revision, tree: graft(tree, this.#leaf(draft, revision), draft.ancestors) };
  }

  #leaf(draft: Draft, revision: Revision): Leaf {
    const body = this.counts.lastBody + 1;
    this.counts = { ...this.counts, lastBody: body };
    this.#bodies.set(body, draft.body);
    return { revision, deleted: draft.deleted, body };
  }

  /** Last writer wins, whatever revision was named; the number only counts on from it. */
  #writeLocal(draft: Draft): Outcome {
    const key = this.#keys.local(draft.id);
    if (draft.deleted) {
      this.#changes.set(key, { key });
      return { type: "written", id: draft.id, rev: "0-0" };
    }
    const revision = Number(draft.revision?.hash ?? 0) + 1;
    const record: LocalRecord = { revision, body: draft.body };
    this.#put(key, record);
    return { type: "written", id: draft.id, rev: `0-${revision}` };
  }

  /** Gives a changed document its new place, the last one, in the feed. */
  #place(id: string): void {
    const record = this.#documents.get(id);
    if (!record) return;
    const seq = this.counts.updateSeq + 1;
    this.counts = { ...this.counts, updateSeq: seq };
    this.#documents.set(id, { ...record, seq });
    this.#touched.add(id);
  }

  #settle(id: string): void {
    const before = this.#before.get(id);
    const record = this.#documents.get(id);
    if (!record) return;
    const needed = bodiesOf(record.tree);
    for (const body of needed) {
      const text = this.#bodies.get(body);
      if (text !== undefined)
        this.#changes.set(this.#keys.body(body), { key: this.#keys.body(body), value: text });
    }
    if (before) {
      const from = this.#keys.row(before.seq);
      this.#changes.set(from, { key: from });
      for (const body of bodiesOf(before.tree)) {
        const key = this.#keys.body(body);
        if (!needed.has(body)) this.#changes.set(key, { key });
      }
    }
    this.#put(this.#keys.document(id), record);
    const { body: _, ...row } = this.#row(id, record);
    this.#put(this.#keys.row(record.seq), row);
    this.counts = recount(this.counts, before?.tree, record.tree);
  }

  #row(id: string, record: DocumentRecord): Row {
    const leaves = record.tree.map((branch) => ({
      rev: formatRevision(leafRevision(branch)),
      deleted: branch.deleted,
      body: branch.bodies[0] ?? 0,
    }));
    const body = this.#bodies.get(leaves[0]?.body ?? 0);
    return { seq: record.seq, id, leaves, ...(body !== undefined && { body }) };
  }

  #put(key: string, value: unknown): void {
    this.#changes.set(key, { key, value: JSON.stringify(value) });
  }
}

type Parent =
  | { readonly type: "parent"; readonly revision: Revision | undefined }
  | { readonly type: "conflict" };

function recount(counts: Counts, before: Tree | undefined, after: Tree): Counts {
  const was = before && isLive(before);
  const is = isLive(after);
  const live = counts.live + Number(is) - Number(was === true);
  const deleted = counts.deleted + Number(!is) - Number(was === false);
  return { ...counts, live, deleted };
}
