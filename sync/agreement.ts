import type { Beacon } from "./beacon.ts";
import type { WindowDigest } from "./digest.ts";
import { DIGEST_ALARMS, DIGEST_DOUBTS, KNOWN_ORIGINS } from "./limits.ts";
import type { Origin } from "./names.ts";

/** How this region and another stand to each other, by the newest window of time both vouch for. */
export type Agreement =
  | { readonly type: "same"; readonly window: number; readonly atMs: number }
  /** `times` beacons in a row showed something else than we do. */
  | { readonly type: "different"; readonly window: number; readonly atMs: number; readonly times: number };

/** What is to be done about a difference: look again at what the store has of this window, or tell an operator. */
export interface Doubt {
  readonly window: number;
  readonly isLasting: boolean;
}

/**
 * Convergence, checked all the time: each beacon tells digests of closed windows, and whoever hears it compares them
 * with its own. Two regions may differ for a moment, after an admin's deletion; two beacons in a row are a doubt.
 */
export class Agreements {
  readonly #known = new Map<Origin, Agreement>();

  of(origin: Origin): Agreement | undefined {
    return this.#known.get(origin);
  }

  /** A beacon that was not heard before. */
  compare({ origin, digests }: Beacon, own: readonly WindowDigest[], nowMs: number): Doubt | undefined {
    const pairs = digests.flatMap((theirs) => {
      const ours = own.find(({ from }) => from === theirs.from);
      return ours === undefined ? [] : [{ theirs, ours }];
    });
    const [newest] = pairs;
    if (newest === undefined) return undefined;
    const differing = pairs.find(({ theirs, ours }) => theirs.digest !== ours.digest);
    if (differing === undefined) {
      this.#set(origin, { type: "same", window: newest.ours.from, atMs: nowMs });
      return undefined;
    }
    const window = differing.ours.from;
    const before = this.#known.get(origin);
    const times = before?.type === "different" && before.window === window ? before.times + 1 : 1;
    this.#set(origin, { type: "different", window, atMs: nowMs, times });
    if (times !== DIGEST_DOUBTS && times % DIGEST_ALARMS !== 0) return undefined;
    return { window, isLasting: times >= DIGEST_ALARMS };
  }

  #set(origin: Origin, agreement: Agreement): void {
    this.#known.delete(origin);
    this.#known.set(origin, agreement);
    const [longestAgo] = this.#known.keys();
    if (this.#known.size > KNOWN_ORIGINS && longestAgo !== undefined) this.#known.delete(longestAgo);
  }
}
