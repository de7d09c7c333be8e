import type { HybridClock } from "./clock.ts";
import type { Posted, PostOutcome } from "./events.ts";
import type { Identity } from "./identity.ts";
import type { JournalRecord, OwnRecord } from "./journal.ts";
import { NONCES, WAITING_DOCUMENTS } from "./limits.ts";
import { isSameChange, type Message, type MessageState } from "./message.ts";
import {
  besideKey,
  changedKey,
  messageId,
  orderKey,
  orderParts,
  type Mid,
  type OrderKey,
  type Origin,
  type OwnKey,
  type Room,
} from "./names.ts";
import type { Outbox } from "./outbox.ts";
import { ZERO_STAMP } from "./stamp.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";
import { waitingFor } from "./waiting.ts";
import { wire } from "./window.ts";

/** A post that nobody has been shown yet: its message is on its way to the disk, or without one to the store. */
interface Pending {
  readonly message: Message;
  readonly requests: number[];
}

/** An own slot of this region, taken for a message or left void. */
interface Taken {
  readonly room: Room;
  readonly order: OrderKey;
  /** Absent for a slot whose message the disk or the store refused: it is told to the others as void. */
  readonly message: Message | undefined;
  readonly rejected?: Rejected;
}

/** What the store will never take. */
interface Rejected {
  readonly message: Message;
  readonly reason: string;
}

/**
 * The way in of this region's own messages: a post gets the next order key and the next slot, then goes to disk,
 * and only then is shown, answered and sent to the store. Without a disk the store comes first, then the rest.
 */
export class Posts {
  readonly #identity: Identity;
  readonly #regionName: string;
  readonly #hasDisk: boolean;
  readonly #clock: HybridClock;
  readonly #timeline: Timeline;
  readonly #outbox: Outbox;
  readonly #turn: Turn;
  readonly #pending = new Map<string, Pending>();
  readonly #tickets = new Map<number, Taken[]>();
  readonly #unwritten: Taken[] = [];
  readonly #nonce: string;
  #own: OwnRecord;
  #hasBegun = false;
  #isDiskBroken = false;

  constructor(
    region: { name: string; hasDisk: boolean; epoch: string; own: OwnRecord },
    identity: Identity,
    clock: HybridClock,
    timeline: Timeline,
    outbox: Outbox,
    turn: Turn,
  ) {
    this.#identity = identity;
    this.#nonce = region.epoch;
    this.#regionName = region.name;
    this.#hasDisk = region.hasDisk;
    this.#own = region.own;
    this.#clock = clock;
    this.#timeline = timeline;
    this.#outbox = outbox;
    this.#turn = turn;
  }

  get own(): OwnRecord {
    return this.#own;
  }

  get isDiskBroken(): boolean {
    return this.#isDiskBroken;
  }

