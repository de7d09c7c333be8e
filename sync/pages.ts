import { classify } from "./document.ts";
import { toWire, type Message, type WireMessage } from "./message.ts";
import { parseMessageId, type OrderKey, type Room } from "./names.ts";
import { pageRange, rangeAfter } from "./range.ts";
import type { RangeQuery, Row } from "./store.ts";
import type { Timeline } from "./timeline.ts";
import { wire } from "./window.ts";

/** Either `before` or `after`, strictly; neither asks for the newest. `limit` messages at most. */
export interface PageQuery {
  readonly room: Room;
  readonly before?: OrderKey;
  readonly after?: OrderKey;
  readonly limit: number;
}

export interface Page {
  /** Ascending. */
  readonly messages: readonly WireMessage[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** The store was not to be asked, and this region holds no more than this. */
  readonly incomplete: boolean;
  /** Nothing to be shown was found up to here: what was deleted or is no message fills a page, too. Go on from it. */
  readonly reached?: OrderKey;
}

/** One more than asked for tells whether there is more, and the neighbour itself may be in the range. */
const SPARE_ROWS = 2;

/** Pages of history by order key: from the window where it is complete, else joined with what the store holds. */
export class Pages {
  readonly #timeline: Pick<Timeline, "rooms">;

  constructor(timeline: Pick<Timeline, "rooms">) {
    this.#timeline = timeline;
  }

  /** The page as far as it is known here, and what to read from the store to complete it. */
  local(query: PageQuery): { page: Page; missing: RangeQuery | undefined } {
    const { room, before, after, limit } = query;
    const window = this.#timeline.rooms.find(room)?.window;
    const known = this.#known(query, after ?? window?.floor ?? "", before);
    const isCovered =
      after === undefined ? window?.floor === "" || known.length > limit : window?.covers(after) === true;
    if (isCovered && window?.floor !== undefined) {
      return { page: cut(known, query, { isStart: window.floor === "", isEnd: true }), missing: undefined };
    }
    const held = this.#known(query, after ?? "", before);
    const page = { ...cut(held, query, { isStart: false, isEnd: true }), incomplete: true };
    const read = { room, below: before, limit: limit + SPARE_ROWS };
    return {
      page,
      missing: after === undefined ? pageRange(read) : rangeAfter(room, after, limit + SPARE_ROWS),
    };
  }

  /** The page, with what the store answered to `missing`. */
  complete(query: PageQuery, rows: readonly Row[]): Page {
    const { room, before, after, limit } = query;
    const isWhole = rows.length < limit + SPARE_ROWS;
    const last = isWhole ? undefined : rows.at(-1)?.id.slice(room.length + 1);
    const messages = new Map<OrderKey, WireMessage>();
    for (const row of rows) {
      const incoming = classify(row);
      if (incoming.type === "message" && this.#isVisible(incoming.message)) {
        messages.set(incoming.message.order, toWire(incoming.message, "stored"));
      }
    }
    const known =
      after === undefined ? this.#known(query, last ?? "", before) : this.#known(query, after, last);
    for (const message of known) messages.set(message.order, message);
    for (const order of [before, after]) if (order !== undefined) messages.delete(order);
    const ascending = [...messages.values()].sort((one, other) => (one.order < other.order ? -1 : 1));
    const page = cut(ascending, query, {
      isStart: after === undefined && isWhole,
      isEnd: after === undefined || isWhole,
    });
    const reached = page.messages.length > 0 || isWhole ? undefined : lastOrder(rows);
    return reached === undefined ? page : { ...page, reached };
  }

  /** What is held between the two, as much of it as tells the page, and whether there is more. */
  #known({ room, after, limit }: PageQuery, from: string, to: string | undefined): WireMessage[] {
    const window = this.#timeline.rooms.find(room)?.window;
    if (window === undefined) return [];
    const count = limit + SPARE_ROWS;
    const kept = after === undefined ? window.lastShown(count, from, to) : window.firstShown(count, from, to);
    return kept.filter(({ message }) => message.order !== after).map(wire);
  }

  /** Not if it was deleted, and not if its mid is known to stand at a lower order key. */
  #isVisible(message: Message): boolean {
    if (this.#timeline.rooms.find(message.room)?.window.isBuried(message.order) === true) return false;
    return !this.#timeline.rooms
      .twins(message.session, message.mid)
      .some((twin) => twin.message.order < message.order);
  }
}

/** `isStart`, `isEnd`: whether the room has nothing before, after these messages. */
function cut(
  ascending: readonly WireMessage[],
  { before, after, limit }: PageQuery,
  { isStart, isEnd }: { isStart: boolean; isEnd: boolean },
): Page {
  const lowest = oncePerMid(ascending);
  const isMore = lowest.length > limit;
  return {
    messages: after === undefined ? lowest.slice(-limit) : lowest.slice(0, limit),
    hasOlder: after === undefined ? isMore || !isStart : true,
    hasNewer: after === undefined ? before !== undefined : isMore || !isEnd,
    incomplete: false,
  };
}

function lastOrder(rows: readonly Row[]): OrderKey | undefined {
  for (const { id } of rows.toReversed()) {
    const slot = parseMessageId(id);
    if (slot !== undefined) return slot.order;
  }
  return undefined;
}

function oncePerMid(ascending: readonly WireMessage[]): WireMessage[] {
  const seen = new Set<string>();
  return ascending.filter(({ sender, mid }) => {
    const key = `${sender.session} ${mid}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
