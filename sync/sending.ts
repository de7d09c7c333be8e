import type { Announcing } from "./announcing.ts";
import type { Deletions } from "./deletions.ts";
import { parseMessage } from "./document.ts";
import type { Event, PostOutcome } from "./events.ts";
import type { Gate } from "./gate.ts";
import { messageId, orderParts, type Mid, type OrderKey, type Origin8, type Room } from "./names.ts";
import type { Outbox } from "./outbox.ts";
import type { Posts } from "./posts.ts";
import { Slots, type SlotsRecord } from "./slots.ts";
import type { ReadResult, WriteResult } from "./store.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";
import type { Settled, Waiting } from "./waiting.ts";
import { wire } from "./window.ts";

type SendEvent = Extract<Event, { type: "wrote" | "looked" }>;

/**
 * Brings documents to the store: our own, and what the store lost of others. Never before the own beacon is there, so
 * that whoever reads the beacons knows of every origin that has messages. Tells senders and readers what became of it.
 */
export class Sending {
  readonly #announcing: Announcing;
  readonly #gate: Gate;
  readonly #outbox: Outbox;
  readonly #posts: Posts;
  readonly #timeline: Timeline;
  readonly #deletions: Deletions;
  readonly #hasDisk: boolean;
  readonly #turn: Turn;
  /** Which own slots are in the store, whatever stands in them. */
  #told: Slots;

  constructor(
    start: { hasDisk: boolean; told: Origin8 | SlotsRecord },
    announcing: Announcing,
    gate: Gate,
    outbox: Outbox,
    posts: Posts,
    timeline: Timeline,
    deletions: Deletions,
    turn: Turn,
  ) {
    this.#told = new Slots(start.told);
    this.#announcing = announcing;
    this.#hasDisk = start.hasDisk;
    this.#gate = gate;
    this.#outbox = outbox;
    this.#posts = posts;
    this.#timeline = timeline;
    this.#deletions = deletions;
    this.#turn = turn;
  }

  handle(event: SendEvent): void {
    const { steadyMs, jitter } = this.#turn;
    switch (event.type) {
      case "wrote":
        this.#hearStore(event.result);
        this.settle(this.#outbox.wrote(event.flight, event.result, steadyMs, jitter));
        break;
      case "looked":
        this.#hearStore(event.result);
        this.settle(this.#outbox.looked(event.flight, event.result, steadyMs, jitter));
        break;
    }
  }

  get told(): Slots {
    return this.#told;
  }

  /** Nothing of a new origin is in the store. */
  renew(origin: Origin8): void {
    this.#told = new Slots(origin);
    this.#turn.record({ type: "told", slots: this.#told.record() });
  }

  /** Sends what waits, if the store is to be asked and nothing is under way. */
  pump(): void {
    if (!this.#gate.isOpen || !this.#announcing.mayWrite) return;
    const flight = this.#outbox.next(this.#turn.steadyMs);
    if (flight === undefined) return;
    const { number, items } = flight;
    if (flight.type === "write") {
      this.#turn.emit({ type: "write", flight: number, documents: items.map((item) => item.document) });
    } else {
      this.#turn.emit({ type: "look", flight: number, ids: items.map((item) => item.document._id) });
    }
  }

  settle(all: readonly Settled[]): void {
    const stored = new Map<Room, Mid[]>();
    for (const settled of all) {
      const { room, order, message } = settled.waiting;
      // On disk it waits until its slot is void there.
      if (settled.type !== "rejected" || message === undefined || !this.#isOwn(order))
        this.#turn.record({ type: "settled", id: messageId(room, order) });
      if (settled.type !== "rejected" || message === undefined) this.#tell(order);
      switch (settled.type) {
        case "stored":
          if (message !== undefined) this.#stored(settled.waiting, stored);
          break;
        case "deleted":
          this.#deletions.take(room, order);
          if (message !== undefined) this.#posts.refused(message, "deleted in the store");
          break;
        case "rejected":
          this.#rejected(settled.waiting, settled.reason);
          break;
        case "clashed":
          this.#turn.alarm("quarantined", messageId(room, order));
          if (message !== undefined) this.#moveOn(settled.waiting, settled.there);
          break;
      }
    }
    for (const [room, mids] of stored) this.#timeline.deliver(room, { type: "stored", room, mids });
    if (all.length > 0) this.#turn.record({ type: "told", slots: this.#told.record() });
  }

  #tell(order: OrderKey): void {
    const { n, stamp } = orderParts(order);
    if (this.#isOwn(order)) this.#told.fill(n, stamp);
  }

  #isOwn(order: OrderKey): boolean {
    return orderParts(order).origin8 === this.#told.origin8;
  }

  #stored({ room, order, message }: Waiting, stored: Map<Room, Mid[]>): void {
    if (message === undefined) return;
    if (!this.#hasDisk && this.#posts.storedFirst(message, this.#turn.nowMs)) return;
    const kept = this.#timeline.markStored(room, order);
    if (kept === undefined) return;
    stored.set(room, [...(stored.get(room) ?? []), message.mid]);
    const outcome: PostOutcome = { type: "taken", message: wire(kept), isReplay: false };
    this.#turn.emit({ type: "settle", id: messageId(room, order), outcome });
  }

  /**
   * The document will never be stored. One of another origin that the store had once stays, on our disk: perhaps only
   * its own region may write it again.
   */
  #rejected({ room, order, message }: Waiting, reason: string): void {
    this.#turn.alarm("rejected", `${messageId(room, order)}: ${reason}`);
    if (message !== undefined && this.#isOwn(order)) this.#posts.reject(message, reason);
  }

  /**
   * Something else stands at our id: it is shown if it is a message, and ours goes on under another order key. So does
   * any that another message has displaced: two lives of one origin wrote it (R8), and the one that did may be over.
   */
  #moveOn({ room, order, message }: Waiting, there: unknown): void {
    if (message === undefined) return;
    const id = messageId(room, order);
    // The id is the other's now.
    this.#timeline.withdraw(message, { type: "deleted", room, id, mid: message.mid, mayReturn: true });
    this.#timeline.fill(order);
    const other = parseMessage(room, order, there);
    if (other !== undefined) this.#timeline.append(other, "stored", this.#turn.nowMs);
    const isDisplaced =
      other !== undefined && (other.mid !== message.mid || other.session !== message.session);
    if (this.#isOwn(order) || isDisplaced) this.#posts.mintAgain(message, this.#turn.nowMs);
  }

  #hearStore(result: WriteResult | ReadResult): void {
    if (result.type === "fault") this.#gate.failed(result.fault);
    else this.#gate.succeeded();
  }
}
