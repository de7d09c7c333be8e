import type { SigningKey } from "../sync/beacon.ts";
import type { PageRead } from "../sync/events.ts";
import { isOrigin, messageId, type Room } from "../sync/names.ts";
import type { Page, PageQuery } from "../sync/pages.ts";
import { pageRange } from "../sync/range.ts";
import type { Needs, Resumed } from "../sync/reading.ts";
import type { Region } from "../sync/region.ts";
import type { Store } from "../sync/store.ts";
import type { Cursor, DigestsAnswer, RegionsAnswer } from "../sync/wire.ts";
import type { Chat, PostRequest, PostResult, Recipient, Subscription } from "./chat.ts";
import type { Clock } from "./clock.ts";
import type { Executor } from "./executor.ts";
import type { Readers } from "./readers.ts";
import type { Senders } from "./senders.ts";

/** Rounds of reading from the store for one reader: each brings a page, and a page of voids may need another. */
const READ_ROUNDS = 5;

/** Cursors remembered at once, with up to 1,000 messages each that were missed: the readers of a region that ended stand at few. */
const REMEMBERED = 10;

export interface LocalChatOptions {
  readonly name: string;
  readonly region: Region;
  readonly executor: Executor;
  readonly senders: Senders;
  readonly readers: Readers;
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
}

/** What a reader of these rooms had missed. */
interface Remembered {
  readonly rooms: readonly Room[];
  readonly resumed: Resumed;
}

/** The chat of this process: one region, its executor, its readers, and the store for what is older than memory. */
export class LocalChat implements Chat {
  readonly region: string;
  readonly #options: LocalChatOptions;
  /** Pieces of rooms that are being read from the store. */
  readonly #reads = new Map<string, Promise<boolean>>();
  /** Readers who came before the region had joined. */
  readonly #early = new Set<() => Promise<void>>();
  /** By their cursors, of who came since the region had been told of so many events. */
  readonly #resumed = new Map<Cursor | undefined, Remembered>();
  #resumedAt = 0;

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

  async history(query: PageQuery): Promise<Page> {
    const { region, store } = this.#options;
    if (query.before === undefined && query.after === undefined) await this.#warm([query.room], undefined);
    let asked = query;
    for (let round = 1; ; round++) {
      const { page, missing } = region.pages.local(asked);
      if (missing === undefined || !region.mayAskStore) return page;
      const range = await store.range(missing);
      if (range.type === "fault") return page;
      const whole = region.pages.complete(asked, range.rows);
      if (whole.reached === undefined || round === READ_ROUNDS) return whole;
      asked = { ...query, [query.after === undefined ? "before" : "after"]: whole.reached };
    }
  }

  subscribe(
    rooms: readonly Room[],
    cursor: Cursor | undefined,
    recipient: Recipient,
  ): Subscription | Promise<Subscription> {
    const resumed = this.#resume(rooms, cursor);
    if (resumed.type === "resumed") return this.#seat(rooms, resumed, recipient);
    return this.#warm(rooms, cursor).then((warm) => this.#seat(rooms, warm, recipient));
  }

