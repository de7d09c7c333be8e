import { branded, type Brand } from "./brand.ts";

/**
 * The store as the rest of Settee sees it: documents and rows, and every failure a value. `couchdb/` is the one
 * place that knows status codes; the contract suite in `test/couchdb/` says what each answer means, and runs
 * against the in-memory store, the embedded CouchDB and any real one.
 */

/** The store's bookmark in its feed. Opaque: compared for equality only, a hint and never a proof. */
export type Since = Brand<"Since">;

/** Where every feed begins. */
export const BEGINNING = branded<Since>("0");

/** A document on its way to the store: plain JSON with its `_id`. Key order is kept. */
export interface StoreDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** One document as a feed, a poll or a range shows it. `document` is absent when the row is a deletion. */
export interface Row {
  readonly id: string;
  readonly document?: unknown;
  /** Other versions stand beside this one: the same id was written on both sides of a split (S20). */
  readonly isContested?: true;
}

/** Why the store did not do what it was asked. `text` is for people and logs; nobody decides by it. */
export interface StoreFault {
  readonly code: StoreFaultCode;
  readonly text: string;
  /** What the store asked us to wait, in milliseconds, when it said so. */
  readonly retryAfterMs?: number;
}

export type StoreFaultCode =
  /** No usable answer: refused, reset, DNS, TLS, a deadline passed, a truncated or unparsable body. */
  | "unreachable"
  /** It answered that it cannot now: 412 `nodedown`, 429, 502, 503, 504. */
  | "unavailable"
  /** 500, and answers no client should see. Lasting when it repeats for one document alone. */
  | "failing"
  /** 401 or 403 for the whole request: our account is refused. */
  | "denied"
  /** 404: the database is not there. */
  | "missing"
  /** 400 to a feed or poll: this `since` is not one of the store's. */
  | "since-refused";

/** What became of one document of a batch. */
export type WriteOutcome =
  | { readonly type: "stored" }
  /** 202 or `accepted: true`: on fewer copies than a quorum. It may still be lost. */
  | { readonly type: "unconfirmed" }
  /** The id is taken: by our own earlier attempt, or by something else. */
  | { readonly type: "conflict" }
  /** A row answered `forbidden` or `unauthorized`: this document will not be taken. */
  | { readonly type: "refused"; readonly reason: string };

export type WriteResult =
  /** One outcome for each document, in the order asked. */
  | { readonly type: "rows"; readonly outcomes: readonly WriteOutcome[] }
  /** 400, 413, 412 `missing_stub`: the whole request was refused and nothing was stored. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "fault"; readonly fault: StoreFault };

/** What is at an id, read with the default quorum: `missing` was never there, `deleted` was. */
export type Found =
  | { readonly type: "found"; readonly document: unknown }
  | { readonly type: "deleted" }
  | { readonly type: "missing" };

export type ReadResult =
  | { readonly type: "found"; readonly found: readonly Found[] }
  | { readonly type: "fault"; readonly fault: StoreFault };

/** A piece of `_all_docs`, in the order asked; deleted documents are not in it. */
export type RangeResult =
  | { readonly type: "range"; readonly rows: readonly Row[] }
  | { readonly type: "fault"; readonly fault: StoreFault };

export interface RangeQuery {
  /** First and last id, both included, in the order of UTF-8 bytes; `from` is the greater one when descending. */
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly descending?: boolean;
  /** Without bodies, for looking which ids exist. */
  readonly idsOnly?: boolean;
}

export type ChangesResult =
  /**
   * `pending` counts what waits behind these rows (0 when there is no more, or it is not known), `skipped` what
   * among them could not be read.
   */
  | {
      readonly type: "changes";
      readonly rows: readonly Row[];
      readonly since: Since;
      readonly pending: number;
      readonly skipped: number;
    }
  | { readonly type: "fault"; readonly fault: StoreFault };

export type HeadResult =
  | { readonly type: "head"; readonly since: Since }
  | { readonly type: "fault"; readonly fault: StoreFault };

export type PrepareResult =
  | { readonly type: "prepared" }
  | { readonly type: "fault"; readonly fault: StoreFault };

export type ReplaceResult =
  /** `before` is what stood there until now: it tells a store that was put back, and another one writing as us. */
  | { readonly type: "replaced"; readonly before: Found }
  | { readonly type: "fault"; readonly fault: StoreFault };

/** What is at an id, without its body. */
export type Presence = "present" | "deleted" | "missing";

export type CheckResult =
  /** One for each id, in the order asked. */
  | { readonly type: "checked"; readonly presences: readonly Presence[] }
  | { readonly type: "fault"; readonly fault: StoreFault };

export type EraseResult =
  /** None of the documents stands any more, but for `refused` of them: our account may not delete those. */
  | { readonly type: "erased"; readonly refused: number }
  | { readonly type: "fault"; readonly fault: StoreFault };

/** What an open feed reports. Nothing is reported after `ended`, nor after the feed was closed by us. */
export interface FeedListener {
  /** The store answered 200 and bytes come: the feed is live. */
  opened(): void;
  /**
   * Rows of one chunk and the last bookmark among them that was not null. The feed reads no further until the
   * promise is fulfilled: that is its back-pressure. `skipped` counts lines that were too long or no JSON.
   */
  changed(rows: readonly Row[], since: Since | undefined, skipped: number): Promise<void>;
  /** The feed is over, for whatever reason: cleanly, by silence (the watchdog), by garbage, by a fault. */
  ended(fault: StoreFault): void;
}

export interface Store {
  /** Makes sure the database is there. `create` false: a missing one stays a fault `missing`. */
  prepare(options: { create: boolean }): Promise<PrepareResult>;
  /** New documents, in one request. Never updates an existing one. */
  write(documents: readonly StoreDocument[]): Promise<WriteResult>;
  /** One `Found` for each id, in the order asked. */
  read(ids: readonly string[]): Promise<ReadResult>;
  /** The same without bodies: whether the store still has what we hold. */
  check(ids: readonly string[]): Promise<CheckResult>;
  /** Deletes whatever stands at these ids, in every version, and notes a deletion where the store knows of nothing. */
  erase(ids: readonly string[]): Promise<EraseResult>;
  range(query: RangeQuery): Promise<RangeResult>;
  /** A bookmark that stands behind everything acknowledged before the call. */
  head(): Promise<HeadResult>;
  /** One plain request for what came after `since`. */
  changes(since: Since, limit: number): Promise<ChangesResult>;
  /** The open, continuous feed. Returns what closes it. */
  follow(since: Since, listener: FeedListener): () => void;
  /** Writes the newest body of a document that only we rewrite (a beacon), whatever its revision was. */
  replace(document: StoreDocument): Promise<ReplaceResult>;
  /** Ends every open connection. */
  close(): Promise<void>;
}
