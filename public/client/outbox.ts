import type { Change, WireMessage } from "../../sync/message.ts";
import type { Mid, OwnKey, Room } from "../../sync/names.ts";
import { changedPart } from "./order.ts";
import type { Session } from "./parse.ts";
import type { Shelf, ShelfChange } from "./shelf.ts";

export type OutboxState =
  /**
   * To be posted, or posted and not yet answered. `wasPosted`: a region may have it; `wasAccepted`: one had it that
   * may have lost it since.
   */
  | { readonly type: "waiting"; readonly wasPosted?: true; readonly wasAccepted?: true }
  /** On the region's disk. Kept here until it is in the store too, so that the death of that disk loses nothing. */
  | { readonly type: "accepted" }
  /** It will never be taken. Kept for its author to see. `cause`: it was no region that refused it. */
  | { readonly type: "rejected"; readonly reason: string; readonly cause?: "session-ended" };

/** What its author does to an earlier message; `order`: where that one stands, once a region has told. */
export interface OutboxChange extends Change {
  readonly order?: OwnKey;
}

export interface OutboxEntry {
  readonly room: Room;
  readonly mid: Mid;
  readonly text: string;
  /** It is no message of its own, but is done to one of the same session. */
  readonly change?: OutboxChange;
  /** The author's name when it was written. */
  readonly name: string;
  /** This device's clock then, for display until the region's is known. It is the order of the outbox too. */
  readonly at: number;
  /** In which it is posted, and posted again: in another session the same mid would be another message. */
  readonly session?: Session;
  readonly state: OutboxState;
}

/** Longer queues than this are not one person typing. */
const OUTBOX_LIMIT = 500;
const SESSION_ENDED = {
  type: "rejected",
  reason: "The session in which it was said has ended.",
  cause: "session-ended",
} as const;

/**
 * A person's own messages that are not yet in the store, in the order they were written. In memory, so that a page
 * need not wait for it, and on the shelf, so that it outlives the page and every page of the browser has the same.
 */
