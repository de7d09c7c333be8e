import { Agreements, type Agreement } from "./agreement.ts";
import { Audit, type Compared } from "./audit.ts";
import type { Beacon } from "./beacon.ts";
import type { Standing } from "./claim.ts";
import type { Deletions } from "./deletions.ts";
import type { RoomDigest, WindowDigest } from "./digest.ts";
import { boundsOf, Digests } from "./digests.ts";
import { Erasing } from "./erasing.ts";
import type { Event } from "./events.ts";
import type { Gate } from "./gate.ts";
import type { Identity } from "./identity.ts";
import { messageId, orderParts, type MessageId, type Origin } from "./names.ts";
import type { Origins } from "./origins.ts";
import type { Outbox } from "./outbox.ts";
import type { Repair } from "./repair.ts";
import type { Stamp } from "./stamp.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";
import { waitingFor } from "./waiting.ts";
import type { AuditView } from "./wire.ts";

type AuditEvent = Extract<Event, { type: "checked" | "erased" }>;

/**
 * Whether this region, the store and the other regions hold the same, and what is done when they do not. A message
 * the store lost is written again by whoever holds it, ours or not; a deletion the store lost is made again; a window
 * of time in which two regions differ is read again by both.
 */
export class Auditing {
  readonly #audit: Audit;
  readonly #erasing = new Erasing();
  readonly #digests: Digests;
  readonly #agreements = new Agreements();
  readonly #identity: Identity;
  readonly #gate: Gate;
  readonly #origins: Origins;
  readonly #timeline: Timeline;
  readonly #deletions: Deletions;
  readonly #outbox: Outbox;
  readonly #repair: Repair;
  readonly #turn: Turn;
  #setback: { what: "emptied" | "put-back"; at: number } | undefined;
  #restored = 0;
  #checkedAt: number | undefined;
  #missingInPass = 0;

  constructor(
    identity: Identity,
    gate: Gate,
    origins: Origins,
    timeline: Timeline,
    deletions: Deletions,
    outbox: Outbox,
    repair: Repair,
    turn: Turn,
  ) {
    this.#audit = new Audit(turn.steadyMs);
    this.#digests = new Digests(timeline.rooms);
    this.#identity = identity;
    this.#gate = gate;
    this.#origins = origins;
    this.#timeline = timeline;
    this.#deletions = deletions;
    this.#outbox = outbox;
    this.#repair = repair;
    this.#turn = turn;
  }

  /** What the beacon tells of closed windows of time. */
  get published(): readonly WindowDigest[] {
    return this.#digests.published;
  }

  digestsByRoom(from: number): RoomDigest[] {
    return this.#digests.byRoom(from);
  }

  agreement(origin: Origin): Agreement | undefined {
    return this.#agreements.of(origin);
  }