  /** A new life of the process begins, or the life of a new origin: noted on disk before its beacon tells of it. */
  begin(): void {
    this.#own = { ...this.#own, nonces: [...this.#own.nonces, this.#nonce].slice(-NONCES) };
    this.#hasBegun = !this.#hasDisk;
    if (this.#hasDisk) this.#take([]);
  }

  /** The beacon of this life stands in the store. */
  announced(): void {
    if (this.#own.announced === this.#nonce) return;
    this.#own = { ...this.#own, announced: this.#nonce };
    this.#turn.record({ type: "own", own: this.#own });
  }

  /** Whether that is on disk, or the disk does not take it: then the next life is taken for a stranger's, and renewed. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The region goes on under a new origin. */
  renew(origin: Origin): void {
    this.#identity.renew(origin);
    this.#turn.record({ type: "origin", origin });
    const born = this.#clock.next(this.#turn.nowMs);
    this.#own = { born, n: 0, stamp: ZERO_STAMP, nonces: [], announced: undefined };
    this.begin();
  }

  posted(post: Posted): void {
    const key = pendingKey(post);
    const pending = this.#pending.get(key);
    if (pending !== undefined) {
      if (isRepeat(post, pending.message)) pending.requests.push(post.request);
      else this.#answer(post.request, { type: "mid-reused" });
      return;
    }
    const known = this.#timeline.rooms.twins(post.session, post.mid).find((twin) => twin.isShown);
    if (known !== undefined) {
      const isReplay = isRepeat(post, known.message);
      this.#answer(
        post.request,
        isReplay ? { type: "taken", message: wire(known), isReplay } : { type: "mid-reused" },
      );
      return;
    }
    if (this.#isDiskBroken) return this.#answer(post.request, { type: "cannot-store" });
    if (this.#outbox.size + this.#pending.size >= WAITING_DOCUMENTS)
      return this.#answer(post.request, { type: "overloaded" });
    const message = this.#mint(post, post.change?.order, post.nowMs);
    this.#pending.set(key, { message, requests: [post.request] });
    this.#take([{ room: message.room, order: message.order, message }]);
  }

  /** The same message under a new order key, because the old one's id holds something else (S9). */
  mintAgain(message: Message, nowMs: number): void {
    const again = this.#mint({ ...message, after: message.order }, changedKey(message.order), nowMs);
    const key = pendingKey(message);
    this.#pending.set(key, { message: again, requests: this.#pending.get(key)?.requests ?? [] });
    this.#take([{ room: again.room, order: again.order, message: again }]);
  }

  journaled(ticket: number, nowMs: number): void {
    for (const taken of this.#tickets.get(ticket) ?? []) {
      this.#send(taken);
      if (taken.message !== undefined) this.#show(taken.message, "accepted", nowMs);
    }
    this.#tickets.delete(ticket);
    this.#hasBegun = true;
  }

  /**
   * Nothing of these tickets is known to be on disk. Whoever waits for one is told so, and its slot becomes void;
   * what nobody waits for was acknowledged before, and is written again.
   */
  journalFailed(tickets: readonly number[]): void {
    this.#isDiskBroken = true;
    this.#hasBegun = true;
    for (const ticket of tickets) {
      for (const taken of this.#tickets.get(ticket) ?? []) {
        const isAwaited = taken.message !== undefined && this.#isAwaited(taken.message);
        this.#unwritten.push(isAwaited ? { ...taken, message: undefined } : taken);
        if (isAwaited && taken.message !== undefined) this.#finish(taken.message, { type: "cannot-store" });
      }
      this.#tickets.delete(ticket);
    }
  }

  journalOpened(): void {
    this.#isDiskBroken = false;
    if (this.#unwritten.length > 0) this.#take(this.#unwritten.splice(0));
  }

  /** Without a disk: the store has the message, now it is shown and answered. False when that was done before. */
  storedFirst(message: Message, nowMs: number): boolean {
    if (this.#pending.get(pendingKey(message))?.message.order !== message.order) return false;
    this.#show(message, "stored", nowMs);
    return true;
  }

  /**
   * The store will never take it: readers and sender are told, and its slot goes out as void, as soon as the disk knows.
   * Told before, it would come back as a message from a disk that did not.
   */
  reject(message: Message, reason: string): void {
    const { room, order } = message;
    this.#take([{ room, order, message: undefined, rejected: { message, reason } }]);
  }

  /** Without a disk: whoever waits for this message is told. */
  refused(message: Message, reason: string): void {
    this.#finish(message, { type: "rejected", reason });
  }

  /** `changed`: where that stands which it changes. */
  #mint(
    post: Pick<Message, "room" | "mid" | "sender" | "session" | "text" | "change"> & Pick<Posted, "after">,
    changed: OwnKey | undefined,
    nowMs: number,
  ): Message {
    for (const seen of [post.after, changed])
      if (seen !== undefined) this.#clock.merge(orderParts(seen).stamp, nowMs);
    const stamp = this.#clock.next(nowMs);
    const n = this.#own.n + 1;
    this.#own = { ...this.#own, n, stamp };
    const { room, mid, sender, session, text, change } = post;
    const { origin, origin8 } = this.#identity;
    const own = orderKey({ stamp, origin8, n });
    return {
      room,
      mid,
      sender,
      session,
      text,
      ...(change === undefined ? {} : { change: { type: change.type, mid: change.mid } }),
      order: changed === undefined ? own : besideKey(changed, own),
      origin,
      region: this.#regionName,
      at: nowMs,
    };
  }

  #take(slots: readonly Taken[]): void {
    if (!this.#hasDisk) {
      for (const taken of slots) this.#send(taken);
      return;
    }
    const ticket = this.#turn.sync([{ type: "own", own: this.#own }, ...slots.flatMap(recordsOf)]);
    this.#tickets.set(ticket, [...slots]);
  }

  #send({ room, order, message, rejected }: Taken): void {
    if (rejected !== undefined) this.#rejected(rejected);
    if (message === undefined) this.#timeline.fill(order);
    this.#outbox.add(waitingFor(room, order, message));
  }

  #rejected({ message, reason }: Rejected): void {
    const { room, order, mid } = message;
    const id = messageId(room, order);
    this.refused(message, reason);
    this.#timeline.refuse(message, { type: "rejected", room, id, mid, reason });
    this.#turn.emit({ type: "settle", id, outcome: { type: "rejected", reason } });
  }

  #show(message: Message, state: MessageState, nowMs: number): void {
    this.#timeline.append(message, state, nowMs);
    const shown = this.#timeline.rooms.twins(message.session, message.mid).find((twin) => twin.isShown);
    if (shown !== undefined) this.#finish(message, { type: "taken", message: wire(shown), isReplay: false });
  }

  #finish(message: Message, outcome: PostOutcome): void {
    const key = pendingKey(message);
    const pending = this.#pending.get(key);
    if (pending?.message.order !== message.order) return;
    this.#pending.delete(key);
    for (const [index, request] of pending.requests.entries()) {
      this.#answer(request, outcome.type === "taken" ? { ...outcome, isReplay: index > 0 } : outcome);
    }
  }

  #isAwaited(message: Message): boolean {
    const pending = this.#pending.get(pendingKey(message));
    return pending?.message.order === message.order && pending.requests.length > 0;
  }

  #answer(request: number, outcome: PostOutcome): void {
    this.#turn.emit({ type: "answer", request, outcome });
  }
}

/** A void slot may hold on disk what a failed write left there: that must not come back. */
function recordsOf({ room, order, message }: Taken): JournalRecord[] {
  if (message !== undefined) return [{ type: "message", message, isWaiting: true }];
  return [
    { type: "forgotten", ids: [messageId(room, order)] },
    { type: "void", room, order },
  ];
}

function pendingKey({ session, mid }: { session: string; mid: Mid }): string {
  return `${session} ${mid}`;
}

function isRepeat(post: Posted, message: Message): boolean {
  return (
    post.text === message.text && post.room === message.room && isSameChange(post.change, message.change)
  );
}
