import { Announcer } from "./announcer.ts";
import { parseBeacon, type Beacon } from "./beacon.ts";
import { Canary } from "./canary.ts";
import { Claim, type Standing } from "./claim.ts";
import type { Event } from "./events.ts";
import type { Gate } from "./gate.ts";
import type { Identity } from "./identity.ts";
import type { Row } from "./store.ts";
import type { Turn } from "./turn.ts";

type AnnounceEvent = Extract<Event, { type: "announced" | "announceFailed" }>;

/**
 * The own beacon: when it is written, what its writing tells about the store and about others who write as us, and
 * whether it comes back.
 */
export class Announcing {
  readonly #announcer = new Announcer();
  readonly #canary = new Canary();
  readonly #claim: Claim;
  readonly #identity: Identity;
  readonly #gate: Gate;
  readonly #turn: Turn;
  #at = 0;
  /** The store or this region was away since the last look at what stands there. */
  #wasAway = true;
  #standing: Beacon | undefined;

  constructor(claim: Claim, identity: Identity, gate: Gate, turn: Turn) {
    this.#claim = claim;
    this.#identity = identity;
    this.#gate = gate;
    this.#turn = turn;
  }

  /** Whether others can know of this origin, and it is ours alone: before that nothing of it is written. */
  get mayWrite(): boolean {
    return this.#claim.isMade && !this.#identity.isShared;
  }

  /** Writes the beacon if it is due. */
  announce(beacon: Beacon): void {
    if (!this.#gate.isOpen || this.#identity.isShared) return;
    if (!this.#announcer.isDue(beacon, this.#turn.steadyMs)) return;
    this.#at = beacon.at;
    this.#canary.sent(beacon.at);
    this.#claim.sent(beacon.at);
    this.#turn.emit({ type: "announce", beacon });
  }

  /** What came of it; `taken` is the last slot this region took. Undefined when the store gave no answer. */
  handle(event: AnnounceEvent, taken: number): Standing | undefined {
    const { steadyMs, jitter } = this.#turn;
    if (event.type === "announceFailed") {
      this.#gate.failed(event.fault);
      this.#announcer.failed(steadyMs, jitter);
      this.#canary.lost(this.#at);
      return undefined;
    }
    this.#gate.succeeded();
    this.#announcer.announced(steadyMs);
    this.#canary.written(this.#at, steadyMs);
    const { beaconId } = this.#identity;
    if (this.#wasAway && event.before.type === "found")
      this.#standing = parseBeacon(beaconId, event.before.document);
    this.#wasAway = false;
    return this.#claim.written(beaconId, this.#at, event.before, taken);
  }

  /** Whether it is still to be found out what stands in the store under our id. */
  get isDoubtful(): boolean {
    return this.#wasAway;
  }

  /** What the newest beacon says as `at`. */
  get at(): number {
    return this.#at;
  }

  /** The beacon that stood there when one of us came back from being away. Asked once. */
  takeStanding(): Beacon | undefined {
    const standing = this.#standing;
    this.#standing = undefined;
    return standing;
  }

  /**
   * Rows of feed or poll. Says what the own beacon that came back among them says as `at`; a stranger's in its place is
   * looked at at once.
   */
  shown(rows: readonly Row[]): number | undefined {
    const { beaconId } = this.#identity;
    let back: number | undefined;
    for (const row of rows) {
      const beacon = row.id === beaconId ? parseBeacon(row.id, row.document) : undefined;
      if (beacon === undefined) continue;
      if (this.#canary.cameBack(beacon.at)) back = beacon.at;
      if (this.#claim.isStrange(beacon.nonce)) this.#announcer.hurry();
    }
    return back;
  }

  /** Whether the store's feed kept our beacon from us. */
  takeDeaf(): boolean {
    // While the store lets nobody in nothing can come back.
    if (!this.#gate.isOpen) this.#canary.forget();
    return this.#canary.takeDeaf(this.#turn.steadyMs);
  }

  /** The store answers again: there is reason to look at what stands there under our id. */
  storeIsBack(): void {
    this.#wasAway = true;
    this.#announcer.hurry();
  }

  /** The region goes on under a new origin: its beacon is due at once, and nothing is written before it. */
  renew(): void {
    this.#claim.renew();
    this.#announcer.hurry();
  }
}
