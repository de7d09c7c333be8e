import type { Arrival } from "./arrivals.ts";
import { decodeCursor, encodeCursor, NO_CURSOR, type Bookmark } from "./cursor.ts";
import type { PageRead } from "./events.ts";
import { CATCH_UP_MESSAGES, RETOLD, PAGE_MESSAGES } from "./limits.ts";
import { messageId, orderParts, type Origin8, type Room } from "./names.ts";
import type { Origins } from "./origins.ts";
import type { WireMessage } from "./message.ts";
import type { Stamp } from "./stamp.ts";
import type { Timeline } from "./timeline.ts";
import { beyondVector, EMPTY_VECTOR, mergeVectors, seenUpTo, type Vector } from "./vector.ts";
import { byAge, wire, type Kept, type Window } from "./window.ts";
import type { Cursor, ReaderEvent, ResetReason } from "./wire.ts";

/** What a reader is handed. */
export interface Resumed {
  readonly type: "resumed";
  readonly entries: readonly Handed[];
  /** The bookmark behind all of them. */
  readonly cursor: Cursor;
  /** Where the reader stands in the arrival log now. */
  readonly offset: number;
  /** What it saw in another region that this one has not seen yet: not to be shown again when it comes. */
  readonly ahead: Vector;
  readonly reset?: { readonly reason: ResetReason };
  readonly incomplete?: readonly Room[];
  /** Where it stands while it is handed nothing of this yet: for who hands it over together with others. */
  readonly before?: Before;
}

interface Before {
  readonly offset: number;
  readonly cursor: Cursor;
  /** The first arrival that it has not had. */
  readonly next: number;
}

/** What has to be read from the store first. */
export interface Needs {
  readonly type: "needs";
  readonly reads: readonly PageRead[];
}

/** An arrival as one reader is handed it. */
export interface Handed {
  readonly event: ReaderEvent;
  readonly json: string;
  readonly cursor: Cursor;
}

/** Answers cursors. A cursor is never answered by silence: with what was missed, or with a reset that says why. */
export class Reading {
  readonly #timeline: Timeline;
  readonly #origins: Origins;

  constructor(timeline: Timeline, origins: Origins) {
    this.#timeline = timeline;
    this.#origins = origins;
  }

