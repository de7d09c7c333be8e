import type { RegionsAnswer } from "../../sync/wire.ts";
import type { Api } from "./api.ts";
import type { Platform } from "./platform.ts";

/** While somebody looks: how often is asked what nobody reported. */
const PERIOD_MS = 30_000;
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
    const isWell = answer.type === "ok" && ["live", "polling"].includes(answer.value.store.state);
    // Half to one and a half of it, so that the pages of a region do not ask in chorus.
    const periodMs = (isWell ? PERIOD_MS : PERIOD_IN_DOUBT_MS) * (0.5 + this.#platform.random());
    if (this.#isWatched) this.#ripen(this.#platform.now() + periodMs);
  }
}
