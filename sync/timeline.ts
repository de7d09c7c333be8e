import { Arrival, ArrivalLog } from "./arrivals.ts";
import type { Held } from "./audit.ts";
import type { HybridClock } from "./clock.ts";
import { encodeCursor } from "./cursor.ts";
import type { PageRead } from "./events.ts";
import { Knowledge, type Known } from "./knowledge.ts";
import { LATE_MS } from "./limits.ts";
import { isSameChange, type Message, type MessageState } from "./message.ts";
import {
  changedKey,
  messageId,
  orderParts,
  type MessageId,
  type OrderKey,
  type Origin8,
  type Room,
} from "./names.ts";
import type { Origins } from "./origins.ts";
import { Rooms, type Forgotten } from "./rooms.ts";
import { describeHole } from "./slots.ts";
import { decodeStamp } from "./stamp.ts";
import type { Turn } from "./turn.ts";
import { EMPTY_VECTOR } from "./vector.ts";
import type { Cursor, ReaderEvent } from "./wire.ts";
import { wire, type Kept } from "./window.ts";

/**
 * What is shown here, and in which order it arrived. Every message enters by `append` and every deletion by
 * `remove`, wherever they come from; both may be repeated and reordered at will, and the sum is the same.
 *
 * A message that is not held is history if its slot was filled and nothing says that it should be here: the room's
 * window tells what is missing above its floor, `knowledge` what is missing in any room, the slots what is history
 * below both. So a full replay of the store shows nothing twice, and needs no memory of ids.
 *
 * A change stands beside what it changes, perhaps far above the end of its room. Its place decides where it is shown
 * and which floor it is below; when it was written decides all else, and only its own key tells that.
 */
export class Timeline {
  readonly rooms = new Rooms();
  readonly knowledge: Knowledge;
  readonly everyone: ArrivalLog;
  readonly #origins: Origins;
  readonly #clock: HybridClock;
  readonly #turn: Turn;
  readonly #epoch: string;
  /** Undefined while the region has not joined. */
  #followedFrom: number | undefined;
  #offset = 0;

