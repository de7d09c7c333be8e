import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, SyncAnswer } from "../../sync/wire.ts";
import { Recent } from "./recent.ts";

/**
 * Is there more before what is known? `unknown` until the first page came; `away`: it is in the store, which the
 * region cannot reach.
 */
export type Older = "unknown" | "maybe" | "none" | "away";

/** What came before its message, or may yet come after it, is remembered for this many ids. */
const REMEMBERED = 2_000;

/**
 * What is known of one room. What it shows depends only on the set of events received, not on their order nor on how
 * often each came: a message's lowest order key that was not deleted, sorted by order key. Changes are messages here,
 * and stand beside what they change: what that makes of it is for `applyChanges` to say.
 */
export class Timeline {
  readonly room: Room;
  readonly #known = new Map<MessageId, WireMessage>();
  readonly #gone = new Recent<MessageId>(REMEMBERED);
  /** Refused for good, unless the store has it in the end: from a copy of its region's disk, say. */
  readonly #refused = new Recent<MessageId>(REMEMBERED);
  readonly #stored = new Recent<Mid>(REMEMBERED);
  /**
   * How late a message came, of those that came late: messages newer by so much were shown before it. Of those too that
   * stand above what is known: a page of the history brings them.
   */
  readonly #lateMs = new Map<MessageId, number>();
  /** Everything from this order key on is known; what is before it comes through the history, without a gap. */
  #floor: string | undefined;
  #older: Older = "unknown";
  /** Everything up to this order key is known, and nothing after it; undefined: up to the present. */
  #ceiling: string | undefined;

  constructor(room: Room) {
    this.room = room;
  }

  get older(): Older {
    return this.#older;
  }

  /** Where the next page of history ends: pass it as `before`. */
  get floor(): string | undefined {
    return this.#floor;
  }

