import { branded } from "./brand.ts";
import { TOMBSTONES_PER_ROOM } from "./limits.ts";
import {
  isEarlier,
  messageId,
  orderParts,
  type MessageId,
  type Mid,
  type OrderKey,
  type Room,
} from "./names.ts";
import type { Stamp } from "./stamp.ts";
import { toWire, type Message, type MessageState, type WireMessage } from "./message.ts";

/** A message this region holds. `isShown` is false while the same mid stands at a lower order key. */
export interface Kept {
  message: Message;
  state: MessageState;
  isShown: boolean;
}

export function wire(kept: Kept): WireMessage {
  return toWire(kept.message, kept.state);
}

/** Sorts what was written first to the front. */
export function byAge(one: Kept, other: Kept): number {
  return isEarlier(one.message.order, other.message.order) ? -1 : 1;
}

function byPlace(one: Kept, other: Kept): number {
  return one.message.order < other.message.order ? -1 : 1;
}

/**
 * The newest messages of a room, in order, and from where on they are complete. Everything the store held at or
 * above `floor` is here; below it only the store knows. A room nobody asked for yet is cold: it has no floor, and
 * what arrived lately is all there is.
 */
export class Window {
  readonly room: Room;
  /** An order key, a stamp, or "" for the very beginning: compared as bytes. */
  floor: string | undefined;
  #kept: Kept[] = [];
  /** Those of them that may be younger than where they stand. */
  readonly #changes = new Set<Kept>();
  /** Those of them that were hidden or told anew, at some time: all others were always shown, and as they are. */
  readonly #marked = new Set<Kept>();
  readonly #tombstones = new Map<MessageId, Mid | undefined>();
  readonly #blanks = new Set<OrderKey>();