  constructor(
    origins: Origins,
    clock: HybridClock,
    turn: Turn,
    epoch: string,
    start: Known & { readonly isFollowing: boolean },
  ) {
    this.#followedFrom = start.isFollowing ? 0 : undefined;
    this.knowledge = new Knowledge(origins, turn, start);
    this.#origins = origins;
    this.#clock = clock;
    this.#turn = turn;
    this.#epoch = epoch;
    this.everyone = new ArrivalLog(0);
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** The offset of the newest arrival. */
  get head(): number {
    return this.#offset;
  }

  /**
   * The bookmark of a reader that has seen everything there is here. Elsewhere it says nothing as long as this
   * region may lack what it should have.
   */
  cursor(): Cursor {
    const vector = this.knowledge.isKnowing ? this.#origins.vector() : EMPTY_VECTOR;
    return encodeCursor({ epoch: this.#epoch, offset: this.#offset, vector, ahead: EMPTY_VECTOR });
  }

  /** Whether a message of this room and order key would be held if the store had shown it. */
  isWholeAt(room: Room, order: OrderKey): boolean {
    return this.rooms.find(room)?.window.covers(order) === true || this.knowledge.isWholeAt(order);
  }

  /** The offset below which a cursor of this process is from before the region followed the store. */
  get followedFrom(): number {
    return this.#followedFrom ?? 0;
  }

  /**
   * From now on the feed brings what the store takes. What was read of others before may have been changed in
   * between, so it is read again, and readers that came so early start over.
   */
  beginFollowing(own: Origin8): void {
    this.#offset++;
    this.#followedFrom = this.#offset;
    this.knowledge.beWholeAfter(this.#origins.newest());
    this.#recordForgotten(this.rooms.forgetOthers(own, this.#offset));
  }

  /** Whether it is remembered that an admin deleted it. */
  isBuried(room: Room, order: OrderKey): boolean {
    return this.rooms.find(room)?.window.isBuried(order) === true;
  }

  find(room: Room, order: OrderKey): Kept | undefined {
    return this.rooms.find(room)?.window.find(order);
  }

  /**
   * A message to be shown. `accepted`: it is ours and on our disk; `stored`: the store holds it. Remote stamps
   * more than 24 hours ahead keep their order but are not merged into our clock.
   */
  append(message: Message, state: MessageState, nowMs: number): void {
    const known = this.find(message.room, message.order);
    if (known !== undefined) return this.#refresh(known, message, state);
    const { stamp, origin8, n } = orderParts(message.order);
    const slots = this.#origins.slots(origin8);
    const isHistory = state === "stored" && slots.has(n);
    if (isHistory && !this.isWholeAt(message.room, message.order)) return;
    if (this.isBuried(message.room, message.order)) return this.fill(message.order);
    if (!this.#clock.merge(stamp, nowMs))
      this.#turn.alarmRarely("clock-ahead", messageId(message.room, message.order));
    // Bookmarks said that it was seen: two lives of one directory took this slot, or a lagging copy kept it back.
    if (isHistory || stamp <= slots.stamp) this.knowledge.doubt();
    this.#show(message, state);
  }

  /** An older message that somebody asked for: held, but no arrival. */
  insertHistory(message: Message): void {
    const window = this.rooms.touch(message.room).window;
    if (window.find(message.order) !== undefined || window.isBuried(message.order)) return;
    const { shown, isShown } = this.#beside(message);
    this.rooms.insert({ message, state: "stored", isShown });
    this.#turn.record({ type: "message", message, isWaiting: false });
    if (isShown && shown !== undefined) this.#hide(shown);
  }

  /** A page was read downwards from `below`: the room is complete from `floor` on, if nothing was trimmed meanwhile. */
  extend({ room, below, trims }: PageRead, floor: string): void {
    const { window } = this.rooms.touch(room);
    if (this.#followedFrom === undefined) return;
    const isJoined = below === undefined ? trims === this.rooms.trims : window.covers(below);
    if (!isJoined || window.covers(floor)) return;
    window.floor = floor;
    this.#turn.record({ type: "floor", room, floor });
  }

  /** A slot with nothing in it to show. */
  fill(order: OrderKey): void {
    const { stamp, origin8, n } = orderParts(order);
    const slots = this.#origins.slots(origin8);
    const isKnown = slots.has(n);
    const lost = slots.fill(n, stamp);
    if (!isKnown) this.#turn.moved(origin8);
    if (lost !== undefined) this.#turn.alarm("slot-given-up", describeHole(lost));
  }

  /**
   * The document of this slot is no message, or not any more. Unlike a deletion that is not for ever: when a message
   * stands there again, it is shown again.
   */
  blank(room: Room, order: OrderKey): void {
    this.fill(order);
    const kept = this.find(room, order);
    // Ours still waits: the outbox finds out, and moves it away.
    if (kept?.state === "accepted") return;
    if (this.rooms.touch(room).window.blanks.has(order)) return;
    const gone: ReaderEvent = { type: "deleted", room, id: messageId(room, order), mayReturn: true };
    if (kept !== undefined) this.withdraw(kept.message, { ...gone, mid: kept.message.mid });
    // Readers that come from elsewhere may have been shown what its region took back.
    else this.deliver(room, gone);
    this.#markBlank(room, order);
  }

  /** Ours, and the store will never take it: its slot is void, whoever comes to know of that and when. */
  refuse(message: Message, told: ReaderEvent): void {
    this.withdraw(message, told);
    this.fill(message.order);
    this.#markBlank(message.room, message.order);
  }

  /** The document of this slot is gone: it disappears here, and what comes later of it is not shown. */
  remove(room: Room, order: OrderKey): void {
    this.fill(order);
    const kept = this.rooms.remove(room, order);
    const { isNews, forgotten } = this.rooms.touch(room).window.bury(order, kept?.message.mid);
    if (!isNews) return;
    if (forgotten !== undefined) this.#forgetChange(forgotten);
    if (kept !== undefined) this.#turn.record({ type: "forgotten", ids: [idOf(kept)] });
    this.#turn.record({ type: "deleted", room, order });
    if (kept?.isShown === false) return;
    const mid = kept === undefined ? {} : { mid: kept.message.mid };
    this.deliver(room, { type: "deleted", room, id: messageId(room, order), ...mid });
    if (kept !== undefined) this.#revealTwin(kept.message);
  }

  /** A message that is not, or not under this order key: it is shown no longer, and readers who saw it are `told`. */
  withdraw(message: Message, told: ReaderEvent): void {
    const kept = this.rooms.remove(message.room, message.order);
    if (kept === undefined) return;
    this.#turn.record({ type: "forgotten", ids: [idOf(kept)] });
    if (!kept.isShown) return;
    this.deliver(message.room, told);
    this.#revealTwin(message);
  }

  /**
   * The store lost this message, and will get it again: until then it is on our disk only. Undefined when it is not
   * held any more, or known to be on its way.
   */
  markLost(room: Room, order: OrderKey): Message | undefined {
    const kept = this.find(room, order);
    if (kept?.state !== "stored") return undefined;
    kept.state = "accepted";
    this.#turn.record({ type: "message", message: kept.message, isWaiting: true });
    return kept.message;
  }

  /**
   * What the store should hold of us and of the others: first our own messages, then theirs, then deletions. What is
   * on its way there is left out.
   */
  held(own: Origin8, isOnItsWay: (order: OrderKey) => boolean): Held[] {
    const ours: Held[] = [];
    const theirs: Held[] = [];
    const deleted: Held[] = [];
    for (const room of this.rooms.names()) {
      const window = this.rooms.find(room)?.window;
      for (const { message } of window?.kept ?? []) {
        if (isOnItsWay(message.order)) continue;
        const list = orderParts(message.order).origin8 === own ? ours : theirs;
        list.push({ room, order: message.order, isDeleted: false });
      }
      for (const order of window?.buried() ?? []) deleted.push({ room, order, isDeleted: true });
    }
    return [...ours, ...theirs, ...deleted];
  }

  /** The store has this message for certain. Says whether that was news. */
  markStored(room: Room, order: OrderKey): Kept | undefined {
    const kept = this.find(room, order);
    if (kept === undefined || kept.state === "stored") return undefined;
    kept.state = "stored";
    return kept;
  }

  /** The store shows a known message: perhaps it was edited there, then what the store holds is what is shown. */
  #refresh(known: Kept, message: Message, state: MessageState): void {
    if (state === "accepted" || isSame(known.message, message)) return;
    if (known.message.mid !== message.mid || known.message.session !== message.session) {
      // Another message at this key. If ours still waits for the store, the outbox finds out and moves it away.
      if (known.state === "accepted") return;
      this.blank(message.room, message.order);
      return this.#show(message, state);
    }
    const edited: Kept = { ...known, message: { ...message, isRetold: true } };
    this.rooms.remove(message.room, message.order);
    this.rooms.insert(edited);
    this.#turn.record({ type: "message", message: edited.message, isWaiting: false });
    if (edited.isShown) this.deliver(message.room, { type: "message", message: wire(edited) }, true);
  }

  /** The message of its mid that is shown, and whether this one is to be, then: the one with the lowest order key is. */
  #beside({ session, mid, order }: Message): { shown: Kept | undefined; isShown: boolean } {
    const shown = this.rooms.twins(session, mid).find((twin) => twin.isShown);
    return { shown, isShown: shown === undefined || order < shown.message.order };
  }

  #show(message: Message, state: MessageState): void {
    const lateMs = this.#lateMs(message);
    const { shown, isShown } = this.#beside(message);
    const kept: Kept = { message, state, isShown };
    this.rooms.insert(kept);
    const wasBlank = this.rooms.touch(message.room).window.unblank(message.order);
    if (wasBlank) this.#turn.record({ type: "forgotten", ids: [idOf(kept)] });
    if (state === "stored") this.#turn.record({ type: "message", message, isWaiting: false });
    // The higher one of two goes first, shown here or not: a reader may have seen it elsewhere.
    const hidden = isShown ? shown : kept;
    if (hidden !== undefined) this.#hide(hidden);
    // Only now: a cursor must not say that this one was seen before it was handed over.
    this.fill(message.order);
    if (!isShown) return;
    const isAgain = wasBlank || message.isRetold === true;
    this.deliver(message.room, { type: "message", message: wire(kept), ...lateMs }, isAgain);
  }

  /**
   * By how much newer the end of the room is already: people would not find it there (S15). A change comes late as
   * anything does that was said when it was made, wherever it stands.
   */
  #lateMs({ room, order }: Message): { lateMs: number } | undefined {
    const last = this.rooms.find(room)?.window.last;
    if (last === undefined) return undefined;
    const end = orderParts(changedKey(last) ?? last);
    const { stamp } = orderParts(order);
    if (stamp >= end.stamp) return undefined;
    const lateMs = decodeStamp(end.stamp).ms - decodeStamp(stamp).ms;
    return lateMs >= LATE_MS ? { lateMs } : undefined;
  }

  /** Tells readers that this one is not shown at the moment: its mid stands at a lower order key. */
  #hide(hidden: Kept): void {
    this.rooms.touch(hidden.message.room).window.hide(hidden);
    if (hidden.state === "stored")
      this.#turn.record({ type: "message", message: hidden.message, isWaiting: false });
    const { room, order, mid } = hidden.message;
    this.deliver(room, { type: "deleted", room, id: messageId(room, order), mid, mayReturn: true });
  }

  /** With the lowest one gone, the next order key of the same mid is the lowest: a rule on the set alone. */
  #revealTwin(gone: Message): void {
    let lowest: Kept | undefined;
    for (const twin of this.rooms.twins(gone.session, gone.mid)) {
      if (lowest === undefined || twin.message.order < lowest.message.order) lowest = twin;
    }
    if (lowest === undefined || lowest.isShown) return;
    lowest.isShown = true;
    this.deliver(lowest.message.room, { type: "message", message: wire(lowest) }, true);
  }

