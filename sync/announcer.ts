import { backoffMs } from "./backoff.ts";
import type { Beacon } from "./beacon.ts";
import { BEACON_LATEST_MS, BEACON_SOONEST_MS } from "./limits.ts";

/** When the own beacon is written: at once at the start, then at most every 5 s and at least every 60 s. */
export class Announcer {
  #isUnderWay = false;
  #told = "";
  #telling = "";
  #failures = 0;
  #soonestMs = 0;
  #latestMs = 0;

  /** Whether this beacon is to be written now. The goodbye of a `retired` one waits for nothing. */
  isDue(beacon: Beacon, nowMs: number): boolean {
    if (!beacon.retired && (this.#isUnderWay || nowMs < this.#soonestMs)) return false;
    const telling = JSON.stringify({ ...beacon, at: 0 });
    if (!beacon.retired && telling === this.#told && nowMs < this.#latestMs) return false;
    this.#isUnderWay = true;
    this.#telling = telling;
    return true;
  }

  announced(nowMs: number): void {
    this.#isUnderWay = false;
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

  /** It is due with the next beat, whatever was told last. */
  hurry(): void {
    this.#told = "";
    this.#soonestMs = 0;
  }
}
