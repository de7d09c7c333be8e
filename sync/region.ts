import { Announcing } from "./announcing.ts";
import { firstOf, type Attendance } from "./attendance.ts";
import { Auditing } from "./auditing.ts";
import type { Beacon, SigningKey } from "./beacon.ts";
import { Bookmark } from "./bookmark.ts";
import { Claim } from "./claim.ts";
import { HybridClock } from "./clock.ts";
import { Deletions } from "./deletions.ts";
import type { RoomDigest } from "./digest.ts";
import type { Effect, Event } from "./events.ts";
import { Following } from "./following.ts";
import { Gate } from "./gate.ts";
import { Identity } from "./identity.ts";
import { Intake, type Receipt } from "./intake.ts";
import type { OwnRecord, Snapshot } from "./journal.ts";
import { orderKey, origin8, type Origin } from "./names.ts";
import { Origins } from "./origins.ts";
import { Outbox } from "./outbox.ts";
import { Pages } from "./pages.ts";
import { Posts } from "./posts.ts";
import { Reading } from "./reading.ts";
import { Repair } from "./repair.ts";
import { viewRegions } from "./registry.ts";
import { Sending } from "./sending.ts";
import { ZERO_STAMP, type Stamp } from "./stamp.ts";
import { restore } from "./restore.ts";
import { Timeline } from "./timeline.ts";
import { Turn } from "./turn.ts";
import type { AuditView, RegionView, StoreView } from "./wire.ts";

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
  /** The journal's directory is a copy of another one: its origin may be somebody else's now. */
  readonly isCopy: boolean;
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
  readonly #deletions: Deletions;
  readonly #outbox = new Outbox();
  readonly #posts: Posts;
  readonly #intake: Intake;
  readonly #following: Following;
  readonly #sending: Sending;
  readonly #identity: Identity;
  readonly #announcing: Announcing;
  readonly #auditing: Auditing;
  #url = "";
  #here: readonly Attendance[] = [];
  #connections = 0;
  #isStopped = false;
  #toldState: StoreView["state"] = "opening";

  constructor(options: RegionOptions) {
    const { snapshot, nowMs, hasDisk } = options;
    this.#options = options;
    this.#turn = new Turn(nowMs);
    this.#gate = new Gate(this.#turn);
    this.#identity = new Identity(options.origin);
    const clock = new HybridClock(snapshot === undefined ? ZERO_STAMP : lastStamp(snapshot.own));
    const own: OwnRecord = snapshot?.own ?? {
      born: clock.next(nowMs),
      n: 0,
      stamp: ZERO_STAMP,
      nonces: [],
      announced: undefined,
    };
    this.#origins = new Origins(this.#identity, snapshot?.slots ?? [], snapshot?.beacons ?? []);
    this.#timeline = new Timeline(this.#origins, clock, this.#turn, options.epoch, {
      isFollowing: snapshot?.since !== undefined,
      wholeAfter: snapshot?.wholeAfter,
      knownFrom: snapshot?.knownFrom,
    });
    this.#deletions = new Deletions(hasDisk, this.#timeline, this.#turn);
    this.#posts = new Posts(
      { ...options, own },
      this.#identity,
      clock,
      this.#timeline,
      this.#outbox,
      this.#turn,
    );
    const repair = new Repair();
    this.#auditing = new Auditing(
      this.#identity,
      this.#gate,
      this.#origins,
      this.#timeline,
      this.#deletions,
      this.#outbox,
      repair,
      this.#turn,
    );
    this.#intake = new Intake(
      this.#identity,
      this.#origins,
      this.#timeline,
      this.#deletions,
      this.#outbox,
      this.#posts,
      this.#auditing,
      this.#turn,
    );
    const claim = new Claim(options.epoch, own.nonces, own.announced);
    this.#announcing = new Announcing(claim, this.#identity, this.#gate, this.#turn);
    const told = snapshot?.told ?? origin8(options.origin);
    const start = { since: snapshot?.since, proven: snapshot?.proven };
    this.#following = new Following(
      options.follow,
      new Bookmark(start, options.epoch, this.#turn),
      this.#gate,
      this.#origins,
      this.#timeline,
      this.#intake,
      repair,
      this.#announcing,
      this.#turn,
    );
    this.#sending = new Sending(
      { hasDisk, told },
      this.#announcing,
      this.#gate,
      this.#outbox,
      this.#posts,
      this.#timeline,
      this.#deletions,
      this.#turn,
    );
    this.reading = new Reading(this.#timeline, this.#origins);
    this.pages = new Pages(this.#timeline);
    if (snapshot !== undefined)
      restore(snapshot, this.#identity, this.#origins, this.#timeline, this.#outbox, clock, nowMs);
    if (options.isCopy) this.#identity.suspect();
    this.#posts.begin();
  }

  /** Takes one event in and returns what is to be done, in this order. */
  handle(event: Event): Effect[] {
    if ("nowMs" in event) this.#turn.tell(event.nowMs);
    const wasFaulty = this.#gate.fault !== undefined;
    this.#dispatch(event);
    // A store that was away may have been put back meanwhile: our beacon tells.
    if (wasFaulty && this.#gate.fault === undefined) this.#storeIsBack();
    this.#sending.pump();
    this.#auditing.pump();
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
    const agreement = (origin: Origin) => this.#auditing.agreement(origin);
    return viewRegions(this.#beacon(), this.#origins.heard(), agreement, this.#turn.nowMs);
  }

  auditView(): AuditView {
    return this.#auditing.view();
  }

  /** What this region shows of the window of time that begins at `from` (ms since 1970), room by room. */
  digests(from: number): RoomDigest[] {
    return this.#auditing.digestsByRoom(from);
  }

  /** Whether the journal takes nothing at the moment. */
  get isDiskBroken(): boolean {
    return this.#posts.isDiskBroken;
  }

  /** The key an origin signs tokens with, if its beacon was seen. */
  signingKey(origin: Origin): SigningKey | undefined {
    return this.#identity.isOrWas(origin) ? this.#options.key : this.#origins.beacon(origin)?.key;
  }

  #dispatch(event: Event): void {
    switch (event.type) {
      case "posted":
        return this.#posts.posted(event);
      case "journaled":
        for (const ticket of event.tickets) {
          this.#posts.journaled(ticket, this.#turn.nowMs);
          this.#deletions.journaled(ticket);
        }
        return undefined;
      case "journalFailed":
        this.#posts.journalFailed(event.tickets);
        return this.#deletions.journalFailed(event.tickets);
      case "journalOpened":
        this.#posts.journalOpened();
        return this.#deletions.journalOpened();
      case "prepareFailed":
        // Only a refusal matters here: whatever else is wrong, the requests that follow find it out themselves.
        return event.fault.code === "denied" ? this.#gate.failed(event.fault) : undefined;
      case "joined":
      case "joinFailed":
      case "feedOpened":
      case "feedEnded":
      case "changed":
      case "polled":
      case "skipped":
      case "pollFailed":
      case "scanned":
        return this.#settleReceipts(this.#following.handle(event));
      case "pageRead":
        return this.#settleReceipts(this.#intake.takePage(event.read, event.rows));
      case "wrote":
      case "looked":
        return this.#sending.handle(event);
      case "announced":
      case "announceFailed":
        return this.#announced(event);
      case "checked":
      case "erased":
        return this.#auditing.handle(event);
      case "renewed":
        return this.#identity.isShared ? this.#renewed(event.origin) : undefined;
      case "ticked":
        this.#turn.jitter = event.jitter;
        this.#url = event.url;
        this.#here = firstOf(event.here);
        this.#connections = event.connections;
        return this.#ticked();
      case "stopped":
        this.#isStopped = true;
        return this.#announcing.announce(this.#beacon());
    }
  }

  #storeIsBack(): void {
    this.#announcing.storeIsBack();
    this.#outbox.storeIsBack(this.#turn.steadyMs, this.#turn.jitter);
  }

  #ticked(): void {
    if (this.#identity.isShared) this.#turn.emit({ type: "renew" });
    this.#following.ticked();
    if (this.#announcing.takeDeaf()) {
      this.#following.deaf();
      this.#auditing.request();
    }
    this.#auditing.ticked();
    if (this.#posts.hasBegun) this.#announcing.announce(this.#beacon());
  }

  /** What stood there before our beacon tells how the store is, and whether we are alone. */
  #announced(event: Extract<Event, { type: "announced" | "announceFailed" }>): void {
    const standing = this.#announcing.handle(event, this.#posts.own.n);
    if (standing !== undefined) this.#posts.announced();
    const found = this.#announcing.takeStanding();
    switch (standing) {
      case undefined:
        return;
      case "ours":
        return this.#doubtSince(found);
      case "emptied":
      case "put-back":
        this.#following.startOver();
        return this.#auditing.suffered(standing);
      case "taken":
        this.#turn.alarmRarely("origin-shared", this.#identity.beaconId);
        return this.#identity.suspect();
    }
  }

  /** The store or this region was away, and this beacon stands there. */
  #doubtSince(standing: Beacon | undefined): void {
    if (standing === undefined) return;
    this.#following.doubtSince(standing);
    this.#auditing.doubtSince(standing);
  }

  /**
   * This region goes on under a new origin. What it wrote under the old one keeps its order keys: another one's may
   * share their slots, but not their stamps.
   */
  #renewed(origin: Origin): void {
    this.#turn.alarm("origin-renewed", `${this.#identity.origin} is ${origin} now`);
    // Two lives wrote as the old one, each not knowing what readers had seen of the other.
    this.#timeline.knowledge.doubt();
    // Ours may be an old copy of a directory, and its bookmark one of a store that was put back since.
    this.#following.startOver();
    this.#auditing.request();
    this.#posts.renew(origin);
    this.#announcing.renew();
    this.#sending.renew(origin8(origin));
  }

  #settleReceipts(receipts: readonly Receipt[]): void {
    if (receipts.length > 0) this.#sending.settle(receipts);
  }

  #beacon(): Beacon {
    const { name, version, key, capacity, epoch } = this.#options;
    const { origin } = this.#identity;
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
      missing: this.#following.missing(),
      digests: this.#auditing.published,
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
