import { addMessage, digestOf, type RoomDigest, type Sum, type WindowDigest } from "./digest.ts";
import { DIGEST_CLOSED_MS, DIGEST_EVERY_MS, DIGEST_WINDOW_MS, DIGEST_WINDOWS } from "./limits.ts";
import type { Room } from "./names.ts";
import type { Rooms } from "./rooms.ts";
import { encodeStamp, type Stamp } from "./stamp.ts";

/** The windows of time this region can vouch for: closed, and held as a whole. */
export class Digests {
  readonly #rooms: Rooms;
  #published: readonly WindowDigest[] = [];
  #made: readonly WindowDigest[] = [];
  #dueMs = 0;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** As last made; the newest window first. */
  get published(): readonly WindowDigest[] {
    return this.#published;
  }

  /**
   * Makes them anew if it is time. Everything from `wholeFrom` on is held here, and `openFrom` is the stamp from
   * which on something may still be missing here or elsewhere.
   */
  refresh(wholeFrom: Stamp | undefined, openFrom: Stamp | undefined, nowMs: number, steadyMs: number): void {
    if (steadyMs < this.#dueMs) return;
    this.#dueMs = steadyMs + DIGEST_EVERY_MS;
    this.#published = [];
    this.#dropChanged();
    if (wholeFrom === undefined) return;
    const newest = Math.floor((nowMs - DIGEST_CLOSED_MS) / DIGEST_WINDOW_MS) - 1;
    for (let window = newest; window > newest - DIGEST_WINDOWS && window >= 0; window--) {
      const from = window * DIGEST_WINDOW_MS;
      const { stamp, end } = boundsOf(from);
      if (stamp < wholeFrom || (openFrom !== undefined && end > openFrom)) continue;
      const known = this.#made.find((made) => made.from === from);
      this.#published = [...this.#published, known ?? this.#windowDigest(from)];
    }
    this.#made = this.#published;
  }

  /** What was made holds until something in the window or before it changes: then it is made again. */
  #dropChanged(): void {
    const changed: string | undefined = this.#rooms.takeChanged();
    if (changed !== undefined) this.#made = this.#made.filter(({ from }) => boundsOf(from).end <= changed);
  }

  /** Room by room, for finding out where two regions differ. Rooms without a message in it are left out. */
  byRoom(from: number): RoomDigest[] {
    const { stamp, end } = boundsOf(from);
    return this.#rooms.names().flatMap((room) => {
      const sum: Sum = { high: 0, low: 0 };
      const messages = this.#add(room, stamp, end, sum);
      return messages === 0 ? [] : [{ room, messages, digest: digestOf(sum) }];
    });
  }

  #windowDigest(from: number): WindowDigest {
    const { stamp, end } = boundsOf(from);
    const sum: Sum = { high: 0, low: 0 };
    let messages = 0;
    for (const room of this.#rooms.names()) messages += this.#add(room, stamp, end, sum);
    return { from, messages, digest: digestOf(sum) };
  }

  #add(room: Room, from: Stamp, end: Stamp, sum: Sum): number {
    const shown = this.#rooms.find(room)?.window.shownBetween(from, end) ?? [];
    for (const { message } of shown) addMessage(sum, message);
    return shown.length;
  }
}

/** The stamps of the window that begins at `from`: from `stamp` on, and before `end`. */
export function boundsOf(from: number): { stamp: Stamp; end: Stamp } {
  return { stamp: encodeStamp(from, 0), end: encodeStamp(from + DIGEST_WINDOW_MS, 0) };
}