  view(): AuditView {
    const checkedAt = this.#checkedAt;
    return {
      isRunning: this.#audit.isRunning,
      restored: this.#restored,
      ...(checkedAt === undefined ? {} : { checkedAt }),
      ...(this.#setback === undefined ? {} : { setback: this.#setback }),
    };
  }

  /** There is reason to doubt that the store still has what it had. */
  request(): void {
    this.#audit.request();
  }

  /**
   * The store was away, or this region, and our beacon stands as we left it: what was there when it was written is
   * there still. What came later may be gone with a copy that is only seconds older (S17, S18), and a deletion may
   * have been undone by a copy that came late.
   */
  doubtSince({ n, seen }: Beacon): void {
    const own = this.#identity.origin8;
    this.#audit.requestOf(({ order, isDeleted }) => {
      if (isDeleted) return true;
      const slot = orderParts(order);
      return slot.n > (slot.origin8 === own ? n : (seen[slot.origin8] ?? 0));
    });
  }

  /** The store is not what it was when we wrote our beacon last. */
  suffered(what: Exclude<Standing, "ours" | "taken">): void {
    this.#setback = { what, at: this.#turn.nowMs };
    this.#turn.alarmRarely(what === "emptied" ? "store-reset" : "store-rewound", "by our own beacon");
    this.request();
  }

  /** The store shows what was deleted, or knows nothing of it. */
  undone(id: MessageId): void {
    this.#erasing.want(id, this.#turn.steadyMs);
  }

  /** Another region's beacon, and the one of it that was known. */
  heard(beacon: Beacon, before: Beacon | undefined): void {
    const isMissed = Object.entries(beacon.missing).some(([origin, n]) => before?.missing[origin] !== n);
    if (isMissed) this.request();
    if (beacon.at === before?.at) return;
    const doubt = this.#agreements.compare(beacon, this.published, this.#turn.nowMs);
    if (doubt === undefined) return;
    const { stamp, end } = boundsOf(doubt.window);
    this.#repair.request({ from: stamp, to: end, isWide: true });
    this.request();
    if (doubt.isLasting) this.#turn.alarmRarely("diverged", `${beacon.origin} window ${doubt.window}`);
  }

  ticked(): void {
    const { wholeFrom } = this.#timeline.knowledge;
    this.#digests.refresh(wholeFrom, this.#openFrom(), this.#turn.nowMs, this.#turn.steadyMs);
    this.#ask(true);
  }

  handle(event: AuditEvent): void {
    const { result } = event;
    if (result.type === "fault") this.#gate.failed(result.fault);
    else this.#gate.succeeded();
    switch (event.type) {
      case "checked":
        if (event.result.type === "fault") this.#audit.failed(this.#turn.steadyMs);
        else for (const compared of this.#audit.checked(event.result.presences)) this.#take(compared);
        break;
      case "erased":
        this.#erasing.erased();
        if (event.result.type === "erased" && event.result.refused > 0)
          this.#turn.alarmRarely("deletion-undone", `${event.result.refused} documents`);
        break;
    }
  }

  /** After each event: what an urgent audit asks next, and deletions to be made again. */
  pump(): void {
    this.#ask(false);
    if (!this.#gate.isOpen) return;
    const ids = this.#erasing.next(this.#turn.steadyMs);
    if (ids !== undefined) this.#turn.emit({ type: "erase", ids });
  }

  #ask(isBeat: boolean): void {
    const { steadyMs, nowMs } = this.#turn;
    if (!this.#gate.isOpen || this.#timeline.knowledge.wholeFrom === undefined) return;
    const own = this.#identity.origin8;
    const list = () => this.#timeline.held(own, (order) => this.#outbox.has(order));
    const next = this.#audit.next(list, isBeat, this.#outbox.size, steadyMs);
    if (next?.type === "ids") this.#turn.emit({ type: "check", ids: next.ids });
    if (next?.type === "over") this.#passed(next.isWhole, nowMs);
  }

  /** A pass that found something missing is followed by another one, until one finds nothing. */
  #passed(isWhole: boolean, nowMs: number): void {
    if (isWhole) this.#checkedAt = nowMs;
    if (this.#missingInPass > 0) this.request();
    else if (isWhole) this.#setback = undefined;
    this.#missingInPass = 0;
  }

  #take({ room, order, isDeleted, presence }: Compared): void {
    if (isDeleted) {
      // Who lacks it cannot know that it was deleted when the store has forgotten that, too.
      if (presence !== "deleted") this.undone(messageId(room, order));
      return;
    }
    if (presence === "deleted") return this.#deletions.take(room, order);
    const kept = this.#timeline.find(room, order);
    // The store refused to take it back from us: perhaps it has it by now, perhaps it would take it.
    if (kept?.state === "accepted" && !this.#outbox.has(order))
      return this.#outbox.lookUp([waitingFor(room, order, kept.message)]);
    const lost = presence === "missing" ? this.#timeline.markLost(room, order) : undefined;
    if (lost === undefined) return;
    this.#missingInPass++;
    this.#restored++;
    this.#turn.alarmRarely("store-lost-documents", messageId(room, order));
    this.#outbox.add(waitingFor(room, order, lost));
  }

  /** Before this stamp nothing of ours waits for the store and no hole is open; undefined: everywhere. */
  #openFrom(): Stamp | undefined {
    const waiting = this.#outbox.oldest;
    let open = waiting === undefined ? undefined : orderParts(waiting).stamp;
    for (const { from } of this.#origins.holes()) if (open === undefined || from < open) open = from;
    return open;
  }
}
