import { Agent } from "undici";
import type {
  ChangesResult,
  CheckResult,
  EraseResult,
  FeedListener,
  HeadResult,
  PrepareResult,
  RangeQuery,
  RangeResult,
  ReadResult,
  ReplaceResult,
  Since,
  Store,
  StoreDocument,
  WriteResult,
} from "../sync/store.ts";
import type { Address } from "./address.ts";
import {
  changesResult,
  checkResult,
  creationResult,
  headResult,
  presenceResult,
  rangeResult,
  readResult,
  writeResult,
} from "./answers.ts";
import { erase } from "./erase.ts";
import { Feed } from "./feed.ts";
import { replace } from "./replace.ts";
import { Requests } from "./requests.ts";

export interface Patience {
  /** How long one request may take, connecting and waiting for its turn included. */
  readonly deadlineMs: number;
  /** How long an open feed may say nothing. */
  readonly silenceMs: number;
  /** How long a line of the feed may be. */
  readonly maxLineBytes: number;
}

/** `_conflicts` names the versions beside the one that is shown (S20). */
const WITH_BODIES = { include_docs: true, conflicts: true };

/** The store over HTTP: CouchDB 3, single, clustered or embedded. */
export class HttpStore implements Store {
  readonly #address: Address;
  readonly #patience: Patience;
  readonly #requests: Requests;
  /** Feeds have connections of their own, so that they never wait behind documents. */
  readonly #feedAgent = new Agent({ pipelining: 1 });
  readonly #feeds = new Set<Feed>();

  constructor(address: Address, patience: Patience) {
    this.#address = address;
    this.#patience = patience;
    this.#requests = new Requests(address, patience.deadlineMs);
  }

  async prepare({ create }: { create: boolean }): Promise<PrepareResult> {
    const before = presenceResult(await this.#requests.ask({ method: "GET" }));
    if (before.type === "prepared" || before.fault.code !== "missing" || !create) return before;
    const creation = creationResult(await this.#requests.ask({ method: "PUT" }));
    if (creation.type === "fault") return creation;
    return presenceResult(await this.#requests.ask({ method: "GET" }));
  }

  async write(documents: readonly StoreDocument[]): Promise<WriteResult> {
    if (documents.length === 0) return { type: "rows", outcomes: [] };
    const body = { docs: documents };
    return writeResult(await this.#requests.ask({ method: "POST", path: "_bulk_docs", body }), documents);
  }

  /** Asked by `keys`, which a cluster answers with a quorum, and not by range, which it does not. */
  async read(ids: readonly string[]): Promise<ReadResult> {
    if (ids.length === 0) return { type: "found", found: [] };
    const question = { method: "POST", path: "_all_docs", query: { include_docs: true } } as const;
    return readResult(await this.#requests.ask({ ...question, body: { keys: ids } }), ids);
  }

  async check(ids: readonly string[]): Promise<CheckResult> {
    if (ids.length === 0) return { type: "checked", presences: [] };
    const question = { method: "POST", path: "_all_docs", body: { keys: ids } } as const;
    return checkResult(await this.#requests.ask(question), ids);
  }

  erase(ids: readonly string[]): Promise<EraseResult> {
    return erase(this.#requests, ids);
  }

  async range({ from, to, limit, descending, idsOnly }: RangeQuery): Promise<RangeResult> {
    const query = {
      startkey: from,
      endkey: to,
      limit,
      descending: descending === true,
      ...(idsOnly !== true && WITH_BODIES),
    };
    const answer = await this.#requests.ask({ method: "GET", path: "_all_docs", query });
    return rangeResult(answer, idsOnly === true);
  }

  async head(): Promise<HeadResult> {
    return headResult(await this.#requests.ask({ method: "GET" }));
  }

  async changes(since: Since, limit: number): Promise<ChangesResult> {
    const query = { since, limit, ...WITH_BODIES };
    return changesResult(await this.#requests.ask({ method: "GET", path: "_changes", query }));
  }

  follow(since: Since, listener: FeedListener): () => void {
    const { deadlineMs, silenceMs, maxLineBytes } = this.#patience;
    const dispatcher = this.#feedAgent;
    const settings = { address: this.#address, dispatcher, openingMs: deadlineMs, silenceMs, maxLineBytes };
    const feed = new Feed(settings, listener);
    this.#feeds.add(feed);
    void feed.run(since).finally(() => this.#feeds.delete(feed));
    return () => feed.close();
  }

  replace(document: StoreDocument): Promise<ReplaceResult> {
    return replace(this.#requests, document);
  }

  async close(): Promise<void> {
    for (const feed of this.#feeds) feed.close();
    await Promise.all([this.#requests.close(), this.#feedAgent.destroy()]);
  }
}
