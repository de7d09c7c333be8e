import type { Clock } from "./clock.ts";
import { RATE_KEYS, type RateLimit, type RateLimits } from "./limits.ts";
import { tooFast, type Refusal } from "./problem.ts";
import { Recent } from "./recent.ts";

/** A signed token, a sync to disk, a write to the store: a POST costs an address as much as so many other requests. */
const POST_COST = 5;

/** How fast one address asks, one session posts, and one room is posted to (security A8). */
export class Rates {
  readonly #address: Rate;
  readonly #session: Rate;
  readonly #room: Rate;

  constructor(limits: RateLimits, clock: Pick<Clock, "now">) {
    this.#address = new Rate(limits.address, RATE_KEYS, clock);
    this.#session = new Rate(limits.session, RATE_KEYS, clock);
    this.#room = new Rate(limits.room, RATE_KEYS, clock);
  }

  /** `address` is an `addressKey`; without one it is this machine, whose proxy speaks for everyone. */
  ofRequest(address: string | undefined, method: string): Refusal | undefined {
    const waitMs = address === undefined ? 0 : this.#address.take(address, method === "POST" ? POST_COST : 1);
    return waitMs === 0 ? undefined : tooFast("address-too-fast", waitMs);
  }

  ofPost(session: string, room: string): Refusal | undefined {
    const sessionWaitMs = this.#session.take(session);
    if (sessionWaitMs > 0) return tooFast("session-too-fast", sessionWaitMs);
    const roomWaitMs = this.#room.take(room);
    return roomWaitMs > 0 ? tooFast("room-too-fast", roomWaitMs) : undefined;
  }
}

/**
 * Token buckets in the form of one number each: when the bucket will be full again (the generic cell rate algorithm,
 * ITU-T I.371). A bucket that was forgotten counts as full.
 */
export class Rate {
  readonly #limit: RateLimit | undefined;
  readonly #clock: Pick<Clock, "now">;
  readonly #fullAtMs: Recent<string, number>;

  /** Without a limit everything passes. Remembers at most twice `keys` buckets. */
  constructor(limit: RateLimit | undefined, keys: number, clock: Pick<Clock, "now">) {
    this.#limit = limit;
    this.#clock = clock;
    this.#fullAtMs = new Recent(keys);
  }

  get size(): number {
    return this.#fullAtMs.size;
  }

  /** 0 when `cost` was taken; else nothing was, and it will be there in so many milliseconds. */
  take(key: string, cost = 1): number {
    if (this.#limit === undefined) return 0;
    const { perSecond, burst } = this.#limit;
    const burstMs = (burst / perSecond) * 1000;
    const nowMs = this.#clock.now();
    const knownMs = this.#fullAtMs.get(key) ?? nowMs;
    // No bucket takes longer to fill than a burst: the clock was put back, and must shut nobody out for hours.
    const fullAtMs = knownMs > nowMs + burstMs ? nowMs : Math.max(knownMs, nowMs);
    const nextMs = fullAtMs + (cost / perSecond) * 1000;
    const waitMs = nextMs - burstMs - nowMs;
    if (waitMs > 0) return waitMs;
    this.#fullAtMs.set(key, nextMs);
    return 0;
  }
}
