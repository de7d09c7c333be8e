import type { Draft } from "../../couchdb/embedded/draft.ts";
import type { Database } from "../../couchdb/embedded/engine.ts";
import { behind } from "../../couchdb/embedded/ground.ts";
import type { DocumentRecord } from "../../couchdb/embedded/records.ts";
import { parseSince } from "../../couchdb/embedded/sequence.ts";
import { documentText } from "../../couchdb/embedded/text.ts";
import { leafName, type Branch } from "../../couchdb/embedded/tree.ts";
import type {
  ChangesResult,
  CheckResult,
  EraseResult,
  FeedListener,
  Found,
  HeadResult,
  PrepareResult,
  RangeQuery,
  RangeResult,
  ReadResult,
  ReplaceResult,
  Row,
  Since,
  Store,
  StoreDocument,
  StoreFault,
  WriteResult,
} from "../../sync/store.ts";
import { draftOf, liveRevision, type MemoryCouch } from "./memory-couch.ts";
import { MemoryFeed, MISSING, rowOf, SINCE_REFUSED, sinceOf } from "./memory-feed.ts";

const CLOSED: StoreFault = { code: "unreachable", text: "the store was closed" };
const NOT_REPLACED: StoreFault = { code: "unavailable", text: "somebody else rewrites this document" };

interface Failed {
  readonly type: "fault";
  readonly fault: StoreFault;
}

/**
 * The store in memory, on the same document engine as the embedded CouchDB: for tests and simulations, which
 * need no network to see what a store does. One for each region, all on one `MemoryCouch`.
 */
export class MemoryStore implements Store {
  readonly #couch: MemoryCouch;
  readonly #feeds = new Set<MemoryFeed>();
  #isClosed = false;

  constructor(couch: MemoryCouch) {
    this.#couch = couch;
  }

  async prepare({ create }: { create: boolean }): Promise<PrepareResult> {
    if (create && !this.#isClosed) await this.#couch.create();
    return this.#with<PrepareResult>(async () => ({ type: "prepared" }));
  }

  async write(documents: readonly StoreDocument[]): Promise<WriteResult> {
    const drafts: Draft[] = [];
    for (const document of documents) {
      const draft = draftOf(document);
      if (draft.type === "refused") return { type: "refused", reason: draft.reason };
      drafts.push(draft);
    }
    return this.#with(async (database) => {
      const result = await database.write(drafts, { newEdits: true });
      if (result.type !== "written") return { type: "fault", fault: MISSING };
      const outcomes = result.outcomes.map(({ type }) => (type === "written" ? "stored" : type));
      return { type: "rows", outcomes: outcomes.map((type) => ({ type })) };
    });
  }

  async read(ids: readonly string[]): Promise<ReadResult> {
    return this.#with(async (database) => {
      const found: Found[] = [];
      for (const [place, record] of (await database.find(ids)).entries()) {
        found.push(findingOf(ids[place] ?? "", record));
      }
      return { type: "found", found };
    });
  }

  async check(ids: readonly string[]): Promise<CheckResult> {
    const read = await this.read(ids);
    if (read.type === "fault") return read;
    const presences = read.found.map(({ type }) => (type === "found" ? "present" : type));
    return { type: "checked", presences };
  }

  async erase(ids: readonly string[]): Promise<EraseResult> {
    return this.#with(async (database) => {
      const drafts = (await database.find(ids)).flatMap((record, place) =>
        deletionsOf(ids[place] ?? "", record?.tree),
      );
      const result = await database.write(drafts, { newEdits: true });
      if (result.type !== "written") return { type: "fault", fault: MISSING };
      return { type: "erased", refused: 0 };
    });
  }

  async range({ from, to, limit, descending = false, idsOnly = false }: RangeQuery): Promise<RangeResult> {
    const [low, high] = descending ? [to, from] : [from, to];
    return this.#with(async (database) => {
      const rows: Row[] = [];
      for await (const page of database.range({ from: low, to: behind(high), descending })) {
        for (const { id, tree } of page) {
          rows.push(idsOnly ? { id } : rowOf({ id, tree }));
        }
        if (rows.length >= limit) break;
      }
      rows.splice(limit);
      return { type: "range", rows };
    });
  }

  async head(): Promise<HeadResult> {
    return this.#with(async (database) => ({
      type: "head",
      since: sinceOf(database, database.counts.updateSeq),
    }));
  }

  async changes(since: Since, limit: number): Promise<ChangesResult> {
    return this.#with(async (database) => {
      const { updateSeq } = database.counts;
      const after = parseSince(since, { life: database.life, updateSeq });
      if (after === undefined) return { type: "fault", fault: SINCE_REFUSED };
      const { rows, place } = await database.changes(after, limit);
      const pending = database.counts.updateSeq - place;
      return { type: "changes", rows: rows.map(rowOf), since: sinceOf(database, place), pending, skipped: 0 };
    });
  }

  follow(since: Since, listener: FeedListener): () => void {
    const feed = new MemoryFeed(listener);
    this.#feeds.add(feed);
    // Not in the caller's own turn: it does not know yet how to close the feed.
    queueMicrotask(() => feed.open(this.#couch.database, since));
    return () => {
      this.#feeds.delete(feed);
      feed.close();
    };
  }

  async replace(document: StoreDocument): Promise<ReplaceResult> {
    return this.#with(async (database) => {
      const [record] = await database.find([document._id]);
      const before = findingOf(document._id, record);
      const rev = await liveRevision(database, document._id);
      const result = await this.write([rev === undefined ? document : { ...document, _rev: rev }]);
      if (result.type === "fault") return result;
      const isStored = result.type === "rows" && result.outcomes[0]?.type === "stored";
      return isStored ? { type: "replaced", before } : { type: "fault", fault: NOT_REPLACED };
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const feed of this.#feeds) feed.close();
  }

  async #with<T>(answer: (database: Database) => Promise<T | Failed>): Promise<T | Failed> {
    if (this.#isClosed) return { type: "fault", fault: CLOSED };
    const { database } = this.#couch;
    return database === undefined ? { type: "fault", fault: MISSING } : answer(database);
  }
}

function findingOf(id: string, record: DocumentRecord | undefined): Found {
  if (record === undefined) return { type: "missing" };
  if (record.tree[0].deleted) return { type: "deleted" };
  return { type: "found", document: JSON.parse(documentText(id, record.tree)) };
}

/** One for each version that stands there, or for the id where there never was any. */
function deletionsOf(id: string, tree: readonly Branch[] | undefined): Draft[] {
  const live = tree?.filter((branch) => !branch.deleted).map((branch) => ({ _rev: leafName(branch) }));
  return (live ?? [{}])
    .map((revision) => draftOf({ _id: id, ...revision, _deleted: true }))
    .filter((draft) => draft.type === "draft");
}
