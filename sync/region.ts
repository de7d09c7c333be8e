import type { Beacon, SigningKey } from "./beacon.ts";
import { HybridClock } from "./clock.ts";
import type { Effect, Event } from "./events.ts";
import { Following } from "./following.ts";
import { Gate } from "./gate.ts";
import { Intake, type Receipt } from "./intake.ts";
import type { OwnRecord, Snapshot } from "./journal.ts";
import { BEACON_NAMES } from "./limits.ts";
import { orderKey, origin8, type Origin } from "./names.ts";
import { Origins } from "./origins.ts";
import { Outbox } from "./outbox.ts";
import { Pages } from "./pages.ts";
import { Posts } from "./posts.ts";
import { Reading } from "./reading.ts";
import { viewRegions } from "./registry.ts";
import { Sending } from "./sending.ts";
import { ZERO_STAMP, type Stamp } from "./stamp.ts";
import { restore } from "./restore.ts";
import { Timeline } from "./timeline.ts";
import { Turn } from "./turn.ts";
import type { RegionView, StoreView } from "./wire.ts";

export interface RegionOptions {
  readonly origin: Origin;
  readonly name: string;
  readonly version: string;
  readonly key: SigningKey;
  /** Connections it is made for. */
  readonly capacity: number;
  /** One life of this process: 8 base32hex digits, another one at each start. */
  readonly epoch: string;
  readonly follow: "feed" | "poll";
  /** Whether there is a journal. Without one a message is shown and acknowledged only after the store has it. */
  readonly hasDisk: boolean;
  /** What the journal held; absent at the first start. */
  readonly snapshot: Snapshot | undefined;
  readonly nowMs: number;
}

/**
 * One region: its local chat state, and every decision about it. `handle` takes what happened and returns what is
 * to be done, in that order. It keeps no clock, does no I/O and draws no chance: the same events give the same
 * effects.
 *
 * Held at all times: a message is shown only when it is on disk (without a disk: in the store) or came from the
 * store; a slot is used once; every queue has its bound in `limits.ts`.
 */
export class Region {
  /** Answers readers' cursors. */
  readonly reading: Reading;
  /** Answers for history. */
  readonly pages: Pages;
  readonly #options: RegionOptions;
  readonly #turn: Turn;
  readonly #gate: Gate;
  readonly #origins: Origins;
  readonly #timeline: Timeline;
  readonly #outbox = new Outbox();
  readonly #posts: Posts;
  readonly #intake: Intake;
  readonly #following: Following;
  readonly #sending: Sending;
  #url = "";
  #here: readonly string[] = [];
  #connections = 0;
  #isStopped = false;
  #toldState: StoreView["state"] = "opening";

