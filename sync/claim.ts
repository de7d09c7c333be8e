import { isBeaconId, parseBeacon } from "./beacon.ts";
import type { Found } from "./store.ts";

/** What was found at our beacon's id when we wrote it. */
export type Standing =
  /** What we wrote last, or nothing at the first start. */
  | "ours"
  /** Our beacon was there once and is gone: the database is another one, or was emptied (S16). */
  | "emptied"
  /** An older one of ours: the store was put back, or is a copy that lags behind (S17, S18). */
  | "put-back"
  /** Somebody else writes as us: a twin, or a later life of a directory of which ours is an old copy (R8, R9). */
  | "taken";

/**
 * This region's claim to its origin: the nonce of this life, which the beacon carries and the journal keeps. Whoever
 * finds another nonce there than the one it left is not alone.
 */
export class Claim {
  readonly #nonce: string;
  /** The nonces of lives before this one, by the journal, the newest last. */
  #former: readonly string[];
  /** The one among them whose beacon is known to have been written last. */
  #announced: string | undefined;
  /** The newest beacon known to be written in this life, and those since whose fate is unknown, by their `at`. */
  #written: number | undefined;
  #attempts: number[] = [];

  constructor(nonce: string, former: readonly string[], announced: string | undefined) {
    this.#nonce = nonce;
    this.#former = former;
    this.#announced = announced;
  }

  get isMade(): boolean {
    return this.#written !== undefined;
  }

  sent(at: number): void {
    this.#attempts = [...this.#attempts.slice(-ATTEMPTS + 1), at];
  }

  /** The beacon that says `at` was written over `before`. `taken` is the last slot this region took. */
  written(id: string, at: number, before: Found, taken: number): Standing {
    const standing = this.#judge(id, before, taken);
    this.#written = at;
    this.#attempts = [];
    return standing;
  }

  /** Whether a row may show a stranger's beacon under our id: then it is worth looking at once. */
  isStrange(nonce: string): boolean {
    return nonce !== this.#nonce && !this.#former.includes(nonce);
  }

  /** The claim to a new origin: nobody can have written under it. */
  renew(): void {
    this.#former = [];
    this.#announced = undefined;
    this.#written = undefined;
    this.#attempts = [];
  }

  #judge(id: string, before: Found, taken: number): Standing {
    const wasThere = this.#written !== undefined || this.#announced !== undefined;
    if (before.type !== "found") return wasThere ? "emptied" : "ours";
    const there = isBeaconId(id) ? parseBeacon(id, before.document) : undefined;
    // What an admin typed over it is nobody's claim.
    if (there === undefined) return "ours";
    if (there.n > taken) return "taken";
    if (there.nonce === this.#nonce) {
      return there.at === this.#written || this.#attempts.includes(there.at) ? "ours" : "put-back";
    }
    if (this.isStrange(there.nonce)) return "taken";
    // Beacons of later lives may have been written without an answer.
    const isSince = this.#former.indexOf(there.nonce) >= this.#former.indexOf(this.#announced ?? "");
    return this.#written === undefined && isSince ? "ours" : "put-back";
  }
}

/** Beacons whose answer was lost and that may stand there: more are never looked for. */
const ATTEMPTS = 100;
