/**
 * The document engine: one database of the embedded CouchDB, and of the tests' in-memory store. No clock, no
 * chance, no I/O of its own: it stands on a `Ground` (memory or disk), and everything else is an argument.
 *
 *   const ground = new MemoryGround();
 *   const database = await Database.open(ground, { name, prefix: "000001", life, md5 });
 *
 *   parseDraft(json, { id, fromPath, mustName })   one document in: a Draft, or the Refusal CouchDB answers
 *   database.write(drafts, { newEdits })           → written (outcomes in order) | failed | dropped
 *   database.find(ids)                             → what is at each id: its tree and place, or undefined
 *   database.bodies(numbers)                       → contents, as text
 *   database.range({ from, to, … })                → live documents by id
 *   database.changes({ after, limit, … })          → rows of the feed from the disk
 *   database.recent(after, limit)                  → the same at once from memory, or undefined: too far behind
 *   database.pending(after)                        → how many rows are behind
 *   database.watch(listener)                       → told right after rows are safe; `follow` in feed.ts uses it
 *   formatSeq(seq, database.life), parseSince(text, database.life)
 *   documentText(id, rev, body, extra)             → the JSON text a client receives
 *
 * Invariants: one commit at a time, and what gathers meanwhile makes the next one; nothing is answered, read or
 * shown before its commit is safe; each document has exactly one row, at its latest change.
 */
import { Commit, type Outcome } from "./commit.ts";
import type { Draft } from "./draft.ts";
import { Blocks, BLOCK } from "./blocks.ts";
import type { Ground } from "./ground.ts";
import { Reader } from "./reader.ts";
import { keysOf, readCounts, readRow, type Counts, type DocumentRecord, type Row } from "./records.ts";
import type { Md5 } from "./revision.ts";
import { Tail } from "./tail.ts";

export interface DatabaseOptions {
  readonly name: string;
  /** Six characters, never used twice on one ground. */
  readonly prefix: string;
  /** 32 hex digits, new for every creation; bookmarks carry it. */
  readonly life: string;
  readonly md5: Md5;
}

export type WriteResult =
  /** One outcome for each document, in the order asked; on the ground and safe. */
  | { readonly type: "written"; readonly outcomes: readonly Outcome[] }
  /** The ground did not say that the write is safe. The database takes no more writes until it is opened anew. */
  | { readonly type: "failed"; readonly reason: string }
  /** The database was deleted meanwhile. */
  | { readonly type: "dropped" };

export interface Watcher {
  /** Rows are safe and can be read. */
  changed(): void;
  dropped(): void;
}

interface Waiting {
  readonly drafts: readonly Draft[];
  readonly newEdits: boolean;
  readonly answer: (result: WriteResult) => void;
}

/** What one commit takes of what is waiting, so that nobody waits for a giant one. */
const COMMIT_DOCUMENTS = 2000;
/** Pages in which the ground is read. */
const PAGE = 500;
/** Contents are read until a page has this many characters. */
const PAGE_TEXT = 4_000_000;

export class Database extends Reader {
  readonly name: string;
  readonly life: string;
  readonly #md5: Md5;
  readonly #blocks: Blocks;
  readonly #tail: Tail;
  readonly #watchers = new Set<Watcher>();
  /** Bounded by the callers: each waits for the answer before it asks again. */
  #waiting: Waiting[] = [];
  #isCommitting = false;
  #commits: Promise<void> = Promise.resolve();
  #end: WriteResult | undefined;
  #counts: Counts;

  static async open(ground: Ground, options: DatabaseOptions): Promise<Database> {
    const keys = keysOf(options.prefix);
    const [counts] = await ground.get([keys.counts]);
    return new Database(ground, options, readCounts(counts), await Blocks.load(ground, keys));
  }

  private constructor(ground: Ground, options: DatabaseOptions, counts: Counts, blocks: Blocks) {
    super(ground, options.prefix);
    this.name = options.name;
    this.life = options.life;
    this.#md5 = options.md5;
    this.#counts = counts;
    this.#blocks = blocks;
    this.#tail = new Tail(counts.updateSeq);
  }