  constructor(options: RegionOptions) {
    const { snapshot, nowMs, hasDisk } = options;
    this.#options = options;
    this.#turn = new Turn(nowMs);
    this.#gate = new Gate(this.#turn);
    const clock = new HybridClock(snapshot === undefined ? ZERO_STAMP : lastStamp(snapshot.own));
    const own: OwnRecord = snapshot?.own ?? { born: clock.next(nowMs), n: 0, stamp: ZERO_STAMP };
    this.#origins = new Origins(origin8(options.origin), snapshot?.slots ?? [], snapshot?.beacons ?? []);
    this.#timeline = new Timeline(
      this.#origins,
      clock,
      this.#turn,
      options.epoch,
      snapshot?.since !== undefined,
    );
    this.#posts = new Posts({ ...options, own }, clock, this.#timeline, this.#outbox, this.#turn);
    this.#intake = new Intake(
      options.origin,
      this.#origins,
      this.#timeline,
      this.#outbox,
      this.#posts,
      this.#turn,
    );
    const told = snapshot?.told ?? origin8(options.origin);
    const start = { follow: options.follow, since: snapshot?.since };
    this.#following = new Following(start, this.#gate, this.#origins, this.#intake, this.#turn);
    this.#sending = new Sending(
      { hasDisk, told },
      this.#gate,
      this.#outbox,
      this.#posts,
      this.#timeline,
      this.#turn,
    );
    this.reading = new Reading(this.#timeline, this.#origins);
    this.pages = new Pages(this.#timeline);
    if (snapshot === undefined) this.#turn.record({ type: "own", own });
    else
      restore(snapshot, origin8(options.origin), this.#origins, this.#timeline, this.#outbox, clock, nowMs);
  }

  /** Takes one event in and returns what is to be done, in this order. */
  handle(event: Event): Effect[] {
    if ("nowMs" in event) this.#turn.tell(event.nowMs);
    this.#dispatch(event);
    this.#sending.pump();
    this.#tellStoreState();
    return this.#turn.end(this.#origins);
  }

  /** Whether the store may be asked for something a reader wants. */
  get mayAskStore(): boolean {
    return this.#gate.isOpen;
  }

  /** Whether the feed's position is known: before that, what other regions wrote is not told to readers. */
  get hasJoined(): boolean {
    return this.#following.hasJoined;
  }

  storeView(): StoreView {
    return { state: this.#storeState(), waiting: this.#outbox.size };
  }

  regionViews(): RegionView[] {
    return viewRegions(this.#beacon(), this.#origins.heard(), this.#turn.nowMs);
  }

  /** Whether the journal takes nothing at the moment. */
  get isDiskBroken(): boolean {
    return this.#posts.isDiskBroken;
  }

  /** The key an origin signs tokens with, if its beacon was seen. */
  signingKey(origin: Origin): SigningKey | undefined {
    return origin === this.#options.origin ? this.#options.key : this.#origins.beacon(origin)?.key;
  }

  #dispatch(event: Event): void {
    switch (event.type) {
      case "posted":
        return this.#posts.posted(event);
      case "journaled":
        return this.#posts.journaled(event.ticket, this.#turn.nowMs);
      case "journalFailed":
        return this.#posts.journalFailed(event.tickets);
      case "journalOpened":
        return this.#posts.journalOpened();
      case "prepareFailed":
        // Only a refusal matters here: whatever else is wrong, the requests that follow find it out themselves.
        return event.fault.code === "denied" ? this.#gate.failed(event.fault) : undefined;
      case "joined":
      case "joinFailed":
      case "feedOpened":
      case "feedEnded":
      case "changed":
      case "polled":
      case "pollFailed":
      case "scanned":
        return this.#settleReceipts(this.#following.handle(event));
      case "pageRead":
        return this.#settleReceipts(this.#intake.takePage(event.read, event.rows));
      case "wrote":
      case "looked":
      case "announced":
      case "announceFailed":
        return this.#sending.handle(event);
      case "ticked":
        this.#turn.jitter = event.jitter;
        this.#url = event.url;
        this.#here = event.here.slice(0, BEACON_NAMES);
        this.#connections = event.connections;
        this.#following.ticked();
        return this.#sending.announce(this.#beacon());
      case "stopped":
        this.#isStopped = true;
        return this.#sending.announce(this.#beacon());
    }
  }

  #settleReceipts(receipts: readonly Receipt[]): void {
    if (receipts.length > 0) this.#sending.settle(receipts);
  }

  #beacon(): Beacon {
    const { origin, name, version, key, capacity, epoch } = this.#options;
    const { n, stamp } = this.#sending.told;
    const body = {
      origin,
      name,
      url: this.#url,
      n,
      born: this.#posts.own.born,
      nonce: epoch,
      at: this.#turn.nowMs,
      version,
      key,
      connections: this.#connections,
      capacity,
      seen: this.#origins.seen(),
      here: this.#here,
      retired: this.#isStopped,
    };
    return n === 0 ? body : { ...body, order: orderKey({ stamp, origin8: origin8(origin), n }) };
  }

  /** Readers show how the store is: when that changes they are told to ask. */
  #tellStoreState(): void {
    const state = this.#storeState();
    if (state === this.#toldState) return;
    this.#toldState = state;
    this.#timeline.deliver(undefined, { type: "regions" });
  }

  #storeState(): StoreView["state"] {
    if (!this.#gate.isOpen) return "refused";
    const { fault } = this.#gate;
    if (fault?.code === "missing") return "missing";
    if (this.#following.state.type === "live") return "live";
    if (fault !== undefined) return "away";
    return this.#following.state.type === "resting" ? "opening" : "polling";
  }
}

/** No stamp of an origin is older than its birth, not even when the clock was put back before the first post. */
function lastStamp({ born, stamp }: OwnRecord): Stamp {
  return born > stamp ? born : stamp;
}
