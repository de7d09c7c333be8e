import { backoffMs } from "./backoff.ts";
import type { Beacon } from "./beacon.ts";
import { BEACON_LATEST_MS, BEACON_SOONEST_MS } from "./limits.ts";

/**
 * When the own beacon is written: at once at the start (no message of ours goes to the store before the beacon is
 * there, so whoever reads the beacons knows every origin), then at most every 5 s and at least every 60 s.
 */
export class Announcer {
  #isUnderWay = false;
  #hasAnnounced = false;
  #told = "";
  #telling = "";
  #failures = 0;
  #soonestMs = 0;
  #latestMs = 0;

  get hasAnnounced(): boolean {
    return this.#hasAnnounced;
  }

  /** Whether this beacon is to be written now. The goodbye of a `retired` one waits for nothing. */
  isDue(beacon: Beacon, nowMs: number): boolean {
    const telling = JSON.stringify({ ...beacon, at: 0 });
    if (!beacon.retired) {
      if (this.#isUnderWay || nowMs < this.#soonestMs) return false;
      if (telling === this.#told && nowMs < this.#latestMs) return false;
    }
    this.#isUnderWay = true;
    this.#telling = telling;
    return true;
  }

  announced(nowMs: number): void {
    this.#isUnderWay = false;
    this.#hasAnnounced = true;
    this.#failures = 0;
    this.#told = this.#telling;
    this.#soonestMs = nowMs + BEACON_SOONEST_MS;
    this.#latestMs = nowMs + BEACON_LATEST_MS;
  }

  failed(nowMs: number, jitter: number): void {
    this.#isUnderWay = false;
    this.#failures++;
    this.#soonestMs = nowMs + backoffMs(this.#failures, jitter);
  }
}
