import type { Beacon } from "./beacon.ts";
import { BEACON_SILENT_MS, CLOCK_AHEAD_MS, KNOWN_ORIGINS } from "./limits.ts";
import type { Identity } from "./identity.ts";
import { orderParts, origin8, type Origin, type Origin8 } from "./names.ts";
import { Slots, type Hole, type SlotsRecord } from "./slots.ts";
import { ZERO_STAMP, type Stamp } from "./stamp.ts";
import type { Vector } from "./vector.ts";

/** A beacon, and when it was new: by our clock if we were listening, else by its own. */
export interface Heard {
  readonly beacon: Beacon;
  readonly heardMs: number;
}

interface Known {
  readonly slots: Slots;
  heard: Heard | undefined;
}

/** Every origin this region has heard of: what it has seen of it, and what its beacon says. */
export class Origins {
  readonly #identity: Identity;
  readonly #known = new Map<Origin8, Known>();

  constructor(identity: Identity, slots: readonly SlotsRecord[], beacons: readonly Beacon[]) {
    this.#identity = identity;
    for (const record of slots)
      this.#known.set(record.origin8, { slots: new Slots(record), heard: undefined });
    for (const beacon of beacons) this.hear(beacon, beacon.at);
  }

  /** Whether somebody has seen of our own origin what we never wrote: then our directory is an older copy of itself. */
  isOutdated({ seen }: Vector): boolean {
    const { origin8: own } = this.#identity;
    return (seen.get(own) ?? ZERO_STAMP) > (this.#known.get(own)?.slots.newest ?? ZERO_STAMP);
  }

  /** Up to where everything of this origin has been seen. Unlike `slots` it makes no origin known. */
  seenOf(origin: Origin8): Stamp {
    return this.#known.get(origin)?.slots.stamp ?? ZERO_STAMP;
  }

  slots(origin: Origin8): Slots {
    return this.#touch(origin).slots;
  }

  /** Takes a newer beacon of an origin. Says whether people would see a difference in the list of regions. */
  hear(beacon: Beacon, nowMs: number): { isNews: boolean } {
    const known = this.#touch(origin8(beacon.origin));
    const before = known.heard?.beacon;
    const isListening = before !== undefined && before.at !== beacon.at;
    known.heard = { beacon, heardMs: isListening ? nowMs : beacon.at };
    if (beacon.order !== undefined) known.slots.tell(beacon.n, orderParts(beacon.order).stamp);
    const isNews =
      before === undefined ||
      before.name !== beacon.name ||
      before.url !== beacon.url ||
      before.retired !== beacon.retired;
    return { isNews };
  }

  beacon(origin: Origin): Beacon | undefined {
    const beacon = this.#known.get(origin8(origin))?.heard?.beacon;
    return beacon?.origin === origin ? beacon : undefined;
  }

  heard(): Heard[] {
    return [...this.#known.values()].flatMap(({ heard }) => heard ?? []);
  }

  holes(): Hole[] {
    return [...this.#known.values()].flatMap(({ slots }) => slots.hole() ?? []);
  }

  /** How many slots of each origin were seen without a hole. */
  seen(): Record<string, number> {
    return Object.fromEntries([...this.#known].map(([origin, { slots }]) => [origin, slots.n]));
  }

  /** Up to where everything has been seen, per origin that wrote anything. */
  vector(): Vector {
    const seen = new Map<Origin8, Stamp>();
    for (const [origin, { slots }] of this.#known) {
      if (slots.n > 0) seen.set(origin, slots.stamp);
    }
    return { seen };
  }

  isOwn(origin: Origin8): boolean {
    return origin === this.#identity.origin8;
  }

  /** Whether nobody else has written anything, as far as is known. */
  get isAlone(): boolean {
    const others = this.all().filter(({ origin8: origin }) => origin !== this.#identity.origin8);
    return others.every(({ newest }) => newest === ZERO_STAMP);
  }

  /** The newest stamp met of each origin, beyond holes too. */
  newest(): Vector {
    return { seen: new Map([...this.#known].map(([origin, { slots }]) => [origin, slots.newest])) };
  }

  /** The clock that is furthest behind, of all that may have written lately: ours may just have jumped by hours (R11). */
  slowestMs(nowMs: number): number {
    let slowestMs = nowMs;
    for (const { heard } of this.#known.values()) {
      if (heard === undefined || heard.beacon.retired || heard.beacon.at < nowMs - CLOCK_AHEAD_MS) continue;
      slowestMs = Math.min(slowestMs, heard.beacon.at);
    }
    return slowestMs;
  }

  /** The oldest stamp an origin may have used: from its beacon, else the beginning of time. */
  born(origin: Origin8): Stamp {
    return this.#known.get(origin)?.heard?.beacon.born ?? ZERO_STAMP;
  }

  /** Whether nobody writes as this origin any more, as far as its beacon tells. */
  isGone(origin: Origin8, nowMs: number): boolean {
    const heard = this.#known.get(origin)?.heard;
    return heard === undefined || heard.beacon.retired || nowMs - heard.heardMs > BEACON_SILENT_MS;
  }

  all(): Slots[] {
    return [...this.#known.values()].map(({ slots }) => slots);
  }

  #touch(origin: Origin8): Known {
    let known = this.#known.get(origin);
    if (known === undefined) {
      known = { slots: new Slots(origin), heard: undefined };
      this.#known.set(origin, known);
      if (this.#known.size > KNOWN_ORIGINS) this.#forgetOldest(origin);
    }
    return known;
  }

  #forgetOldest(except: Origin8): void {
    let oldest: Origin8 | undefined;
    for (const [origin, { slots }] of this.#known) {
      if (origin === except || origin === this.#identity.origin8) continue;
      if (oldest === undefined || slots.stamp < this.seenOf(oldest)) oldest = origin;
    }
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
