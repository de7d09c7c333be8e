import { ARRIVALS_PER_ROOM } from "./limits.ts";
import type { Cursor, ReaderEvent } from "./wire.ts";

/** One event in this region's arrival order, shared by all readers: its JSON is written once. */
export class Arrival {
  readonly offset: number;
  readonly event: ReaderEvent;
  /** The bookmark of a reader that has seen this arrival and everything before it. */
  readonly cursor: Cursor;
  /** A message that was shown before and is shown anew, or otherwise: whoever saw it elsewhere must have it again. */
  readonly isAgain: boolean;
  #json: string | undefined;

  constructor(offset: number, event: ReaderEvent, cursor: Cursor, isAgain = false) {
    this.offset = offset;
    this.event = event;
    this.cursor = cursor;
    this.isAgain = isAgain;
  }

  /** Nobody has to know it at once: the message itself is shown, and who posted it is answered. */
  get mayWait(): boolean {
    return this.event.type === "stored";
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.event);
    return this.#json;
  }
}

/** The newest arrivals of one room, for readers that come back by offset. */
export class ArrivalLog {
  readonly #arrivals: Arrival[] = [];
  #floor: number;

  /** `floor`: the offset up to which nothing is held. */
  constructor(floor: number) {
    this.#floor = floor;
  }

  get size(): number {
    return this.#arrivals.length;
  }

  push(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.#arrivals.length > ARRIVALS_PER_ROOM) this.trim(ARRIVALS_PER_ROOM / 2);
  }

  /** Lets go of all but the newest `keep`. */
  trim(keep: number): void {
    const dropped = this.#arrivals.splice(0, Math.max(this.#arrivals.length - keep, 0));
    this.#floor = dropped.at(-1)?.offset ?? this.#floor;
  }

  /** What came after `offset`, or undefined when some of it is no longer held. */
  after(offset: number): readonly Arrival[] | undefined {
    if (offset < this.#floor) return undefined;
    let low = 0;
    let high = this.#arrivals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#arrivals[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#arrivals.slice(low);
  }
}
