import type { RegionView, RegionsAnswer } from "../../sync/wire.ts";
import type { Api } from "./api.ts";
import type { Platform } from "./platform.ts";

/** A region one can talk to. `base` is its address without a slash at its end. */
export interface Place {
  readonly name: string;
  readonly base: string;
}

/** A region that is only started anew is back sooner than this, and nobody needs to move. */
const PATIENCE_MS = 3_000;
/** Others that are tried before the own one is tried again. */
const CANDIDATES = 8;

/**
 * Knows the regions, and moves to the best other one when ours gives no answer for some time. Nothing is kept by a
 * region for its readers, so that a move is nothing but another address: cursor and token are good everywhere.
 */
export class Failover {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #moved: (from: string, to: string) => void;
  /** Where the client began; its address may be known by another name than the region tells of itself. */
  readonly #first: string;
  #firstName: string | undefined;
  #here: Place | undefined;
  #regions: readonly RegionView[] = [];
  #failingSinceMs: number | undefined;
  #isSearching = false;
  #isStopped = false;

  constructor(platform: Platform, api: Api, base: string, moved: (from: string, to: string) => void) {
    this.#platform = platform;
    this.#api = api;
    this.#first = base;
    this.#moved = moved;
  }

  stop(): void {
    this.#isStopped = true;
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
  }

  /** Ours gave no answer, once more. */
  failed(): void {
    const nowMs = this.#platform.now();
    this.#failingSinceMs ??= nowMs;
    if (nowMs - this.#failingSinceMs >= PATIENCE_MS && !this.#isSearching) void this.#search();
  }

  /** Moves to this region because somebody wants to. False when it is not known, or does not answer. */
  async goTo(name: string): Promise<boolean> {
    const place = this.#others().find((other) => other.name === name);
    return place !== undefined && (await this.#tryOut(place, () => true));
  }

  async #search(): Promise<void> {
    this.#isSearching = true;
    const isStillNeeded = (): boolean => this.#failingSinceMs !== undefined;
    for (const place of this.#others().slice(0, CANDIDATES)) {
      if (await this.#tryOut(place, isStillNeeded)) break;
    }
    this.#isSearching = false;
  }

  async #tryOut(place: Place, isStillNeeded: () => boolean): Promise<boolean> {
    const answer = await this.#api.probe(place.base);
    if (answer.type !== "ok" || this.#isStopped || !isStillNeeded()) return false;
    const from = this.#here?.name ?? "";
    this.#here = { ...place, name: answer.value.region };
    this.#regions = answer.value.regions;
    this.#failingSinceMs = undefined;
    this.#api.moveTo(place.base);
    this.#moved(from, answer.value.region);
    return true;
  }

  /** Where else one could be, the best first: those that lately told of themselves, the emptiest before others. */
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
