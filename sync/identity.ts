import { beaconId } from "./beacon.ts";
import { orderParts, origin8, type OrderKey, type Origin, type Origin8 } from "./names.ts";

/**
 * Who this region is: the origin it writes as. It is another one for good as soon as somebody else is found to
 * write under the same (two processes from one directory, or an old copy of it).
 */
export class Identity {
  #origin: Origin;
  readonly #former = new Set<Origin>();
  #isShared = false;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  get origin(): Origin {
    return this.#origin;
  }

  get origin8(): Origin8 {
    return origin8(this.#origin);
  }

  get beaconId(): string {
    return beaconId(this.#origin);
  }

  /** Whether this order key is one of ours. */
  wrote(order: OrderKey): boolean {
    return orderParts(order).origin8 === this.origin8;
  }

  /** Whether this process goes by this origin, or did: tokens it signed then are still its own. */
  isOrWas(origin: Origin): boolean {
    return origin === this.#origin || this.#former.has(origin);
  }

  /** Whether somebody else was seen to write as us: it takes a new origin to go on. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** The store shows what we never wrote under our origin. */
  suspect(): void {
    this.#isShared = true;
  }

  renew(origin: Origin): void {
    this.#former.add(this.#origin);
    this.#origin = origin;
    this.#isShared = false;
  }
}
