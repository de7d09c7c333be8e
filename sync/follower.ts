import { backoffMs } from "./backoff.ts";
import type { StoreFault } from "./store.ts";

/**
 * How the region follows the store. While the feed is not live the tick polls every second; feed and poll may
 * overlap, append does not mind.
 */
export type FeedState =
  /** Nothing to follow yet: the region has not joined. */
  | { readonly type: "resting" }
  | { readonly type: "opening" }
  | { readonly type: "live" }
  | { readonly type: "waiting"; readonly untilMs: number }
  /** The store forbids open feeds (`FOLLOW=poll`). */
  | { readonly type: "polling" };

export class Follower {
  readonly #follow: "feed" | "poll";
  #state: FeedState = { type: "resting" };
  #failures = 0;
  #isPolling = false;

  constructor(follow: "feed" | "poll") {
    this.#follow = follow;
  }

  get state(): FeedState {
    return this.#state;
  }

  /** From now on there is something to follow. Says whether to open the feed at once. */
  begin(): boolean {
    this.#state = this.#follow === "poll" ? { type: "polling" } : { type: "opening" };
    return this.#follow === "feed";
  }

  /** What is open is not to be trusted. Says whether to open it again: not while it waits its turn, or polls only. */
  reopen(): boolean {
    if (this.#state.type !== "live" && this.#state.type !== "opening") return false;
    this.#state = { type: "opening" };
    return true;
  }

  /** Bytes came over the open feed. */
  opened(): void {
    if (this.#state.type !== "opening") return;
    this.#failures = 0;
    this.#state = { type: "live" };
  }

  ended(fault: StoreFault, nowMs: number, jitter: number): void {
    if (this.#state.type !== "opening" && this.#state.type !== "live") return;
    this.#failures++;
    this.#state = {
      type: "waiting",
      untilMs: nowMs + Math.max(backoffMs(this.#failures, jitter), fault.retryAfterMs ?? 0),
    };
  }

  /** What the beat has to do: open the feed again, poll meanwhile, both or nothing. */
  ticked(nowMs: number): { openFeed: boolean; poll: boolean } {
    const openFeed = this.#state.type === "waiting" && nowMs >= this.#state.untilMs;
    if (openFeed) this.#state = { type: "opening" };
    const isFollowing = this.#state.type !== "resting" && this.#state.type !== "live";
    return { openFeed, poll: isFollowing };
  }

  get isPolling(): boolean {
    return this.#isPolling;
  }

  /** Claims the one poll that may be under way. */
  takePoll(): boolean {
    if (this.#isPolling) return false;
    this.#isPolling = true;
    return true;
  }

  pollEnded(): void {
    this.#isPolling = false;
  }
}
