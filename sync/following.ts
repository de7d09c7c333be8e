import type { Announcing } from "./announcing.ts";
import type { Beacon } from "./beacon.ts";
import type { Bookmark } from "./bookmark.ts";
import { classify } from "./document.ts";
import type { Event } from "./events.ts";
import { Follower, type FeedState } from "./follower.ts";
import type { Gate } from "./gate.ts";
import type { Intake, Receipt } from "./intake.ts";
import { POLL_ROWS, REREAD_MS, REREAD_REACH_MS } from "./limits.ts";
import { orderParts, origin8 } from "./names.ts";
import type { Origins } from "./origins.ts";
import type { Repair } from "./repair.ts";
import { describeHole } from "./slots.ts";
import type { Row, Since, StoreFault } from "./store.ts";
import { decodeStamp, encodeStamp, LAST_STAMP } from "./stamp.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";
import { Unread } from "./unread.ts";

type FollowEvent = Extract<
  Event,
  {
    type:
      | "joined"
      | "joinFailed"
      | "feedOpened"
      | "feedEnded"
      | "changed"
      | "polled"
      | "skipped"
      | "pollFailed"
      | "scanned";
  }
>;

/**
 * Keeps in step with the store: joins it once, follows the open feed, polls every second while there is none, and
 * reads again what the slots prove to be missing. The bookmark is saved with the rows it stands behind.
 */
export class Following {
  readonly #follower: Follower;
  readonly #repair: Repair;
  readonly #gate: Gate;
  readonly #origins: Origins;
  readonly #timeline: Timeline;
  readonly #intake: Intake;
  readonly #turn: Turn;
  readonly #announcing: Announcing;
  readonly #bookmark: Bookmark;
  #isJoining = false;
  /** A poll under way asked from a bookmark that is not ours any more. */
  #isPollOutdated = false;
  #deafTimes = 0;
  /** When to read again what was written just before the region joined. */
  #rereadMs: number | undefined;
  readonly #unread = new Unread();

  constructor(
    follow: "feed" | "poll",
    bookmark: Bookmark,
    gate: Gate,
    origins: Origins,
    timeline: Timeline,
    intake: Intake,
    repair: Repair,
    announcing: Announcing,
    turn: Turn,
  ) {
    this.#repair = repair;
    this.#announcing = announcing;
    if (bookmark.since !== undefined && !timeline.knowledge.isKnowing)
      this.#rereadMs = turn.steadyMs + REREAD_MS;
    this.#follower = new Follower(follow);
    this.#bookmark = bookmark;
    this.#gate = gate;
    this.#origins = origins;
    this.#timeline = timeline;
    this.#intake = intake;
    this.#turn = turn;
  }

  get state(): FeedState {
    return this.#follower.state;
  }

  /** Whether this region knows where in the store's feed it stands. */
  get hasJoined(): boolean {
    return this.#bookmark.since !== undefined;
  }

  /** The first slot that could not be found, per origin that lacks one here. */
  missing(): Record<string, number> {
    return this.#repair.missing(this.#origins.holes());
  }

