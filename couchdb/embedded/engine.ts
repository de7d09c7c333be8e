/**
 * The document engine: one database of the embedded CouchDB, and of the tests' in-memory store. No clock, no
 * chance, no I/O of its own: it stands on a `Ground`, and everything else is an argument.
 *
 * Invariants: one commit at a time, and what gathers meanwhile makes the next one; nothing is answered, read or
 * shown before its commit is safe; each document has exactly one row in the feed, at its latest change.
 */
import { Commit, type Outcome } from "./commit.ts";
import type { Draft } from "./draft.ts";
import { behind, type Ground } from "./ground.ts";
import {
  keysOf,
  readCounts,
  readDocument,
  type Counts,
  type DocumentRecord,
  type Keys,
  type Row,
} from "./records.ts";

export interface DatabaseOptions {
  readonly name: string;
  /** 32 hex digits, new for every creation; bookmarks carry it. */
  readonly life: string;
}

export type WriteResult =
  /** One outcome for each document, in the order asked; on the ground and safe. */
  | { readonly type: "written"; readonly outcomes: readonly Outcome[] }
  /** The ground did not say that the write is safe. The database takes no more writes until it is opened anew. */
  | { readonly type: "failed"; readonly reason: string }
  /** The database was deleted meanwhile. */
  | { readonly type: "dropped" };

export interface Watcher {
  /** These rows are safe and can be read. */
  changed(rows: readonly Row[]): void;
  dropped(): void;
}

interface Waiting {
  readonly drafts: readonly Draft[];
  readonly newEdits: boolean;
  readonly answer: (result: WriteResult) => void;
}

/** How many requests one commit takes of what is waiting, so that nobody waits for a giant one. */
const COMMIT_REQUESTS = 100;
/** Documents read at once; each may have 1 MB. */
export const PAGE = 100;

export class Database {
  readonly name: string;
  readonly life: string;
  readonly #ground: Ground;
  readonly #keys: Keys;
  readonly #watchers = new Set<Watcher>();
  /** Bounded by the callers: each waits for the answer before it asks again. */
  #waiting: Waiting[] = [];
  #isCommitting = false;
  #commits: Promise<void> = Promise.resolve();
  #end: WriteResult | undefined;
  #counts: Counts;

  static async open(ground: Ground, options: DatabaseOptions): Promise<Database> {
    const [counts] = await ground.get([keysOf(options.life).counts]);
    return new Database(ground, options, readCounts(counts));
  }

  private constructor(ground: Ground, { name, life }: DatabaseOptions, counts: Counts) {
    this.name = name;
    this.life = life;
    this.#ground = ground;
    this.#keys = keysOf(life);
    this.#counts = counts;
  }

  get counts(): Counts {
    return this.#counts;
  }

  async find(ids: readonly string[]): Promise<(DocumentRecord | undefined)[]> {
    const texts = await this.#ground.get(ids.map((id) => this.#keys.document(id)));
    return texts.map((text) => (text === undefined ? undefined : readDocument(text)));
  }

  /** Live documents with `from` ≤ id < `to` in the order of UTF-8 bytes, page by page. */
  async *range(query: {
    readonly from: string;
    readonly to: string;
    readonly descending?: boolean;
  }): AsyncGenerator<Row[]> {
    const { descending = false } = query;
    let from = this.#keys.document(query.from);
    let to = this.#keys.document(query.to);
    for (;;) {
      const entries = await this.#ground.range({ from, to, limit: PAGE, descending });
      const rows = entries.map(({ key, value }) => ({
        id: key.slice(this.#keys.document("").length),
        ...readDocument(value),
      }));
      yield rows.filter((row) => !row.tree[0].deleted);
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) return;
      if (descending) to = last.key;
      else from = behind(last.key);
    }
  }

  /**
   * At most `limit` rows behind `after`, and the place that they reach to. A document that changes while its row is
   * read is left out: its new row stands behind that place.
   */
  async changes(after: number, limit: number): Promise<{ rows: Row[]; place: number }> {
    const upTo = this.#counts.updateSeq;
    const span = { from: this.#keys.row(after + 1), to: this.#keys.row(upTo + 1) };
    const entries = await this.#ground.range({ ...span, limit: Math.min(limit, PAGE) });
    const records = await this.find(entries.map(({ value }) => value));
    const rows: Row[] = [];
    for (const [i, { key, value: id }] of entries.entries()) {
      const record = records[i];
      if (record?.seq === this.#keys.seqOf(key)) rows.push({ id, ...record });
    }
    const last = entries.at(-1);
    const isAll = !last || entries.length < Math.min(limit, PAGE);
    return { rows, place: isAll ? upTo : this.#keys.seqOf(last.key) };
  }

  write(drafts: readonly Draft[], options: { newEdits: boolean }): Promise<WriteResult> {
    return new Promise((answer) => {
      if (this.#end) {
        answer(this.#end);
        return;
      }
      this.#waiting.push({ drafts, newEdits: options.newEdits, answer });
      if (!this.#isCommitting) this.#commits = this.#commitAll();
    });
  }

  /** Returns what ends it. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** No more writes, and every follower is told. Fulfilled when nothing more touches the ground. */
  drop(): Promise<void> {
    this.#end ??= { type: "dropped" };
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher.dropped();
    return this.#commits;
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) {
      await this.#commitOnce(this.#waiting.splice(0, COMMIT_REQUESTS));
    }
    this.#isCommitting = false;
  }

  async #commitOnce(group: readonly Waiting[]): Promise<void> {
    let rows: readonly Row[] = [];
    try {
      const commit = await this.#prepare(group);
      const results = group.map(({ drafts, newEdits }) =>
        drafts.map((draft) => commit.take(draft, newEdits)),
      );
      const { changes, counts, rows: changed } = commit.end(this.#keys);
      if (changes.length > 0) await this.#ground.write(changes);
      this.#counts = counts;
      rows = changed;
      for (const [i, { answer }] of group.entries()) answer({ type: "written", outcomes: results[i] ?? [] });
    } catch (error) {
      this.#fail(group, error);
    }
    if (rows.length > 0) for (const watcher of this.#watchers) watcher.changed(rows);
  }

  /** A commit that knows what is there. */
  async #prepare(group: readonly Waiting[]): Promise<Commit> {
    const ids = [...new Set(group.flatMap(({ drafts }) => drafts.map((draft) => draft.id)))];
    const known = new Map<string, DocumentRecord>();
    for (const [i, record] of (await this.find(ids)).entries()) if (record) known.set(ids[i] ?? "", record);
    return new Commit(this.#counts, known);
  }

  /** After a write whose fate is unknown nothing in memory can be trusted to match the ground. */
  #fail(group: readonly Waiting[], error: unknown): void {
    const end = (this.#end ??= { type: "failed", reason: String(error) });
    for (const { answer } of [...group, ...this.#waiting.splice(0)]) answer(end);
  }
}
