import type { Database } from "../../couchdb/embedded/engine.ts";
import { follow, type Follower } from "../../couchdb/embedded/feed.ts";
import type { Row as EngineRow } from "../../couchdb/embedded/records.ts";
import { formatSeq, parseSince } from "../../couchdb/embedded/sequence.ts";
import { documentText } from "../../couchdb/embedded/text.ts";
import { documentRow } from "../../couchdb/rows.ts";
import { branded } from "../../sync/brand.ts";
import type { FeedListener, Row, Since, StoreFault } from "../../sync/store.ts";

export const MISSING: StoreFault = { code: "missing", text: "the database does not exist" };
export const SINCE_REFUSED: StoreFault = { code: "since-refused", text: "this is no bookmark" };
const DROPPED: StoreFault = { code: "unavailable", text: "the store ended the feed" };

/** One feed of the store in memory: rows are handed over in the turn in which they became readable. */
export class MemoryFeed {
  readonly #listener: FeedListener;
  #follower: Follower | undefined;
  #isOver = false;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  open(database: Database | undefined, since: Since): void {
    if (this.#isOver) return;
    if (database === undefined) return this.#end(MISSING);
    const after = parseSince(since, { life: database.life, updateSeq: database.counts.updateSeq });
    if (after === undefined) return this.#end(SINCE_REFUSED);
    this.#listener.opened();
    this.#follower = follow(database, after, {
      rows: (rows) => {
        void this.#handOver(database, rows);
        return false;
      },
      isLive: () => undefined,
      ended: () => this.#end(DROPPED),
    });
  }

  close(): void {
    this.#isOver = true;
    this.#follower?.stop();
  }

  /** The next rows come when the listener is done with these. */
  async #handOver(database: Database, rows: readonly EngineRow[]): Promise<void> {
    const since = sinceOf(database, rows.at(-1)?.seq ?? 0);
    if (!this.#isOver) await this.#listener.changed(rows.map(rowOf), since, 0);
    this.#follower?.resume();
  }

  #end(fault: StoreFault): void {
    if (this.#isOver) return;
    this.close();
    this.#listener.ended(fault);
  }
}

export function rowOf({ id, tree }: Pick<EngineRow, "id" | "tree">): Row {
  return tree[0].deleted ? { id } : documentRow(id, JSON.parse(documentText(id, tree, true)));
}

export function sinceOf(database: Database, seq: number): Since {
  return branded<Since>(formatSeq(seq, database.life));
}