  ticked(): void {
    if (!this.#gate.isOpen) {
      if (this.#gate.takeProbe()) this.#probe();
      return;
    }
    const { since } = this.#bookmark;
    if (since === undefined) return this.#join();
    if (this.#follower.state.type === "resting") return this.#begin(since);
    const { openFeed, poll } = this.#follower.ticked(this.#turn.steadyMs);
    if (openFeed) this.#turn.emit({ type: "openFeed", since });
    if (poll) this.#pollNow();
    this.#mend();
  }

  handle(event: FollowEvent): Receipt[] {
    switch (event.type) {
      case "joined":
        return this.#joined(event.since, event.beacons);
      case "joinFailed":
        this.#isJoining = false;
        this.#fail(event.fault);
        return [];
      case "feedOpened":
        this.#gate.succeeded();
        this.#follower.opened();
        return [];
      case "feedEnded":
        this.#follower.ended(event.fault, this.#turn.steadyMs, this.#turn.jitter);
        this.#fail(event.fault);
        if (this.#gate.isOpen) this.#pollNow();
        return [];
      case "changed":
        return this.#changed(event.rows, event.since);
      case "polled": {
        this.#gate.succeeded();
        this.#follower.pollEnded();
        const receipts = this.#changed(event.rows, this.#isPollOutdated ? undefined : event.since);
        this.#isPollOutdated = false;
        if (event.pending > 0 && event.rows.length > 0 && this.#follower.state.type !== "live")
          this.#pollNow();
        return receipts;
      }
      case "skipped":
        this.#turn.alarmRarely("rows-skipped", `${event.count} rows`);
        this.#unread.add(this.#turn.steadyMs);
        return [];
      case "pollFailed":
        this.#follower.pollEnded();
        this.#isPollOutdated = false;
        this.#fail(event.fault);
        return [];
      case "scanned": {
        const receipts = this.#intake.take(event.rows);
        if (event.fault !== undefined) this.#fail(event.fault);
        if (event.isOver) this.#scanned(event.fault === undefined);
        return receipts;
      }
    }
  }

  /**
   * The own beacon does not come back: the feed is deaf. It is opened anew where it stands, and when that does not
   * help from the beginning.
   */
  deaf(): void {
    if (!this.hasJoined) return;
    this.#deafTimes++;
    this.#turn.alarmRarely("feed-deaf", "our own beacon did not come back");
    if (this.#deafTimes > 1) this.#beginAnew();
    this.#reopen();
  }

  /** The store is not what it was: no bookmark of it is worth anything. */
  startOver(): void {
    if (!this.hasJoined) return;
    this.#beginAnew();
    this.#reopen();
  }

  /**
   * The store was away, or this region, and our beacon stands as we left it, with a newer one over it by now. What
   * came after it, deletions too, may have come to a copy that is not the store any more: that is read again.
   */
  doubtSince(standing: Beacon): void {
    const { since } = this.#bookmark;
    if (since === undefined) return;
    this.#isPollOutdated = this.#follower.isPolling;
    this.#bookmark.goBack(standing, this.#unread.isNone);
    this.#prove(this.#announcing.at);
    if (this.#bookmark.since !== since) this.#reopen();
  }

  /** A beacon proves nothing while it is in doubt whether the store is the one that the bookmark was taken from. */
  #prove(at: number): void {
    if (this.#unread.isNone && !this.#announcing.isDoubtful) this.#bookmark.prove(at);
  }

  #beginAnew(): void {
    this.#isPollOutdated = this.#follower.isPolling;
    this.#bookmark.startOver();
  }

  #reopen(): void {
    const { since } = this.#bookmark;
    if (since !== undefined && this.#follower.reopen()) this.#turn.emit({ type: "openFeed", since });
    this.#pollNow();
  }

  #join(): void {
    if (this.#isJoining) return;
    this.#isJoining = true;
    this.#turn.emit({ type: "join" });
  }

  /**
   * A region that starts afresh: the bookmark was taken first, then the beacons, so what an origin wrote in
   * between is seen twice rather than never. All that a beacon counts is history, read when somebody asks.
   */
  #joined(since: Since, rows: readonly Row[]): Receipt[] {
    this.#isJoining = false;
    this.#gate.succeeded();
    let hasOthers = false;
    for (const row of rows) {
      const incoming = classify(row);
      if (incoming.type !== "beacon") continue;
      const { origin, n, order } = incoming.beacon;
      hasOthers ||= !this.#origins.isOwn(origin8(origin));
      if (order === undefined) continue;
      this.#origins.slots(origin8(origin)).takeBaseline(n, orderParts(order).stamp);
      this.#turn.moved(origin8(origin));
    }
    this.#intake.joined();
    // Where nobody has told of writing yet, only what was just stored can have passed by: that is read at once.
    const { isAlone } = this.#origins;
    if (isAlone) this.#timeline.knowledge.beginKnowing();
    if (hasOthers || !isAlone) this.#rereadMs = this.#turn.steadyMs + (isAlone ? 0 : REREAD_MS);
    const receipts = this.#intake.take(rows);
    this.#bookmark.save(since, this.#unread.isNone);
    this.#begin(since);
    return receipts;
  }

  #begin(since: Since): void {
    if (this.#follower.begin()) this.#turn.emit({ type: "openFeed", since });
    this.#pollNow();
  }

  #pollNow(limit = POLL_ROWS): void {
    const { since } = this.#bookmark;
    if (since === undefined || !this.#follower.takePoll()) return;
    this.#turn.emit({ type: "poll", since, limit });
  }

  #changed(rows: readonly Row[], since: Since | undefined): Receipt[] {
    const back = this.#announcing.shown(rows);
    if (back !== undefined) {
      this.#deafTimes = 0;
      this.#prove(back);
    }
    const receipts = this.#intake.take(rows);
    if (back !== undefined) this.#timeline.knowledge.heardBack(back);
    if (since !== undefined) this.#bookmark.save(since, this.#unread.isNone);
    return receipts;
  }

  /** One request to find out whether the store lets us in again. */
  #probe(): void {
    if (this.hasJoined) this.#pollNow(1);
    else this.#join();
  }

  #fail(fault: StoreFault): void {
    this.#gate.failed(fault);
    if (fault.code !== "since-refused") return;
    this.#turn.alarmRarely("since-refused", fault.text);
    this.#beginAnew();
  }

  /**
   * The copies of a cluster are seconds apart: one may have told of a message in its beacons that another did not show
   * in the page that was read then, and whose row no feed will bring. So what was young at the joining is read again.
   */
  #reread(): void {
    const { wholeFrom } = this.#timeline.knowledge;
    if (this.#rereadMs === undefined || this.#turn.steadyMs < this.#rereadMs) return;
    this.#rereadMs = undefined;
    if (wholeFrom === undefined) return;
    const { ms } = decodeStamp(wholeFrom);
    // To the end: what was stored before we joined may be younger than all that the beacons counted.
    const from = encodeStamp(Math.max(ms - REREAD_REACH_MS, 0), 0);
    this.#repair.request({ from, to: LAST_STAMP, isWide: true });
  }

  #readUnread(): void {
    if (!this.#unread.takeDue(this.#turn.steadyMs)) return;
    this.#intake.doubt();
    const fromMs = this.#origins.slowestMs(this.#turn.nowMs) - REREAD_MS - REREAD_REACH_MS;
    this.#repair.request({ from: encodeStamp(fromMs, 0), to: LAST_STAMP, isWide: true });
  }

  #scanned(isComplete: boolean): void {
    this.#repair.scanned(this.#origins.holes(), isComplete, this.#turn.steadyMs);
    if (!this.#repair.isDone) return;
    if (this.#rereadMs === undefined && !this.#timeline.knowledge.isAboutToKnow)
      this.#timeline.knowledge.beginKnowing();
    if (this.#unread.found()) this.#bookmark.keep();
  }

  #mend(): void {
    this.#reread();
    this.#readUnread();
    const { scan, hopeless } = this.#repair.ticked(
      this.#origins.holes(),
      (origin) => this.#origins.isGone(origin, this.#turn.nowMs),
      this.#turn.steadyMs,
    );
    for (const hole of hopeless) {
      this.#origins.slots(hole.origin8).giveUp();
      this.#turn.moved(hole.origin8);
      this.#turn.alarm("slot-given-up", describeHole(hole));
    }
    if (scan !== undefined) this.#turn.emit({ type: "scan", ...scan });
  }
}