  #seat(rooms: readonly Room[], resumed: Resumed, recipient: Recipient): Subscription {
    return this.#options.region.hasJoined
      ? this.#register(rooms, resumed, recipient)
      : this.#registerEarly(rooms, resumed, recipient);
  }

  /**
   * A reader who comes before the region has joined is handed what there is, and nothing that arrives after the
   * joining until it was started over: a bookmark from behind the joining would hide what it has not seen before.
   */
  #registerEarly(rooms: readonly Room[], first: Resumed, recipient: Recipient): Subscription {
    const { region } = this.#options;
    let bookmark = first.cursor;
    let subscription = this.#register(rooms, first, {
      deliver(batch) {
        if (region.hasJoined) return;
        bookmark = batch.cursor;
        recipient.deliver(batch);
      },
    });
    const again = async (): Promise<void> => {
      const resumed = await this.#warm(rooms, bookmark);
      if (!this.#early.delete(again)) return;
      subscription.close();
      subscription = this.#register(rooms, resumed, recipient);
    };
    this.#early.add(again);
    return {
      cursor: () => (this.#early.has(again) ? bookmark : subscription.cursor()),
      close: () => {
        this.#early.delete(again);
        subscription.close();
      },
    };
  }

  /**
   * To be called about once a second. Readers who came before the region knew where the store's feed stands were
   * shown what was here; once it knows, they are handed a reset with what there really is.
   */
  resumeEarly(): void {
    if (this.#early.size === 0 || !this.#options.region.hasJoined) return;
    for (const again of this.#early) void again();
  }

  regions(): RegionsAnswer {
    const { region } = this.#options;
    return {
      region: this.region,
      store: region.storeView(),
      audit: region.auditView(),
      regions: region.regionViews(),
    };
  }

  digests(window: number): DigestsAnswer {
    return { region: this.region, window, rooms: this.#options.region.digests(window) };
  }

  signingKey(origin: string): SigningKey | undefined {
    return isOrigin(origin) ? this.#options.region.signingKey(origin) : undefined;
  }

  /** Hands over the backlog and registers for what comes, in one turn. */
  #register(rooms: readonly Room[], resumed: Resumed, recipient: Recipient): Subscription {
    const { entries, reset, before, ahead } = resumed;
    const { readers } = this.#options;
    // All of it is about to be handed over. Answered now, a crowd would come back for each message by itself.
    if (before !== undefined && readers.isPending(before.next))
      return readers.add(rooms, { ...before, ahead }, recipient);
    const subscription = readers.add(rooms, resumed, recipient);
    if (entries.length > 0 || reset !== undefined) recipient.deliver(resumed);
    return subscription;
  }

  /**
   * What was handed to everybody brings everybody back with the same cursor, or a region that ended in the middle of it
   * with the same few. As long as the region was told nothing new, what one of them has missed is what the next one has.
   * Finding it out was a seventh of what a long poll costs.
   */
  #resume(rooms: readonly Room[], cursor: Cursor | undefined): Resumed | Needs {
    const { region, executor } = this.#options;
    if (this.#resumedAt !== executor.told) this.#resumed.clear();
    this.#resumedAt = executor.told;
    const remembered = this.#resumed.get(cursor);
    if (remembered !== undefined && isSameList(remembered.rooms, rooms)) return remembered.resumed;
    const resumed = region.reading.resume(rooms, cursor);
    if (resumed.type === "needs") return resumed;
    if (this.#resumed.size >= REMEMBERED) this.#resumed.clear();
    this.#resumed.set(cursor, { rooms, resumed });
    return resumed;
  }

  /** Reads from the store until the reader can be answered. What it returns is of this very turn. */
  async #warm(rooms: readonly Room[], cursor: Cursor | undefined): Promise<Resumed> {
    const { region } = this.#options;
    for (let round = 0; round < READ_ROUNDS; round++) {
      const resumed = this.#resume(rooms, cursor);
      if (resumed.type === "resumed") return resumed;
      const reads = await Promise.all(resumed.reads.map((read) => this.#readOnce(read)));
      if (reads.includes(false)) break;
    }
    return region.reading.resumeWithoutStore(rooms, cursor);
  }

  /** When everybody comes at once, all who need the same piece wait for one reading of it. */
  #readOnce(read: PageRead): Promise<boolean> {
    const key = `${read.room} ${read.below ?? ""} ${read.trims}`;
    const reading = this.#reads.get(key) ?? this.#readPage(read).finally(() => this.#reads.delete(key));
    this.#reads.set(key, reading);
    return reading;
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

function isSameList(one: readonly Room[], other: readonly Room[]): boolean {
  return one === other || (one.length === other.length && one.every((room, place) => room === other[place]));
}
