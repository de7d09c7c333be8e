import { Doubt } from "./doubt.ts";
import { KNOWN_ORIGINS } from "./limits.ts";
import { orderParts, type OrderKey } from "./names.ts";
import type { Origins } from "./origins.ts";
import { followingStamp, ZERO_STAMP, type Stamp } from "./stamp.ts";
import type { Turn } from "./turn.ts";
import { boundVector, EMPTY_VECTOR, hasSeen, mergeVectors, seenUpTo, type Vector } from "./vector.ts";

/** What the journal says of it; absent while the region has not joined. */
export interface Known {
  readonly wholeAfter: Vector | undefined;
  readonly knownFrom: Vector | undefined;
}

/**
 * What this region may answer for: after which messages it holds every one, and since when it knows of every change.
 * Who has seen less than that begins anew.
 */
export class Knowledge {
  readonly #origins: Origins;
  readonly #turn: Turn;
  #wholeAfter: Vector | undefined;
  /** How much had been written when no change passed this region by any more; absent as long as one may. */
  #knownFrom: Vector | undefined;
  readonly #doubt = new Doubt();

  constructor(origins: Origins, turn: Turn, { wholeAfter, knownFrom }: Known) {
    this.#origins = origins;
    this.#turn = turn;
    this.#wholeAfter = wholeAfter;
    this.#knownFrom = knownFrom;
  }

  /** Everything from this stamp on, in every room, is held here unless it was deleted. Absent before joining. */
  get wholeFrom(): Stamp | undefined {
    if (this.#wholeAfter === undefined) return undefined;
    let newest = ZERO_STAMP;
    for (const stamp of this.#wholeAfter.seen.values()) if (stamp > newest) newest = stamp;
    return followingStamp(newest);
  }

  /** Whether a message of this slot would be held if the store had shown it: what its origin wrote since is here. */
  isWholeAt(order: OrderKey): boolean {
    const { stamp, origin8 } = orderParts(order);
    return this.#wholeAfter !== undefined && stamp > seenUpTo(this.#wholeAfter, origin8);
  }

  /** Whether everything is held here that somebody missed who saw this much, but for what was deleted. */
  isWholeFor(vector: Vector): boolean {
    return this.#wholeAfter !== undefined && hasSeen(vector, this.#wholeAfter);
  }

  /** What has been seen up to here may be lacking. */
  beWholeAfter(lacked: Vector): void {
    const before = this.#wholeAfter;
    if (before !== undefined && hasSeen(before, lacked)) return;
    this.#wholeAfter = boundVector(mergeVectors(before ?? EMPTY_VECTOR, lacked), KNOWN_ORIGINS);
    this.#turn.record({ type: "whole", after: [...this.#wholeAfter.seen] });
  }

  /** Whether every change from some moment on is known here. */
  get isKnowing(): boolean {
    return this.#knownFrom !== undefined;
  }

  /** Whether it will be when what was begun for that is over. */
  get isAboutToKnow(): boolean {
    return this.isKnowing || this.#doubt.isOpen;
  }

  /**
   * Whether somebody who saw this much was still there when this region knew of every change. Before that, messages
   * may have been deleted or edited that it never heard of.
   */
  isKnownSince(vector: Vector): boolean {
    const from = this.#knownFrom;
    if (from === undefined) return false;
    return from.seen.size === 0 || [...vector.seen].some(([origin, stamp]) => stamp > seenUpTo(from, origin));
  }

  /** From now on every change comes in and is remembered. */
  beginKnowing(): void {
    this.#knownFrom = this.#origins.newest();
    this.#turn.record({ type: "known", from: [...this.#knownFrom.seen] });
  }

  /** Bookmarks made before now may count what was not handed over. */
  doubt(): void {
    if (!this.isAboutToKnow) return;
    this.#doubt.begin();
    this.#knownFrom = undefined;
    this.#turn.record({ type: "known", from: undefined });
  }

  /** The own beacon that says `at` came back by the feed. */
  heardBack(at: number): void {
    if (this.#doubt.heard(at)) this.beginKnowing();
  }
}
