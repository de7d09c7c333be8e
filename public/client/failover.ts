import type { RegionView, RegionsAnswer } from "../../sync/wire.ts";
import type { Api } from "./api.ts";
import { Pause } from "./pause.ts";
import type { Platform } from "./platform.ts";

/** A region one can talk to. `base` is its address without a slash at its end. */
export interface Place {
  readonly name: string;
  readonly base: string;
}

/** From one region to another; `from` is "" if nobody knows. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Somebody wanted to; otherwise the one before gave no answer. */
  readonly isWanted: boolean;
}

export interface FailoverListener {
  moved(move: Move): void;
  /** Ours was asked whether it answers, and did not: it may hang, and take what it is sent without a word. */
  silent(): void;
}

/** One that answered. */
interface Found {
  readonly place: Place;
  readonly regions: readonly RegionView[];
  /** It has the store, as far as it knows. */
  readonly hasStore: boolean;
}

/** A region that is only started anew is back sooner than this, and nobody needs to move. */
const PATIENCE_MS = 3_000;
/** Others that are tried before the own one is tried again. */
const CANDIDATES = 8;
/** The next one is asked as well when one has not answered in this time, as RFC 8305 does with addresses. */
const HEAD_START_MS = 500;

/**
 * Knows the regions, and moves to the best other one when ours gives no answer for some time. Nothing is kept by a
 * region for its readers, so that a move is nothing but another address: cursor and token are good everywhere.
 */
export class Failover {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #listener: FailoverListener;
  /** Where the client began; its address may be known by another name than the region tells of itself. */
  readonly #first: string;
  readonly #headStart: Pause;
  #firstName: string | undefined;
  #here: Place | undefined;
  #regions: readonly RegionView[] = [];
  #failingSinceMs: number | undefined;
  #cancelSearch: () => void = () => {};
  #isSearching = false;
  #isDoubting = false;
  #isStopped = false;

  constructor(platform: Platform, api: Api, base: string, listener: FailoverListener) {
    this.#platform = platform;
    this.#api = api;
    this.#first = base;
    this.#headStart = new Pause(platform);
    this.#listener = listener;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelSearch();
    this.#headStart.end();
  }

  /** What was known before. Which of them we are with is not known yet. */
  remember({ regions }: RegionsAnswer): void {
    this.#regions = regions;
  }

  /** What the region we are with tells of itself and the others. */
  told({ region, regions }: RegionsAnswer): void {
    this.#firstName ??= region;
    this.#here ??= { name: region, base: this.#first };
    this.#regions = regions;
  }

  answered(): void {
    this.#failingSinceMs = undefined;
    this.#cancelSearch();
  }

  /** Ours gave no answer, once more. */
  failed(): void {
    const nowMs = this.#platform.now();
    if (this.#failingSinceMs === undefined) {
      this.#failingSinceMs = nowMs;
      this.#cancelSearch = this.#platform.after(PATIENCE_MS, () => void this.#search());
    } else if (nowMs - this.#failingSinceMs > PATIENCE_MS) void this.#search();
  }

  /**
   * Ours has been quiet for three seconds. That may be the store, or a long way; so it is asked what it can answer at
   * once, and if it is quiet to that for three seconds, too, another one is looked for.
   */
  async doubt(): Promise<void> {
    if (this.#isDoubting) return;
    this.#isDoubting = true;
    const { base } = this.#api;
    const answer = await this.#api.probe(base);
    this.#isDoubting = false;
    if (answer.type === "ok" || base !== this.#api.base || this.#isStopped) return;
    this.#failingSinceMs ??= this.#platform.now();
    this.#listener.silent();
    void this.#search();
  }

  /** Moves to this region because somebody wants to. False when it is not known, or does not answer. */
  async goTo(name: string): Promise<boolean> {
    const place = this.#others().find((other) => other.name === name);
    const found = place === undefined ? undefined : await this.#probe(place);
    if (found === undefined || this.#isStopped) return false;
    this.#move(found, true);
    return true;
  }

  /**
   * Moves to the first that answers and has the store, so that what is written there comes to everybody; or else to
   * the first that answers. Who is slow is far away or has much to do: the time it takes says more than any figure.
   */
  async #search(): Promise<void> {
    if (this.#isSearching) return;
    this.#isSearching = true;
    const probes: Promise<Found | undefined>[] = [];
    for (const place of this.#others().slice(0, CANDIDATES)) {
      if (!this.#isLost) break;
      const probe = this.#probe(place).then((found) => {
        if (found?.hasStore === true && this.#isLost) this.#move(found, false);
        return found;
      });
      probes.push(probe);
      await Promise.race([probe, this.#headStart.wait(HEAD_START_MS)]);
    }
    for (const probe of probes) {
      const found = await probe;
      if (found !== undefined && this.#isLost) this.#move(found, false);
    }
    this.#isSearching = false;
  }

  /** Ours still gives no answer, and no other one was found yet. */
  get #isLost(): boolean {
    return this.#failingSinceMs !== undefined && !this.#isStopped;
  }

  async #probe(place: Place): Promise<Found | undefined> {
    const answer = await this.#api.probe(place.base);
    if (answer.type !== "ok") return undefined;
    const { region, regions, store } = answer.value;
    const hasStore = store.state === "live" || store.state === "polling";
    return { place: { ...place, name: region }, regions, hasStore };
  }

  #move({ place, regions }: Found, isWanted: boolean): void {
    const from = this.#here?.name ?? "";
    this.answered();
    this.#here = place;
    this.#regions = regions;
    this.#api.moveTo(place.base);
    this.#listener.moved({ from, to: place.name, isWanted });
  }

  /** Where else one could be: those that lately told of themselves first, the emptiest before others. */
  #others(): readonly Place[] {
    const places = new Map<string, Place>();
    const best = this.#regions
      .filter(({ state, url }) => state !== "retired" && url !== "")
      .toSorted((one, other) => rank(one) - rank(other) || one.connections - other.connections);
    for (const { name, url } of best) {
      const base = name === this.#firstName ? this.#first : url.replace(/\/$/, "");
      if (name !== this.#here?.name && !places.has(name)) places.set(name, { name, base });
    }
    return [...places.values()];
  }
}

function rank({ state }: RegionView): number {
  return state === "live" || state === "here" ? 0 : 1;
}