  constructor(room: Room, floor: string | undefined) {
    this.room = room;
    this.floor = floor;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Ascending by order key. */
  get kept(): readonly Kept[] {
    return this.#kept;
  }

  /** The greatest order key held: where the room ends. What was written last may stand above it, beside what it changes. */
  get last(): OrderKey | undefined {
    return this.#kept.at(-1)?.message.order;
  }

  /** Slots in which nothing to be shown stands. */
  get blanks(): ReadonlySet<OrderKey> {
    return this.#blanks;
  }

  get tombstones(): ReadonlyMap<MessageId, Mid | undefined> {
    return this.#tombstones;
  }

  /** Whether a message of this order would be here if the store had it. */
  covers(order: string): boolean {
    return this.floor !== undefined && order >= this.floor;
  }

  find(order: OrderKey): Kept | undefined {
    const kept = this.#kept[this.#place(order)];
    return kept?.message.order === order ? kept : undefined;
  }

  insert(kept: Kept): void {
    this.#kept.splice(this.#place(kept.message.order), 0, kept);
    if (kept.message.change !== undefined) this.#changes.add(kept);
    if (!kept.isShown || kept.message.isRetold === true) this.#marked.add(kept);
  }

  /** Its mid stands at a lower order key. Should it be shown again, bookmarks do not tell who saw that. */
  hide(kept: Kept): void {
    kept.isShown = false;
    kept.message = { ...kept.message, isRetold: true };
    this.#marked.add(kept);
  }

  remove(order: OrderKey): Kept | undefined {
    const place = this.#place(order);
    const kept = this.#kept[place];
    if (kept?.message.order !== order) return undefined;
    this.#kept.splice(place, 1);
    this.#letGo(kept);
    return kept;
  }

  /** Remembers that an admin deleted it. `isNews` is false when that was known; `forgotten` made room for it. */
  bury(order: OrderKey, mid: Mid | undefined): { isNews: boolean; forgotten: MessageId | undefined } {
    const id = messageId(this.room, order);
    if (this.#tombstones.has(id)) return { isNews: false, forgotten: undefined };
    this.#tombstones.set(id, mid);
    const [oldest] = this.#tombstones.keys();
    if (this.#tombstones.size <= TOMBSTONES_PER_ROOM || oldest === undefined)
      return { isNews: true, forgotten: undefined };
    this.#tombstones.delete(oldest);
    return { isNews: true, forgotten: oldest };
  }

  /**
   * Remembers that what stands there is no message: the same as `bury`, until a message stands there again. Returns
   * what was forgotten to make room for it.
   */
  blank(order: OrderKey): MessageId | undefined {
    this.#blanks.add(order);
    const [oldest] = this.#blanks;
    if (this.#blanks.size <= TOMBSTONES_PER_ROOM || oldest === undefined) return undefined;
    this.#blanks.delete(oldest);
    return messageId(this.room, oldest);
  }

  /** A message stands there again. False when it was not known that none did. */
  unblank(order: OrderKey): boolean {
    return this.#blanks.delete(order);
  }

  isBuried(order: OrderKey): boolean {
    return this.#tombstones.has(messageId(this.room, order));
  }

  /** The order keys of what was deleted. */
  buried(): OrderKey[] {
    return [...this.#tombstones.keys()].map((id) => branded<OrderKey>(id.slice(this.room.length + 1)));
  }

  /** Shown messages at or above `from`, ascending. */
  shown(from: string): Kept[] {
    return this.#kept.slice(this.#place(from)).filter((kept) => kept.isShown);
  }

  /** The last `count` shown messages at or above `from` and below `to`, ascending, however many there are. */
  lastShown(count: number, from: string, to?: string): Kept[] {
    const found: Kept[] = [];
    const begin = this.#place(from);
    let place = this.#end(to);
    while (place > begin && found.length < count) {
      place--;
      const kept = this.#kept[place];
      if (kept?.isShown === true) found.push(kept);
    }
    return found.toReversed();
  }

  /** The first `count` of them. */
  firstShown(count: number, from: string, to?: string): Kept[] {
    const found: Kept[] = [];
    const end = this.#end(to);
    for (let place = this.#place(from); place < end && found.length < count; place++) {
      const kept = this.#kept[place];
      if (kept?.isShown === true) found.push(kept);
    }
    return found;
  }

  /** Shown messages that were written at or after `from`, wherever they stand. */
  shownSince(from: Stamp): Kept[] {
    const above = [...this.#changes].filter(
      ({ isShown, message: { order } }) =>
        isShown && isBefore(order, from) && orderParts(order).stamp >= from,
    );
    return [...above, ...this.shown(from)];
  }

  /** The same before `end`. */
  shownBetween(from: Stamp, end: Stamp): Kept[] {
    return this.shownSince(from).filter(({ message: { order } }) => {
      const { stamp } = orderParts(order);
      return stamp >= from && stamp < end;
    });
  }

  /** The shown messages that were written last, at most so many: nothing below one is older than it. */
  latest(count: number): Kept[] {
    const changes = [...this.#changes].filter(({ isShown }) => isShown);
    return [...new Set([...this.lastShown(count, ""), ...changes])].sort(byAge).slice(-count);
  }

  /** Messages whose mid stands at a lower order key, ascending. */
  hidden(): Kept[] {
    return [...this.#marked].filter(({ isShown }) => !isShown).sort(byPlace);
  }

  /** Shown messages that were told otherwise before, or not shown, ascending. */
  retold(): Kept[] {
    return [...this.#marked]
      .filter(({ isShown, message }) => isShown && message.isRetold === true)
      .sort(byPlace);
  }

  /**
   * Drops what was written first until `keep` are left, but nothing that the store does not have yet. Returns it. What
   * is left is complete from the first message above all that on; a late change of a dropped message stays below.
   */
  trim(keep: number): Kept[] {
    const surplus = this.#kept.length - keep;
    const stored = this.#kept.filter(({ state }) => state === "stored").sort(byAge);
    const dropped = new Set(stored.slice(0, Math.max(surplus, 0)));
    const last = this.#kept.findLast((kept) => dropped.has(kept))?.message.order;
    if (last === undefined) return [];
    this.#kept = this.#kept.filter((kept) => !dropped.has(kept));
    for (const kept of dropped) this.#letGo(kept);
    if (this.covers(last)) this.floor = this.#kept[this.#place(last)]?.message.order;
    return [...dropped];
  }

  /** Drops every message of which this is true. The room is cold afterwards. Returns them. */
  forget(isForgotten: (kept: Kept) => boolean): Kept[] {
    const dropped = this.#kept.filter(isForgotten);
    this.#kept = this.#kept.filter((kept) => !isForgotten(kept));
    for (const kept of dropped) this.#letGo(kept);
    this.floor = undefined;
    return dropped;
  }

  #letGo(kept: Kept): void {
    this.#changes.delete(kept);
    this.#marked.delete(kept);
  }

  #end(to: string | undefined): number {
    return to === undefined ? this.#kept.length : this.#place(to);
  }

  #place(order: string): number {
    const last = this.last;
    // Nearly all that comes is newer than all that is there, and is then looked at once more.
    if (last === undefined || last < order) return this.#kept.length;
    if (last === order) return this.#kept.length - 1;
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#kept[middle];
      if (there !== undefined && there.message.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** By place: an order key, or the stamp that keys begin with. */
function isBefore(order: string, from: string): boolean {
  return order < from;
}
