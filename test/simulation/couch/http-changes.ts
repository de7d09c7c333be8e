import { parseBookmark, writeBookmark, type Bookmark } from "./bookmark.ts";
import type { Cluster } from "./cluster.ts";
import { Coordinator } from "./coordinator.ts";
import type { Database } from "./database.ts";
import {
  complaint,
  declined,
  unknownParameter,
  type HttpFeed,
  type Question,
  type Reply,
  troubled,
} from "./http-question.ts";
import { changeText, type ChangeStyle } from "./rows.ts";

const KNOWN =
  "since limit feed heartbeat timeout include_docs style conflicts seq_interval last-event-id".split(" ");
type Query = Question["query"];

const MALFORMED = complaint(400, "bad_request", "Malformed sequence supplied in 'since' parameter.");

/** `_changes` over HTTP: one answer, a long poll, a continuous feed. */
export class HttpChanges {
  readonly #cluster: Cluster;
  readonly #database: Database;
  readonly #coordinator: Coordinator;

  constructor(cluster: Cluster, database: Database, coordinator: Coordinator) {
    this.#cluster = cluster;
    this.#database = database;
    this.#coordinator = coordinator;
  }

  ask({ node, method, query, headers }: Question, isThere: () => boolean): Reply {
    if (method !== "GET" && method !== "POST") return declined("odd methods");
    const unknown = unknownParameter(query, KNOWN);
    if (unknown !== undefined) return unknown;
    if (hasOddOption(query, headers, method)) return declined("odd options");
    const limit = Number(query["limit"] ?? 1e9);
    const { feed = "normal" } = query;
    const bookmark = this.#bookmark(query["last-event-id"] ?? query["since"] ?? "0");
    if ("type" in bookmark) return bookmark;
    const style = {
      hasDocument: query["include_docs"] === "true",
      hasConflicts: query["conflicts"] === "true",
      isAllLeaves: query["style"] === "all_docs",
    };
    switch (feed) {
      case "normal":
        return this.#normal(bookmark, limit, style);
      case "continuous":
      case "longpoll": {
        const line = { cluster: this.#cluster, database: this.#database, node, isThere };
        return {
          type: "following",
          feed: new Following(line, { bookmark, limit, style, isOnce: feed === "longpoll" }),
        };
      }
      default:
        return declined(`feed=${feed}`);
    }
  }

  #bookmark(since: string): Bookmark | Reply {
    if (since !== "now") return parseBookmark(since) ?? MALFORMED;
    const head = this.#coordinator.head();
    return head.type === "head" ? (parseBookmark(head.since) ?? []) : troubled(head);
  }

  #normal(bookmark: Bookmark, limit: number, style: ChangeStyle): Reply {
    const changes = this.#coordinator.changes(bookmark, limit);
    if (changes.type !== "changes") return troubled(changes);
    const rows = changes.entries.map((entry, place) => changeText(entry, changes.bookmarkAt(place), style));
    // Who asks for nothing gets the same bookmark back, if it is one of as many shards.
    const isEchoed = limit === 0 && bookmark.length === this.#database.shards.length;
    const last = writeBookmark(isEchoed ? bookmark : changes.bookmark);
    return { type: "answered", status: 200, text: resultsText(rows, last, changes.pending()) };
  }
}

/** Values that CouchDB answers with 400, 415 or 500. */
function hasOddOption(
  { limit, timeout, heartbeat, style, ...query }: Query,
  headers: Query,
  method: string,
): boolean {
  const isTyped = method === "GET" || headers["content-type"]?.startsWith("application/json") === true;
  const isWhole = [limit, timeout].every((number) => number === undefined || /^\d+$/.test(number));
  const isBeat = heartbeat === undefined || /^([1-9]\d*|true)$/.test(heartbeat);
  const isStyle = style === undefined || style === "all_docs" || style === "main_only";
  const isInterval = /^([1-9]\d*)?$/.test(query["seq_interval"] ?? "");
  return !(isTyped && isWhole && isBeat && isStyle && isInterval);
}

interface Line {
  readonly cluster: Cluster;
  readonly database: Database;
  readonly node: number;
  readonly isThere: () => boolean;
}

interface Wanted {
  readonly bookmark: Bookmark;
  readonly limit: number;
  readonly style: ChangeStyle;
  /** A long poll: it ends with the first rows. */
  readonly isOnce: boolean;
}

class Following implements HttpFeed {
  readonly #line: Line;
  readonly #wanted: Wanted;
  readonly #rows: string[] = [];
  #bookmark: Bookmark;
  #isOver = false;

  constructor(line: Line, wanted: Wanted) {
    this.#line = line;
    this.#wanted = wanted;
    this.#bookmark = wanted.bookmark;
  }

  look(): boolean {
    const { cluster, database, node, isThere } = this.#line;
    if (this.#isOver || cluster.node(node).state !== "up") return this.#isOver;
    if (!isThere()) this.end();
    else {
      const coordinator = new Coordinator(cluster, database, node);
      const changes = coordinator.changes(this.#bookmark, this.#wanted.limit - this.#rows.length);
      if (changes.type !== "changes") return false;
      for (const [place, entry] of changes.entries.entries()) {
        this.#rows.push(changeText(entry, changes.bookmarkAt(place), this.#wanted.style));
      }
      this.#bookmark = changes.bookmark;
      const isFull = this.#rows.length >= this.#wanted.limit;
      this.#isOver = isFull || (this.#wanted.isOnce && changes.entries.length > 0);
    }
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  get text(): string {
    if (this.#wanted.isOnce)
      return this.#isOver ? resultsText(this.#rows, writeBookmark(this.#bookmark), 0) : '{"results":[\n';
    const end = this.#isOver
      ? `${JSON.stringify({ last_seq: writeBookmark(this.#bookmark), pending: 0 })}\n`
      : "";
    return `\n${this.#rows.map((row) => `${row}\n`).join("")}${end}`;
  }
}

function resultsText(rows: readonly string[], since: string, pending: number): string {
  return `{"results":[\n${rows.join(",\n")}\n],\n"last_seq":"${since}","pending":${pending}}\n`;
}
