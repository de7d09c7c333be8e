import { branded } from "../../sync/brand.ts";
import type { Since } from "../../sync/store.ts";
import type { Chance } from "../sync/chance.ts";
import type { Connection } from "./couch/connection.ts";
import { UNREACHABLE, type Failed, type Fate } from "./couch/fate.ts";
import type { Surroundings } from "./surroundings.ts";

/** As long as a region waits for an answer of the store (`couchdb/`); then it gives up, and does not know. */
const DEADLINE_MS = 10_000;
const SLOWEST_MS = 60_000;
/** One way between a region and the store: between a rack and another continent. */
const WAY_MS = 40;
const BUSY: readonly Fate[] = ["nodedown", "overloaded", "too-many"];

/**
 * What lies between one region and the store: time, and all that happens to requests on their way. The answer comes
 * at the deadline at the latest; what was asked may take effect long after that, or after the process has died.
 */
export class StoreLine {
  connection: Connection;
  readonly #surroundings: Surroundings;
  readonly #chance: Chance;
  /** One way takes at most this long. */
  readonly #wayMs: number;
  #isOut = false;
  #isHalfOpen = false;

  constructor(connection: Connection, surroundings: Surroundings, chance: Chance) {
    this.connection = connection;
    this.#surroundings = surroundings;
    this.#chance = chance;
    this.#wayMs = 1 + chance.below(WAY_MS);
  }

  /** Nothing listens there: what is asked is refused at once. */
  set isOut(isOut: boolean) {
    this.#isOut = isOut;
  }

  /** Packets disappear: what is asked is never answered. */
  set isHalfOpen(isHalfOpen: boolean) {
    this.#isHalfOpen = isHalfOpen;
  }

  get isDead(): boolean {
    return this.#isOut || this.#isHalfOpen;
  }

  /** Asks for a change: whoever follows the store will hear of it. */
  change<Result>(
    question: (connection: Connection, fate: Fate) => Result | Failed,
    answered: (result: Result | Failed) => void,
  ): void {
    const askedMs = this.#surroundings.schedule.nowMs;
    this.ask((connection, fate) => {
      const result = question(connection, fate);
      this.#surroundings.changed(askedMs);
      return result;
    }, answered);
  }

  /** The bookmark as it arrives: now and then as something the store never gave. */
  bookmark(since: Since): Since {
    return this.#surroundings.strikes("refused-since", this.#chance) ? branded<Since>(`~${since}`) : since;
  }

  /** A way between region and store, in milliseconds. */
  wayMs(): number {
    return 1 + this.#chance.below(this.#wayMs);
  }

  /** Asks; `answered` hears the result once. */
  ask<Result>(
    question: (connection: Connection, fate: Fate) => Result | Failed,
    answered: (result: Result | Failed) => void,
  ): void {
    const { schedule, tally } = this.#surroundings;
    const fate = this.#draw();
    const slowMs = this.#surroundings.strikes("slow-store", this.#chance)
      ? this.#chance.below(SLOWEST_MS)
      : 0;
    if (slowMs > 0) tally.count("S2");
    let isOver = false;
    const answer = (result: Result | Failed): void => {
      if (isOver) return;
      isOver = true;
      answered(result);
    };
    if (this.#isOut) {
      tally.count("S1");
      return schedule.after(this.wayMs(), () => answer(UNREACHABLE));
    }
    schedule.after(DEADLINE_MS, () => answer(UNREACHABLE));
    if (this.#isHalfOpen) return tally.count("S3");
    schedule.after(this.wayMs() + slowMs, () => {
      const result = question(this.connection, fate);
      schedule.after(this.wayMs(), () => {
        if (!this.#isHalfOpen) answer(result);
      });
    });
    return undefined;
  }

  #draw(): Fate {
    const { tally } = this.#surroundings;
    const strikes = (name: Parameters<Surroundings["strikes"]>[0]): boolean =>
      this.#surroundings.strikes(name, this.#chance);
    const isLost = strikes("lost-requests");
    const isUnanswered = strikes("lost-results");
    const isBusy = strikes("busy-store");
    const isFailing = strikes("failing-store");
    const isUnconfirmed = strikes("unconfirmed");
    const pick = this.#chance.fraction();
    if (isLost || isUnanswered) {
      tally.count("S27");
      return isLost ? "lost" : "unanswered";
    }
    if (isBusy) {
      tally.count("S13");
      return BUSY[Math.floor(pick * BUSY.length)] ?? "overloaded";
    }
    if (isFailing) {
      tally.count("S13");
      return pick < 0.5 ? "failing" : "failing-late";
    }
    return isUnconfirmed ? "unconfirmed" : "well";
  }
}
