import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, OrderKey, Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, SyncAnswer } from "../../sync/wire.ts";
import { Attention } from "./attention.ts";
import { isSaid, Timeline } from "./timeline.ts";

/** How many messages are kept while the end is in sight, and at most while somebody reads further up. */
const KEPT_AT_END = 500;
const KEPT_AT_MOST = 1_000;

/** What a page keeps of a room from one visit to the next. */
export interface KeptRoom {
  readonly room: Room;
  readonly lookedTo?: OrderKey | undefined;
}

/**
 * What is known of one room: its present, and the past that somebody went to read, as long as the two have not met.
 * What arrives meanwhile is not lost for the present.
 */
export class ShownRoom {
  readonly attention: Attention;
  readonly #isMine: (session: string) => boolean;
  #present: Timeline;
  #past: Timeline | undefined;

  constructor(room: Room, isMine: (session: string) => boolean, lookedTo?: OrderKey) {
    this.#present = new Timeline(room);
    this.#isMine = isMine;
    this.attention = new Attention(lookedTo);
  }

  /** What is to be shown. */
  get shown(): Timeline {
    return this.#past ?? this.#present;
  }

  get isPast(): boolean {
    return this.#past !== undefined;
  }

  /** By how much it came late, if it did. The present hears of everything. */
  lateMs(id: MessageId): number | undefined {
    return this.#present.lateMs(id);
  }

  /** Nothing has been told of it yet. */
  get isUnknown(): boolean {
    return this.#present.older === "unknown";
  }

  /** Returns the new messages of others; a change is none. `isLooked`: somebody has the end of this room in sight. */
  receive(answer: SyncAnswer, isLooked: boolean): readonly WireMessage[] {
    const arrived = this.#present.receive(answer);
    if (answer.reset !== undefined) {
      this.#past = undefined;
      this.#opened(isLooked);
      return [];
    }
    this.#past?.take(answer.events);
    for (const event of answer.events)
      if (event.type === "deleted" || event.type === "rejected") this.attention.gone(event.id);
    const others = arrived.filter((message) => isSaid(message) && !this.#isMine(message.sender.session));
    this.attention.arrived(isLooked ? others.filter(({ order }) => this.attention.isPassed(order)) : others);
    if (isLooked) this.looked();
    return others;
  }

  /** The newest page, of a room that is followed from now on. */
  opened(page: HistoryAnswer, isLooked: boolean): void {
    this.#present.prepend(page);
    this.#opened(isLooked);
  }

  take(events: readonly ReaderEvent[]): void {
    this.#present.take(events);
    this.#past?.take(events);
  }

  looked(): void {
    this.attention.looked(this.#present.said());
  }

  /** Takes a page of older messages that was asked for with `floor`. False when something else is shown now. */
  prepend(floor: string | undefined, page: HistoryAnswer): boolean {
    if (floor !== this.shown.floor) return false;
    this.shown.prepend(page);
    if (this.shown.size > KEPT_AT_MOST) {
      this.#past = this.shown.beginning(KEPT_AT_MOST);
      this.#present.trim(KEPT_AT_END);
    }
    return true;
  }

  /** Takes a page of newer messages that was asked for with `ceiling`; where it meets the present, that is shown. */
  append(ceiling: string, page: HistoryAnswer): boolean {
    if (this.#past === undefined || ceiling !== this.#past.ceiling) return false;
    this.#past.append(page);
    if (this.#present.join(this.#past)) this.#past = undefined;
    this.shown.trim(KEPT_AT_MOST);
    return true;
  }

  /** Shows two pages of the past, one after the other. */
  goBack(before: HistoryAnswer, after: HistoryAnswer): void {
    const past = new Timeline(this.#present.room);
    past.prepend(before);
    past.append(after);
    this.#past = past;
    if (this.#present.join(past)) this.#past = undefined;
  }

  toPresent(): void {
    this.#past = undefined;
    this.trim();
  }

  /** Keeps no more than is shown at the end. False when there was no more. */
  trim(): boolean {
    return this.#past === undefined && this.#present.trim(KEPT_AT_END);
  }

  #opened(isLooked: boolean): void {
    this.attention.opened(this.#present.said(), this.#isMine);
    if (isLooked) this.looked();
  }
}