  /** What a reader of these rooms has missed since its cursor, or what must be read before that is known. */
  resume(rooms: readonly Room[], cursor: Cursor | undefined): Resumed | Needs {
    if (cursor === undefined) return this.#startOver(rooms, "start");
    const bookmark = decodeCursor(cursor);
    if (bookmark === undefined) return this.#startOver(rooms, "unknown-cursor");
    const missed = this.#byOffset(rooms, bookmark, cursor);
    if (missed !== undefined) return missed;
    if (this.#isTooEarly(bookmark)) return this.#startOver(rooms, "store-away");
    const seen = mergeVectors(bookmark.vector, bookmark.ahead);
    // Of an older copy of ourselves nobody can be told what is new: it may write below what was seen.
    if (this.#origins.isOutdated(seen)) return this.#startOver(rooms, "too-far-behind");
    if (!this.#timeline.knowledge.isKnownSince(seen)) return this.#startOver(rooms, "too-far-behind");
    // What it missed may be changes of old messages: where they stand does not tell when they were made, so the store
    // cannot be asked for them.
    if (!this.#timeline.knowledge.isWholeFor(seen)) return this.#startOver(rooms, "too-far-behind");
    return this.#byVector(rooms, seen, cursor);
  }

  /** The same when the store gives nothing more: with what is here, saying what is not. */
  resumeWithoutStore(rooms: readonly Room[], cursor: Cursor | undefined): Resumed {
    const resumed = this.resume(rooms, cursor);
    if (resumed.type === "resumed") return resumed;
    const reason = cursor === undefined ? "start" : "store-away";
    const incomplete = resumed.reads.map((read) => read.room);
    // Of the others only what is whole: below its floor a room holds what came by chance.
    const from = ({ room, floor }: Window) => (incomplete.includes(room) ? "" : (floor ?? ""));
    return { ...this.#newest(rooms, reason, from), incomplete };
  }

  /** Part (a): the same process, and its arrival log still reaches back that far. */
  #byOffset(rooms: readonly Room[], { epoch, offset, ahead }: Bookmark, cursor: Cursor): Resumed | undefined {
    if (epoch !== this.#timeline.epoch || offset > this.#timeline.head) return undefined;
    if (this.#isTooEarly({ epoch, offset })) return undefined;
    const pieces = [
      this.#timeline.everyone.after(offset),
      ...rooms.map((room) => this.#timeline.rooms.arrivalsAfter(room, offset)),
    ];
    const missed: Arrival[] = [];
    for (const piece of pieces) {
      if (piece === undefined) return undefined;
      missed.push(...piece);
    }
    missed.sort((one, other) => one.offset - other.offset);
    // By what it was ahead of this region then: what it saw elsewhere may have come here meanwhile.
    const resumed = this.#resumed(
      missed.map((arrival) => handTo(arrival, ahead)),
      this.#ahead(ahead),
    );
    const [first] = missed;
    if (first === undefined || ahead.seen.size > 0) return resumed;
    return { ...resumed, before: { offset, cursor, next: first.offset } };
  }

  /** Whether this bookmark is of this process, from before it followed the store. */
  #isTooEarly({ epoch, offset }: Pick<Bookmark, "epoch" | "offset">): boolean {
    return epoch === this.#timeline.epoch && offset < this.#timeline.followedFrom;
  }

  /** Part (b): another region or process. What each origin wrote after its stamp was missed, wherever it stands. */
  #byVector(rooms: readonly Room[], vector: Vector, cursor: Cursor): Resumed | Needs {
    const from = this.#oldestMissed(vector);
    const windows = rooms.flatMap((room) => this.#timeline.rooms.find(room)?.window ?? []);
    const missed = windows.flatMap((window) =>
      from === undefined ? [] : window.shownSince(from).filter((kept) => isMissed(kept, vector)),
    );
    if (missed.length > CATCH_UP_MESSAGES) return this.#startOver(rooms, "too-far-behind");
    const events: ReaderEvent[] = [
      ...this.#deletions(rooms),
      ...missed.sort(byAge).map((kept): ReaderEvent => ({ type: "message", message: wire(kept) })),
      ...windows.flatMap((window) => this.#retold(window, vector)),
      ...windows.flatMap((window) => this.#stored(window, vector)),
    ];
    return this.#resumed(hand(events, cursor), this.#ahead(vector));
  }

  /** The newest page of each room, once all of it is here. */
  #startOver(rooms: readonly Room[], reason: ResetReason): Resumed | Needs {
    const { trims } = this.#timeline.rooms;
    const reads = rooms.flatMap((room): PageRead[] => {
      const window = this.#timeline.rooms.find(room)?.window;
      if (window?.floor === "") return [];
      const isWhole =
        window?.floor !== undefined && window.lastShown(PAGE_MESSAGES, window.floor).length === PAGE_MESSAGES;
      return isWhole ? [] : [{ room, below: window?.floor, limit: PAGE_MESSAGES, trims }];
    });
    return reads.length > 0
      ? { type: "needs", reads }
      : this.#newest(rooms, reason, (window) => window.floor ?? "");
  }

  #newest(rooms: readonly Room[], reason: ResetReason, from: (window: Window) => string): Resumed {
    const events = rooms.flatMap((room) => {
      const window = this.#timeline.rooms.find(room)?.window;
      const shown = window?.lastShown(PAGE_MESSAGES, from(window)) ?? [];
      return shown.map((kept): ReaderEvent => ({ type: "message", message: wire(kept) }));
    });
    return { ...this.#resumed(hand(events, NO_CURSOR), EMPTY_VECTOR), reset: { reason } };
  }

  /** Readers from elsewhere may have seen what is not shown any more: they are told all that is remembered. */
  #deletions(rooms: readonly Room[]): ReaderEvent[] {
    return rooms.flatMap((room) => {
      const window = this.#timeline.rooms.find(room)?.window;
      const buried = [...(window?.tombstones ?? [])].map(([id, mid]): ReaderEvent =>
        mid === undefined ? { type: "deleted", room, id } : { type: "deleted", room, id, mid },
      );
      const hidden = window?.hidden().map(({ message: { order, mid } }): ReaderEvent => {
        return { type: "deleted", room, id: messageId(room, order), mid, mayReturn: true };
      });
      const blanks = [...(window?.blanks ?? [])].map((order): ReaderEvent => {
        return { type: "deleted", room, id: messageId(room, order), mayReturn: true };
      });
      return [...buried, ...(hidden ?? []), ...blanks];
    });
  }

  /**
   * Where it comes from the reader may have been shown messages as `accepted`, and whoever knew that it was to be
   * told more is gone: so it is told what the store has of what it saw last.
   */
  #stored(window: Window, vector: Vector): ReaderEvent[] {
    const { room } = window;
    const mids = window
      .latest(PAGE_MESSAGES)
      .filter((kept) => kept.state === "stored" && !isMissed(kept, vector))
      .map(({ message }) => message.mid);
    return mids.length === 0 ? [] : [{ type: "stored", room, mids }];
  }

  /** It may have been shown another text than an admin made of it since, or a twin that is gone. */
  #retold(window: Window, vector: Vector): ReaderEvent[] {
    return window
      .retold()
      .filter((kept) => !isMissed(kept, vector))
      .slice(-RETOLD)
      .map((kept) => ({ type: "message", message: wire(kept) }));
  }

  #resumed(arrivals: readonly Handed[], ahead: Vector): Resumed {
    const cursor = remember(this.#timeline.cursor(), ahead);
    const last = arrivals.at(-1);
    const entries =
      last === undefined ? [] : [...arrivals.slice(0, -1), { event: last.event, json: last.json, cursor }];
    return { type: "resumed", entries, cursor, offset: this.#timeline.head, ahead };
  }

  /** The lowest stamp that may have been missed, or undefined when there is nothing the vector has not seen. */
  #oldestMissed(vector: Vector): Stamp | undefined {
    let oldest: Stamp | undefined;
    for (const slots of this.#origins.all()) {
      const seen = seenUpTo(vector, slots.origin8);
      if (slots.newest <= seen) continue;
      const born = this.#origins.born(slots.origin8);
      const from = seen > born ? seen : born;
      if (oldest === undefined || from < oldest) oldest = from;
    }
    return oldest;
  }

  #ahead(vector: Vector): Vector {
    const seen = new Map<Origin8, Stamp>();
    for (const [origin8, stamp] of vector.seen) {
      if (stamp > this.#origins.seenOf(origin8)) seen.set(origin8, stamp);
    }
    return { seen };
  }
}

/** Whether the reader saw this message in another region before it came here. */
function isAhead({ order }: WireMessage, ahead: Vector): boolean {
  const { stamp, origin8 } = orderParts(order);
  return stamp <= seenUpTo(ahead, origin8);
}

/** The cursor, with what the reader saw elsewhere not forgotten. */
export function remember(cursor: Cursor, ahead: Vector): Cursor {
  const bookmark = ahead.seen.size === 0 ? undefined : decodeCursor(cursor);
  return bookmark === undefined
    ? cursor
    : encodeCursor({ ...bookmark, ahead: beyondVector(ahead, bookmark.vector) });
}

/**
 * The arrival as a reader with such an `ahead` is handed it. Of a message it saw before it only learns that the
 * store has it now: where it saw it first, that was perhaps not known yet.
 */
export function handTo(arrival: Arrival, ahead: Vector): Handed {
  if (ahead.seen.size === 0) return arrival;
  const { event, json } = arrival;
  const cursor = remember(arrival.cursor, ahead);
  if (event.type !== "message" || arrival.isAgain || !isAhead(event.message, ahead))
    return { event, json, cursor };
  const { room, mid } = event.message;
  const stored: ReaderEvent = { type: "stored", room, mids: [mid] };
  return { event: stored, json: JSON.stringify(stored), cursor };
}

function isMissed(kept: Kept, vector: Vector): boolean {
  const { stamp, origin8 } = orderParts(kept.message.order);
  return stamp > seenUpTo(vector, origin8);
}

/** Events of one answer: a reader that is cut off in the middle comes back with `cursor` and gets all of it again. */
function hand(events: readonly ReaderEvent[], cursor: Cursor): Handed[] {
  return events.map((event) => ({ event, json: JSON.stringify(event), cursor }));
}
