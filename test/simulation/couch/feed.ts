import type { Row, Since } from "../../../sync/store.ts";
import { writeBookmark, type Bookmark } from "./bookmark.ts";
import type { Cluster, Node } from "./cluster.ts";
import { Coordinator } from "./coordinator.ts";
import type { Database } from "./database.ts";
import { ENDED, NODE_DOWN, type Failed } from "./fate.ts";
import { lineOf, rowOf } from "./rows.ts";

export type Opened = { readonly type: "opened"; readonly feed: Feed } | Failed;

/** What an open feed says when it is asked. */
export type FeedPiece =
  /** Rows, the bookmark behind them, and the same as CouchDB writes it: a line for each row. */
  | { readonly type: "rows"; readonly rows: readonly Row[]; readonly since: Since; text(): string }
  /** Nothing but heartbeats. */
  | { readonly type: "heartbeat" }
  /** Not even heartbeats: half-open, or its node is paused. */
  | { readonly type: "silence" }
  /** It is over; nothing comes after this. */
  | { readonly type: "ended"; readonly failed: Failed };

type State = "live" | "deaf" | "silent" | "cut";

const HEARTBEAT: FeedPiece = { type: "heartbeat" };
const SILENCE: FeedPiece = { type: "silence" };

/**
 * An open continuous feed. It ends when its node dies, when the database goes away or its files are exchanged; it
 * survives a lock-out, a compaction and the death of other nodes, after which rows may come again.
 */
export class Feed {
  readonly #cluster: Cluster;
  readonly #database: Database;
  readonly #node: Node;
  readonly #life: number;
  #bookmark: Bookmark;
  #state: State = "live";

  constructor(cluster: Cluster, database: Database, node: number, bookmark: Bookmark) {
    this.#cluster = cluster;
    this.#database = database;
    this.#node = cluster.node(node);
    this.#life = this.#node.life;
    this.#bookmark = bookmark;
  }

  /** The next rows, `limit` at most. */
  pull(limit: number): FeedPiece {
    if (this.#isOver()) return { type: "ended", failed: ENDED };
    if (this.#state === "silent" || this.#node.state !== "up") return SILENCE;
    if (this.#state === "deaf") return HEARTBEAT;
    const coordinator = new Coordinator(this.#cluster, this.#database, this.#node.place);
    const changes = coordinator.changes(this.#bookmark, limit);
    if (changes.type === "hangs") return SILENCE;
    if (changes.type !== "changes") return { type: "ended", failed: NODE_DOWN };
    if (changes.entries.length === 0) return HEARTBEAT;
    const { entries, bookmark } = changes;
    this.#bookmark = bookmark;
    return {
      type: "rows",
      rows: entries.map(({ id, tree }) => rowOf(id, tree)),
      since: writeBookmark(bookmark),
      text: () => entries.map((entry, place) => lineOf(entry, changes.bookmarkAt(place))).join(""),
    };
  }

  /** Heartbeats go on, rows do not (S4). */
  deafen(): void {
    this.#become("deaf", "S4 feed deaf");
  }

  /** The connection is half-open: nothing comes any more, and it does not end (S3). */
  silence(): void {
    this.#become("silent", "S3 feed silent");
  }

  /** Cut by whoever stands between (S27). */
  cut(): void {
    this.#become("cut", "S27 feed cut");
  }

  #become(state: State, deed: string): void {
    if (this.#isOver()) return;
    this.#state = state;
    this.#cluster.count(deed);
  }

  /** Half-open connections do not even learn that the other side is gone. */
  #isOver(): boolean {
    if (this.#state === "silent") return false;
    const { database, isTakenAway } = this.#cluster;
    const isGone = database !== this.#database || isTakenAway;
    return this.#state === "cut" || isGone || this.#node.life !== this.#life;
  }
}
