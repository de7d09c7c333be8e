import type { PostOutcome } from "../../sync/events.ts";
import type { PageRead } from "../../sync/events.ts";
import { messageId, type MessageId, type Room } from "../../sync/names.ts";
import type { Page, PageQuery } from "../../sync/pages.ts";
import { pageRange } from "../../sync/range.ts";
import type { Resumed } from "../../sync/reading.ts";
import type { Region } from "../../sync/region.ts";
import type { RangeQuery, RangeResult } from "../../sync/store.ts";
import type { Cursor } from "../../sync/wire.ts";
import type { Batch, PostRequest, Subscription } from "../../server/chat.ts";
import type { Readers } from "../../server/readers.ts";
import type { Event } from "../../sync/events.ts";

/** As long as `server/senders.ts` waits. */
const STORE_WAIT_MS = 250;
const ANSWER_WAIT_MS = 12_000;
/** As often as `server/local-chat.ts` reads for one reader. */
const READ_ROUNDS = 5;

/** What a door has of the process behind it. All of it is gone when the process is. */
export interface Inside {
  readonly region: Region;
  readonly readers: Readers;
  tell(event: Event): void;
  nowMs(): number;
  /** Runs it later in this process, if that still lives then. */
  after(waitMs: number, run: () => void): void;
  range(query: RangeQuery, answered: (result: RangeResult) => void): void;
}

export interface Listener {
  delivered(batch: Batch): void;
  subscribed(subscription: Subscription): void;
}

/**
 * The doors of one process, without their promises: what `server/local-chat.ts` and `server/senders.ts` do, told
 * by callbacks, because promises would make the order of things depend on more than the seed.
 */
export class Door {
  readonly #inside: Inside;
  readonly #answers = new Map<number, (outcome: PostOutcome) => void>();
  readonly #settling = new Map<MessageId, ((outcome: PostOutcome) => void)[]>();
  /** Readers who came before the region had joined. */
  readonly #early = new Set<() => void>();
  #requests = 0;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** Posts that nobody has answered yet. */
  get unanswered(): number {
    return this.#answers.size + this.#settling.size;
  }

  post(post: PostRequest, answered: (outcome: PostOutcome) => void): void {
    this.#requests++;
    const request = this.#requests;
    const hear = once<PostOutcome>((outcome) => {
      this.#answers.delete(request);
      this.#posted(outcome, answered);
    });
    this.#answers.set(request, hear);
    this.#inside.tell({ type: "posted", request, nowMs: this.#inside.nowMs(), after: undefined, ...post });
    this.#inside.after(ANSWER_WAIT_MS, () => hear({ type: "cannot-store" }));
  }

  answer(request: number, outcome: PostOutcome): void {
    this.#answers.get(request)?.(outcome);
  }

  settle(id: MessageId, outcome: PostOutcome): void {
    for (const resolve of this.#settling.get(id) ?? []) resolve(outcome);
    this.#settling.delete(id);
  }

  subscribe(rooms: readonly Room[], cursor: Cursor | undefined, listener: Listener): void {
    this.#warm(rooms, cursor, 0, (resumed) => {
      const deliver = (batch: Batch): void => listener.delivered(batch);
      if (this.#inside.region.hasJoined) listener.subscribed(this.#register(rooms, resumed, deliver));
      else listener.subscribed(this.#registerEarly(rooms, resumed, listener));
    });
  }

  /** To be called with each beat: readers that came too early start over. */
  resumeEarly(): void {
    if (!this.#inside.region.hasJoined) return;
    for (const again of this.#early) again();
  }

  /** A page of history, with what the store gives for it. */
  history(query: PageQuery, range: (query: RangeQuery) => RangeResult): Page {
    const { region } = this.#inside;
    let asked = query;
    for (let round = 1; ; round++) {
      const { page, missing } = region.pages.local(asked);
      if (missing === undefined || !region.mayAskStore) return page;
      const result = range(missing);
      if (result.type === "fault") return page;
      const whole = region.pages.complete(asked, result.rows);
      if (whole.reached === undefined || round === READ_ROUNDS) return whole;
      asked = { ...query, [query.after === undefined ? "before" : "after"]: whole.reached };
    }
  }

  #posted(first: PostOutcome, answered: (outcome: PostOutcome) => void): void {
    const { state } = this.#inside.region.storeView();
    const isQuick = state === "live" || state === "polling";
    if (first.type !== "taken" || first.message.state === "stored" || !isQuick) return answered(first);
    const id = messageId(first.message.room, first.message.order);
    const hear = once(answered);
    this.#settling.set(id, [...(this.#settling.get(id) ?? []), hear]);
    this.#inside.after(STORE_WAIT_MS, () => hear(first));
  }

  /** Nothing that arrives after the joining is handed to whoever came before it, until he was started over. */
  #registerEarly(rooms: readonly Room[], first: Resumed, listener: Listener): Subscription {
    const { region } = this.#inside;
    let bookmark = first.cursor;
    let subscription = this.#register(rooms, first, (batch) => {
      if (region.hasJoined) return;
      bookmark = batch.cursor;
      listener.delivered(batch);
    });
    const again = (): void => {
      this.#warm(rooms, bookmark, 0, (later) => {
        if (!this.#early.delete(again)) return;
        subscription.close();
        subscription = this.#register(rooms, later, (batch) => listener.delivered(batch));
      });
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

  #register(rooms: readonly Room[], resumed: Resumed, deliver: (batch: Batch) => void): Subscription {
    const { entries, cursor, reset, incomplete, before, ahead } = resumed;
    const { readers } = this.#inside;
    if (before !== undefined && readers.isPending(before.next))
      return readers.add(rooms, { ...before, ahead }, { deliver });
    const subscription = readers.add(rooms, resumed, { deliver });
    if (entries.length > 0 || reset !== undefined) {
      const why = reset === undefined ? {} : { reset };
      deliver({ entries, cursor, ...why, ...(incomplete === undefined ? {} : { incomplete }) });
    }
    return subscription;
  }

  /** Reads from the store until the reader can be answered. */
  #warm(
    rooms: readonly Room[],
    cursor: Cursor | undefined,
    round: number,
    warm: (resumed: Resumed) => void,
  ): void {
    const { reading } = this.#inside.region;
    const resumed = reading.resume(rooms, cursor);
    if (resumed.type === "resumed") return warm(resumed);
    if (round === READ_ROUNDS) return warm(reading.resumeWithoutStore(rooms, cursor));
    let open = resumed.reads.length;
    let isComplete = true;
    const read = (wasRead: boolean): void => {
      open--;
      isComplete &&= wasRead;
      if (open > 0) return;
      if (isComplete) this.#warm(rooms, cursor, round + 1, warm);
      else warm(reading.resumeWithoutStore(rooms, cursor));
    };
    for (const each of resumed.reads) this.#readPage(each, read);
    return undefined;
  }

  #readPage(read: PageRead, done: (wasRead: boolean) => void): void {
    const { region } = this.#inside;
    if (!region.mayAskStore) return done(false);
    this.#inside.range(pageRange(read), (page) => {
      if (page.type === "fault") return done(false);
      this.#inside.tell({ type: "pageRead", read, rows: page.rows, nowMs: this.#inside.nowMs() });
      return done(true);
    });
    return undefined;
  }
}

/** Whoever answers first; later answers are nobody's. */
function once<T>(run: (value: T) => void): (value: T) => void {
  let wasRun = false;
  return (value) => {
    if (wasRun) return;
    wasRun = true;
    run(value);
  };
}
