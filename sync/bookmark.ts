import type { Beacon } from "./beacon.ts";
import { BEGINNING, type Since } from "./store.ts";
import type { Turn } from "./turn.ts";

/** What came before `since` is in every copy of the store that has the own beacon with this nonce and `at`. */
export interface Proven {
  readonly nonce: string;
  readonly at: number;
  readonly since: Since;
}

/**
 * Where in the store's feed this region stands. A store that was put back to an older copy takes a bookmark of the
 * newer one, and skips without a word what it wrote since. So the own beacon proves the bookmark: one that was taken
 * before the beacon's row came is good wherever that beacon stands.
 */
export class Bookmark {
  readonly #nonce: string;
  readonly #turn: Turn;
  #since: Since | undefined;
  #proven: Proven | undefined;

  /** `nonce` is the one of this life's beacons. */
  constructor(start: { since: Since | undefined; proven: Proven | undefined }, nonce: string, turn: Turn) {
    this.#since = start.since;
    this.#proven = start.proven;
    this.#nonce = nonce;
    this.#turn = turn;
  }

  get since(): Since | undefined {
    return this.#since;
  }

  /** Every row up to there was taken in. On disk it stays before rows that could not be read. */
  save(since: Since, isAllRead: boolean): void {
    if (since === this.#since) return;
    this.#since = since;
    if (isAllRead) this.keep();
  }

  keep(): void {
    if (this.#since !== undefined) this.#turn.record({ type: "since", since: this.#since });
  }

  /** The own beacon that says `at` is among the rows after this bookmark, or was just written. */
  prove(at: number): void {
    if (this.#since !== undefined) this.#setProven({ nonce: this.#nonce, at, since: this.#since });
  }

  /**
   * Goes back to what the beacon proves that stood in the store; when it proves nothing, to the beginning. So it is
   * when it is another one than an earlier life proved its bookmark by: that life may have gone on, on another store,
   * after our disk was copied (R8).
   */
  goBack({ nonce, at }: Beacon, isAllRead: boolean): void {
    const proven = this.#proven;
    const isSame = proven?.nonce === nonce && (nonce === this.#nonce ? at >= proven.at : at === proven.at);
    if (proven === undefined || !isSame) this.startOver();
    else this.save(proven.since, isAllRead);
  }

  /** No bookmark of this store is worth anything. */
  startOver(): void {
    this.#setProven(undefined);
    this.save(BEGINNING, true);
  }

  #setProven(proven: Proven | undefined): void {
    this.#proven = proven;
    this.#turn.record({ type: "proven", proven });
  }
}