export class Outbox {
  readonly #shelf: Shelf;
  readonly #entries = new Map<Mid, OutboxEntry>();
  #kept = Promise.resolve();
  /** What went while the shelf was being read. */
  #gone: Set<Mid> | undefined = new Set();

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** As they were written. */
  entries(): readonly OutboxEntry[] {
    return [...this.#entries.values()].sort((one, other) => one.at - other.at);
  }

  /**
   * False when it is full of messages that still have to be posted. What is written later has a later time, whatever
   * happened to the clock.
   */
  add(entry: OutboxEntry): boolean {
    if (this.#entries.size >= OUTBOX_LIMIT) {
      const settled = this.entries().find((other) => other.state.type !== "waiting");
      if (settled === undefined) return false;
      this.remove(settled.mid);
    }
    const latest = Math.max(-Infinity, ...Array.from(this.#entries.values(), ({ at }) => at));
    this.#put({ ...entry, at: Math.max(entry.at, latest + 1) });
    return true;
  }

  /** The next one to be posted. A change comes after what it changes has its answer, and only in that one's session. */
  next(): OutboxEntry | undefined {
    return this.entries().find(
      ({ state, change, session }) =>
        state.type === "waiting" &&
        (change === undefined || (change.order !== undefined && session !== undefined)),
    );
  }

  of(mid: Mid): OutboxEntry | undefined {
    return this.#entries.get(mid);
  }

  /** What is to be done to this message. */
  changesOf(mid: Mid): readonly OutboxEntry[] {
    return this.entries().filter(({ change }) => change?.mid === mid);
  }

  /** What is to be posted in this session, before it is: whoever comes after us has to use the same. */
  async assign({ mid }: OutboxEntry, session: Session): Promise<void> {
    const entry = this.#entries.get(mid);
    if (entry?.state.type === "waiting" && (entry.session === undefined || entry.state.wasPosted !== true))
      this.#put({ ...entry, session: entry.session ?? session, state: { ...entry.state, wasPosted: true } });
    await this.#kept;
  }

  /** What was not posted yet is to say something else. */
  reword(mid: Mid, text: string): void {
    const entry = this.#entries.get(mid);
    if (entry !== undefined) this.#put({ ...entry, text });
  }

  /**
   * This session is not accepted any more. What was never accepted is posted in another one; what was has to rely
   * on its region's disk, because in another session it would be there twice. A change is of its own session's
   * message: it is rejected, unless that message has no region yet and comes along.
   */
  sessionEnded({ token }: Session): void {
    for (const { session, state, ...entry } of this.entries()) {
      if (session?.token !== token || state.type === "rejected") continue;
      const wasAccepted = state.type === "accepted" || state.wasAccepted === true;
      const isLost = !wasAccepted && entry.change?.order !== undefined;
      this.#put({ ...entry, state: isLost ? SESSION_ENDED : { type: wasAccepted ? "accepted" : "waiting" } });
    }
  }

  /** Where a message of ours was seen, whether in a POST's answer or among what came from the region. */
  acknowledged(message: WireMessage): void {
    this.#placed(message);
    if (message.state === "stored") this.remove(message.mid);
    else this.#settle(message.mid, { type: "accepted" });
  }

  /** Of ours and not yet stored, but not in here: it moved to another order key. */
  adopt(message: WireMessage, session: Session): void {
    const { room, mid, text, sender, at, state, change, order } = message;
    if (state === "stored" || this.#entries.has(mid)) return;
    const changed = changedPart(order);
    const entry = { room, mid, text, name: sender.name, at, session, state: { type: "accepted" } } as const;
    if (change === undefined) this.add(entry);
    else if (changed !== undefined) this.add({ ...entry, change: { ...change, order: changed } });
  }

  /** What waits to be done to a message that no region takes is done to it here: its author's last word stays. */
  rejected(mid: Mid, reason: string): void {
    const entry = this.#entries.get(mid);
    const last = this.#unplaced(mid).at(-1);
    if (entry !== undefined && last?.change?.type === "delete") return this.remove(mid);
    if (entry !== undefined && last !== undefined) this.reword(mid, last.text);
    for (const change of this.#unplaced(mid)) this.#drop(change.mid);
    return this.#settle(mid, { type: "rejected", reason });
  }

  /** It is in the store, was deleted, or its author wants no more of it: then nothing is to be done to it either. */
  remove(mid: Mid): void {
    for (const change of this.#unplaced(mid)) this.#drop(change.mid);
    this.#drop(mid);
  }

  /** The region may have lost what it had accepted: all of that is to be posted again. A repeat is one message. */
  postAgain(): void {
    for (const { mid, state, session } of this.entries()) {
      if (state.type === "accepted" && session !== undefined)
        this.#settle(mid, { type: "waiting", wasAccepted: true });
    }
  }

  /** What stood on the shelf when this page began, from before or by another one. */
  found(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      const isKnown = this.#entries.has(entry.mid) || this.#gone?.has(entry.mid) === true;
      if (!isKnown) this.#entries.set(entry.mid, entry);
    }
    this.#gone = undefined;
  }

  /** What another page did. */
  changed(change: Exclude<ShelfChange, { type: "signedIn" }>): void {
    if (change.type === "kept") this.#entries.set(change.entry.mid, change.entry);
    else {
      this.#gone?.add(change.mid);
      this.#entries.delete(change.mid);
    }
  }

  /** A message of ours stands here now: what is to be done to it can be posted, in its session. */
  #placed({ mid, order: place, change: itself }: WireMessage): void {
    if (itself !== undefined) return;
    const order = changedPart(place);
    const posted = this.#entries.get(mid);
    for (const entry of this.changesOf(mid)) {
      const { change, state } = entry;
      if (order === undefined || change === undefined || change.order === order) continue;
      const session = entry.session ?? posted?.session;
      const placed = { ...entry, change: { ...change, order } };
      if (session !== undefined) this.#put({ ...placed, session });
      else this.#put({ ...placed, state: state.type === "waiting" ? SESSION_ENDED : state });
    }
  }

  /** What is to be done to this message once a region has told where it stands. */
  #unplaced(mid: Mid): readonly OutboxEntry[] {
    return this.changesOf(mid).filter(({ change }) => change?.order === undefined);
  }

  #drop(mid: Mid): void {
    this.#gone?.add(mid);
    if (this.#entries.delete(mid)) this.#shelf.remove(mid);
  }

  #settle(mid: Mid, state: OutboxState): void {
    const entry = this.#entries.get(mid);
    if (entry !== undefined && !isSame(entry.state, state)) this.#put({ ...entry, state });
  }

  #put(entry: OutboxEntry): void {
    this.#entries.set(entry.mid, entry);
    const kept = this.#shelf.keep(entry);
    this.#kept = this.#kept.then(() => kept);
  }
}

function isSame(one: OutboxState, other: OutboxState): boolean {
  return one.type === other.type && one.type !== "rejected";
}