  /** Where the next page of history begins: pass it as `after`. Undefined when the newest message is known. */
  get ceiling(): string | undefined {
    return this.#ceiling;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Would this tell nothing new? */
  knows({ id, text }: WireMessage): boolean {
    return this.#known.get(id)?.text === text;
  }

  lateMs(id: MessageId): number | undefined {
    return this.#lateMs.get(id);
  }

  /** Takes what a reader received. Returns the messages that are new in it. */
  receive(answer: SyncAnswer): readonly WireMessage[] {
    if (answer.reset === undefined) return this.take(answer.events);
    this.#known.clear();
    this.#lateMs.clear();
    this.#floor = undefined;
    this.#ceiling = undefined;
    this.take(answer.events);
    this.#floor = this.messages()[0]?.order;
    this.#older = answer.incomplete?.includes(this.room) === true ? "away" : "maybe";
    return [];
  }

  take(events: readonly ReaderEvent[]): readonly WireMessage[] {
    const mids = new Set(events.map((event) => (event.type === "message" ? event.message.mid : undefined)));
    const before = new Set<string>();
    for (const known of this.#known.values()) if (mids.has(known.mid)) before.add(authorship(known));
    const arrived: WireMessage[] = [];
    for (const event of events) {
      if (event.type === "regions" || (event.type === "message" ? event.message : event).room !== this.room)
        continue;
      switch (event.type) {
        case "message": {
          const { message, lateMs } = event;
          const isNew = this.#add(message) || (lateMs !== undefined && this.#isNewAbove(message));
          if (!isNew || before.has(authorship(message))) break;
          arrived.push(message);
          if (lateMs !== undefined) this.#cameLate(message.id, lateMs);
          break;
        }
        case "stored":
          this.#markStored(event.mids);
          break;
        case "deleted":
          if (event.mayReturn !== true) this.#gone.add(event.id);
          this.#forget(event.id);
          break;
        case "rejected":
          this.#refused.add(event.id);
          this.#forget(event.id);
          break;
      }
    }
    return arrived;
  }

  /** Puts a page of history, asked for with `floor`, before what is known. */
  prepend(page: HistoryAnswer): void {
    this.#floor = undefined;
    for (const message of page.messages) if (message.room === this.room) this.#add(message);
    this.#floor = page.before ?? (page.incomplete === true ? this.messages()[0]?.order : undefined);
    this.#older = page.incomplete === true ? "away" : page.before === undefined ? "none" : "maybe";
  }

  /** Puts a page of history, asked for with `ceiling`, after what is known. */
  append(page: HistoryAnswer): void {
    this.#ceiling = undefined;
    for (const message of page.messages) if (message.room === this.room) this.#add(message);
    this.#ceiling = page.after;
  }

  /** The same messages up to the oldest `limit`, as a timeline that does not reach the present. */
  beginning(limit: number): Timeline {
    const past = new Timeline(this.room);
    const messages = this.messages();
    past.prepend({ messages: messages.slice(0, limit) });
    past.#floor = this.#floor;
    past.#older = this.#older;
    past.#ceiling = messages.length > limit ? messages[limit - 1]?.order : this.#ceiling;
    return past;
  }

  /** Takes in what an older timeline knows if the two meet, so that no gap is between them. */
  join(past: Timeline): boolean {
    const isMet = past.#ceiling === undefined || this.#floor === undefined || past.#ceiling >= this.#floor;
    if (!isMet) return false;
    this.#floor = undefined;
    for (const message of past.#known.values()) this.#add(message);
    this.#floor = past.#floor;
    this.#older = past.#older;
    return true;
  }

  /** Is this place in the history within what is known? */
  covers(order: string): boolean {
    const isBelow = this.#ceiling !== undefined && order > this.#ceiling;
    const isAbove = this.#older !== "none" && (this.#floor === undefined || order < this.#floor);
    return !isBelow && !isAbove;
  }

  /** Forgets the oldest messages beyond `limit`; they come again through the history. False when there are none. */
  trim(limit: number): boolean {
    if (this.#known.size <= limit) return false;
    const floor = this.messages().at(-limit)?.order;
    if (floor === undefined) return false;
    for (const { id, order } of this.#known.values()) if (order < floor) this.#forget(id);
    this.#floor = floor;
    this.#older = "maybe";
    return true;
  }

  /** The same without changes: what somebody can have read. */
  said(): readonly WireMessage[] {
    return this.messages().filter(isSaid);
  }

  /** What is to be shown and what was done to it, in order. */
  messages(): readonly WireMessage[] {
    const shown = new Set<string>();
    return [...this.#known.values()].sort(byOrder).filter((message) => {
      const wasShown = shown.has(authorship(message));
      shown.add(authorship(message));
      return !wasShown;
    });
  }

  #add(message: WireMessage): boolean {
    if (this.#gone.has(message.id)) return false;
    if (message.state === "accepted" && this.#refused.has(message.id)) return false;
    if (this.#floor !== undefined && message.order < this.#floor) return false;
    if (this.#ceiling !== undefined && message.order > this.#ceiling) return false;
    const known = this.#known.get(message.id);
    const isStored = known?.state === "stored" || this.#stored.has(message.mid);
    const told: WireMessage = isStored ? { ...message, state: "stored" } : message;
    // What is told again is the same thing, so that nobody has to look at it anew.
    if (known === undefined || !isSame(known, told)) this.#known.set(message.id, told);
    return known === undefined;
  }

  /** It belongs where nothing is known yet, and was not told before. */
  #isNewAbove({ id, order }: WireMessage): boolean {
    return this.#floor !== undefined && order < this.#floor && !this.#gone.has(id) && !this.#lateMs.has(id);
  }

  #cameLate(id: MessageId, lateMs: number): void {
    this.#lateMs.set(id, lateMs);
    const [oldest] = this.#lateMs.keys();
    if (this.#lateMs.size > REMEMBERED && oldest !== undefined) this.#lateMs.delete(oldest);
  }

  #forget(id: MessageId): void {
    this.#known.delete(id);
  }

  #markStored(mids: readonly Mid[]): void {
    for (const mid of mids) this.#stored.add(mid);
    for (const message of this.#known.values()) {
      if (message.state !== "stored" && mids.includes(message.mid))
        this.#known.set(message.id, { ...message, state: "stored" });
    }
  }
}

/** It is a message of its own, and no change of one. */
export function isSaid({ change }: WireMessage): boolean {
  return change === undefined;
}

function isSame(one: WireMessage, other: WireMessage): boolean {
  return one.state === other.state && one.text === other.text && one.sender.name === other.sender.name;
}

/** One session gives a mid to one message only. */
function authorship(message: WireMessage): string {
  return `${message.sender.session} ${message.mid}`;
}

/** Order keys are ASCII, so comparing UTF-16 units is comparing bytes. */
function byOrder(a: WireMessage, b: WireMessage): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}