  get counts(): Counts {
    return this.#counts;
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

  async setProperty(name: string, text: string): Promise<void> {
    await this.ground.write([{ key: this.keys.property(name), value: text }]);
  }

  /**
   * Rows with `after` < seq ≤ `upTo`, at most `limit` and a page; fewer when `withBodies` fills it. A document that
   * changes while its row is read may be missing here, or have no body: its new row stands behind `upTo`.
   */
  async changes(query: {
    after: number;
    upTo?: number;
    limit: number;
    descending?: boolean;
    withBodies?: boolean;
  }): Promise<Row[]> {
    const upTo = query.upTo ?? this.#counts.updateSeq;
    const span = { from: this.keys.row(query.after + 1), to: this.keys.row(upTo + 1) };
    const limit = Math.min(query.limit, PAGE);
    const entries = await this.ground.range({ ...span, limit, descending: query.descending ?? false });
    const rows = entries.map((entry) => readRow(entry.value));
    return query.withBodies ? this.withBodies(rows, PAGE_TEXT) : rows;
  }

  recent(after: number, limit: number): Row[] | undefined {
    return this.#tail.after(after, limit);
  }

  /** How many rows stand behind `after`. Reads at most one block. */
  async pending(after: number): Promise<number> {
    if (after >= this.#counts.updateSeq) return 0;
    const block = Math.floor(after / BLOCK);
    const behindBlock = this.#blocks.behind(block);
    const span = { from: this.keys.row(after + 1), to: this.keys.row((block + 1) * BLOCK) };
    return behindBlock + (await this.ground.range({ ...span, limit: BLOCK })).length;
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
    while (this.#waiting.length > 0) await this.#commitOnce(this.#nextGroup());
    this.#isCommitting = false;
  }

  #nextGroup(): Waiting[] {
    let documents = 0;
    let take = 0;
    while (take < this.#waiting.length && (take === 0 || documents < COMMIT_DOCUMENTS)) {
      documents += this.#waiting[take]?.drafts.length ?? 0;
      take += 1;
    }
    return this.#waiting.splice(0, take);
  }

  async #commitOnce(group: readonly Waiting[]): Promise<void> {
    let isChanged = false;
    try {
      const commit = await this.#prepare(group);
      const outcomes = group.map(({ drafts, newEdits }) => commit.take(drafts, newEdits));
      isChanged = await this.#settle(commit);
      for (const [i, { answer }] of group.entries()) answer({ type: "written", outcomes: outcomes[i] ?? [] });
    } catch (error) {
      this.#fail(group, error);
    }
    if (isChanged) for (const watcher of this.#watchers) watcher.changed();
  }

  /** A commit that knows what is there. */
  async #prepare(group: readonly Waiting[]): Promise<Commit> {
    const ids = [...new Set(group.flatMap(({ drafts }) => drafts.map((draft) => draft.id)))];
    return new Commit(this.keys, this.#md5, this.#counts, byId(ids, await this.find(ids)));
  }

  /** Writes it; then, and not before, it counts and its rows can be read. */
  async #settle(commit: Commit): Promise<boolean> {
    const changes = commit.changes();
    const rows = await this.withBodies(commit.rows(), Infinity);
    const entered = rows.map((row) => row.seq);
    const moved = this.#blocks.moved(entered, commit.left());
    if (changes.length > 0) await this.ground.write([...changes, ...this.#blocks.changes(moved)]);
    this.#counts = commit.counts;
    this.#blocks.apply(moved);
    this.#tail.append(rows);
    return rows.length > 0;
  }

  /** After a write whose fate is unknown nothing in memory can be trusted to match the ground. */
  #fail(group: readonly Waiting[], error: unknown): void {
    const end = (this.#end ??= { type: "failed", reason: String(error) });
    for (const { answer } of [...group, ...this.#waiting.splice(0)]) answer(end);
  }
}

function byId(
  ids: readonly string[],
  records: readonly (DocumentRecord | undefined)[],
): Map<string, DocumentRecord> {
  const known = new Map<string, DocumentRecord>();
  for (const [i, id] of ids.entries()) {
    const record = records[i];
    if (record) known.set(id, record);
  }
  return known;
}
