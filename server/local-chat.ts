import type { PageRead } from "../sync/events.ts";
import { isOrigin, messageId, type Room } from "../sync/names.ts";
import { pageRange } from "../sync/range.ts";
import type { Resumed } from "../sync/reading.ts";
import type { Region } from "../sync/region.ts";
import type { Store } from "../sync/store.ts";
import type { Cursor, RegionsAnswer } from "../sync/wire.ts";
import type {
  Batch,
  Chat,
  HistoryPage,
  HistoryQuery,
  PostRequest,
  PostResult,
  SigningKey,
  Subscription,
} from "./chat.ts";
import type { Clock } from "./clock.ts";
import type { Executor } from "./executor.ts";
import type { Readers } from "./readers.ts";
import type { Senders } from "./senders.ts";

/** Rounds of reading from the store for one reader: each brings a page, and a page of voids may need another. */
const READ_ROUNDS = 5;

export interface LocalChatOptions {
  readonly name: string;
  readonly region: Region;
  readonly executor: Executor;
  readonly senders: Senders;
  readonly readers: Readers;
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
}

/** The chat of this process: one region, its executor, its readers, and the store for what is older than memory. */
export class LocalChat implements Chat {
  readonly region: string;
  readonly #options: LocalChatOptions;

  constructor(options: LocalChatOptions) {
    this.region = options.name;
    this.#options = options;
  }

  async post(post: PostRequest): Promise<PostResult> {
    const { executor, senders, region, clock } = this.#options;
    const first = await senders.answer((request) => {
      executor.tell({ type: "posted", request, nowMs: clock.now(), after: undefined, ...post });
    });
    if (first.type !== "taken") return first;
    const { message, isReplay: replayed } = first;
    const { state } = region.storeView();
    if (message.state === "stored" || (state !== "live" && state !== "polling"))
      return { type: "posted", message, replayed };
    const last = await senders.settled(messageId(message.room, message.order));
    if (last === undefined) return { type: "posted", message, replayed };
    return last.type === "taken" ? { type: "posted", message: last.message, replayed } : last;
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const { region, store } = this.#options;
    if (query.before === undefined && query.after === undefined) await this.#warm([query.room], undefined);
    const { page, missing } = region.pages.local(query);
    if (missing === undefined || !region.mayAskStore) return page;
    const range = await store.range(missing);
    return range.type === "range" ? region.pages.complete(query, range.rows) : page;
  }

  async subscribe(
    rooms: readonly Room[],
    cursor: Cursor | undefined,
    deliver: (batch: Batch) => void,
  ): Promise<Subscription> {
    const resumed = await this.#warm(rooms, cursor);
    const { arrivals, reset, incomplete } = resumed;
    const subscription = this.#options.readers.add(rooms, resumed, (entries, behind) =>
      deliver({ entries, cursor: behind }),
    );
    if (arrivals.length > 0 || reset !== undefined) {
      deliver({
        entries: arrivals,
        cursor: resumed.cursor,
        ...(reset === undefined ? {} : { reset }),
        ...(incomplete === undefined ? {} : { incomplete }),
      });
    }
    return subscription;
  }

  regions(): RegionsAnswer {
    const { region } = this.#options;
    return { region: this.region, store: region.storeView(), regions: region.regionViews() };
  }

  signingKey(origin: string): SigningKey | undefined {
    return isOrigin(origin) ? this.#options.region.signingKey(origin) : undefined;
  }

  /** Reads from the store until the reader can be answered. What it returns is of this very turn. */
  async #warm(rooms: readonly Room[], cursor: Cursor | undefined): Promise<Resumed> {
    const { region } = this.#options;
    for (let round = 0; round < READ_ROUNDS; round++) {
      const resumed = region.reading.resume(rooms, cursor);
      if (resumed.type === "resumed") return resumed;
      const reads = await Promise.all(resumed.reads.map((read) => this.#readPage(read)));
      if (reads.includes(false)) break;
    }
    return region.reading.resumeWithoutStore(rooms, cursor);
  }

  /** Brings a piece of a room into the region. False when the store did not give it. */
  async #readPage(read: PageRead): Promise<boolean> {
    const { region, store, executor, clock } = this.#options;
    if (!region.mayAskStore) return false;
    const page = await store.range(pageRange(read));
    if (page.type === "fault") return false;
    executor.tell({ type: "pageRead", read, rows: page.rows, nowMs: clock.now() });
    return true;
  }
}