  /** One more arrival: to the readers of the room, or without a room to every reader. */
  deliver(room: Room | undefined, event: ReaderEvent, isAgain = false): void {
    this.#offset++;
    const arrival = new Arrival(this.#offset, event, this.cursor(), isAgain);
    const log = room === undefined ? this.everyone : this.rooms.touch(room).arrivals;
    log.push(arrival);
    this.#turn.emit({ type: "deliver", room, arrival });
  }

  /** Holds the bounds of memory and journal again, after whatever came in. */
  trim(): void {
    this.#recordForgotten(this.rooms.trim(this.#offset));
  }

  #markBlank(room: Room, order: OrderKey): void {
    const forgotten = this.rooms.touch(room).window.blank(order);
    this.#turn.record({ type: "blank", room, order });
    if (forgotten !== undefined) this.#forgetChange(forgotten);
  }

  /** Of who saw nothing since, it is not known any more whether this was told. */
  #forgetChange(id: MessageId): void {
    this.#turn.record({ type: "forgotten", ids: [id] });
    this.knowledge.doubt();
  }

  #recordForgotten(forgotten: readonly Forgotten[]): void {
    for (const { room, ids, floor, upTo } of forgotten) {
      this.#turn.record({ type: "forgotten", ids });
      this.#turn.record({ type: "floor", room, floor });
      if (this.#followedFrom !== undefined) this.knowledge.beWholeAfter(upTo);
    }
  }
}

function idOf(kept: Kept): MessageId {
  return messageId(kept.message.room, kept.message.order);
}

/** Of two messages of one order key. */
function isSame(one: Message, other: Message): boolean {
  return (
    one.text === other.text &&
    isSameChange(one.change, other.change) &&
    one.mid === other.mid &&
    one.session === other.session &&
    one.sender === other.sender &&
    one.region === other.region &&
    one.at === other.at
  );
}
