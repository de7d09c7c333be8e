import type { RegionsAnswer } from "../../sync/wire.ts";
import type { Api } from "./api.ts";
import type { Platform } from "./platform.ts";

/**
 * While somebody looks: how often is asked what nobody reports, such as who is here. A beacon may tell that every 5 s;
 * of a region with many people each asks more rarely, so that all of them together ask some ten times a second.
 */
const SHORTEST_PERIOD_MS = 8_000;
const LONGEST_PERIOD_MS = 30_000;
const PERIOD_MS_PER_CONNECTION = 100;
/** While the store is away, or when the region did not answer, its return is news. */
const PERIOD_IN_DOUBT_MS = 5_000;
/** However many reasons there are to ask, it is not done more often than this. */
const SPACING_MS = 1_000;

/** Knows how the region stands with the store and with the other regions. */
export class RegionsWatch {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #answered: (answer: RegionsAnswer) => void;
  #isWatched = true;
  #askedAt = -Infinity;
  #dueAt = Infinity;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(platform: Platform, api: Api, answered: (answer: RegionsAnswer) => void) {
    this.#platform = platform;
    this.#api = api;
    this.#answered = answered;
  }

  /** There is reason to believe that something changed. */
  ask(): void {
    this.#ripen(Math.max(this.#askedAt + SPACING_MS, this.#platform.now()));
  }

  /** Nobody looks at a hidden page: it asks only for a reason. */
  setWatched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    if (isWatched) this.ask();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #ripen(at: number): void {
    if (this.#isStopped || this.#dueAt <= at) return;
    this.#cancel();
    this.#dueAt = at;
    this.#cancel = this.#platform.after(at - this.#platform.now(), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#dueAt = Infinity;
    this.#askedAt = this.#platform.now();
    const answer = await this.#api.regions();
    if (this.#isStopped) return;
    if (answer.type === "ok") this.#answered(answer.value);
    const periodMs = answer.type === "ok" ? periodOf(answer.value) : PERIOD_IN_DOUBT_MS;
    // Half to one and a half of it, so that the pages of a region do not ask in chorus.
    if (this.#isWatched) this.#ripen(this.#platform.now() + periodMs * (0.5 + this.#platform.random()));
  }
}

function periodOf({ store, regions }: RegionsAnswer): number {
  if (store.state !== "live" && store.state !== "polling") return PERIOD_IN_DOUBT_MS;
  const connections = regions.find(({ state }) => state === "here")?.connections ?? 0;
  return Math.min(Math.max(connections * PERIOD_MS_PER_CONNECTION, SHORTEST_PERIOD_MS), LONGEST_PERIOD_MS);
}
