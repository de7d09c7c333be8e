import { CLOCK_AHEAD_MS } from "./limits.ts";
import { decodeStamp, encodeStamp, followingStamp, type Stamp } from "./stamp.ts";

/**
 * The region's hybrid logical clock. It never goes back: every stamp is greater than all it gave and merged
 * before, whatever the wall clock does (R11).
 */
export class HybridClock {
  #latest: Stamp;

  constructor(latest: Stamp) {
    this.#latest = latest;
  }

  next(nowMs: number): Stamp {
    const wall = encodeStamp(nowMs, 0);
    this.#latest = wall > this.#latest ? wall : followingStamp(this.#latest);
    return this.#latest;
  }

  /** False when `remote` is more than 24 hours ahead of us: such a stamp is a broken clock and is not merged. */
  merge(remote: Stamp, nowMs: number): boolean {
    if (remote <= this.#latest) return true;
    if (decodeStamp(remote).ms > nowMs + CLOCK_AHEAD_MS) return false;
    this.#latest = remote;
    return true;
  }
}
