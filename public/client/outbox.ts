import type { Mid, Room } from "../../sync/names.ts";
import type { WireMessage } from "../../sync/message.ts";

export type OutboxState =
  /** To be posted, or posted and not yet answered. */
  | { readonly type: "waiting" }
  /** On the region's disk. Kept here until it is in the store too, so that the death of that disk loses nothing. */
  | { readonly type: "accepted"; readonly session: string }
  /** It will never be taken. Kept for its author to see. */
  | { readonly type: "rejected"; readonly reason: string };

export interface OutboxEntry {
  readonly room: Room;
  readonly mid: Mid;
  readonly text: string;
  /** The author's name when it was written, and this device's clock, for display until the region's is known. */
  readonly name: string;
  readonly at: number;
  readonly state: OutboxState;
}

/** Longer queues than this are not one person typing. */
const OUTBOX_LIMIT = 500;

/** The author's own messages that are not yet in the store, in the order they were written. */
export class Outbox {
  readonly #entries = new Map<Mid, OutboxEntry>();

  entries(): readonly OutboxEntry[] {
    return [...this.#entries.values()];
  }

  /** False when it is full of messages that still have to be posted. */
  add(entry: OutboxEntry): boolean {
    if (this.#entries.size >= OUTBOX_LIMIT) {
      const settled = this.entries().find((other) => other.state.type !== "waiting");
      if (settled === undefined) return false;
      this.#entries.delete(settled.mid);
    }
    this.#entries.set(entry.mid, entry);
    return true;
  }

  /** The next one to be posted. */
  next(): OutboxEntry | undefined {
    return this.entries().find((entry) => entry.state.type === "waiting");
  }

  /** Where a message of ours was seen, whether in a POST's answer or among what came from the region. */
  acknowledged(message: WireMessage): void {
    if (message.state === "stored") this.#entries.delete(message.mid);
    else this.#settle(message.mid, { type: "accepted", session: message.sender.session });
  }

  /** Of ours and not yet stored, but not in here: it moved to another order key, or is from before a reload. */
  adopt({ room, mid, text, sender, at, state }: WireMessage): void {
    if (state === "stored" || this.#entries.has(mid)) return;
    this.add({
      room,
      mid,
      text,
      name: sender.name,
      at,
      state: { type: "accepted", session: sender.session },
    });
  }

  rejected(mid: Mid, reason: string): void {
    this.#settle(mid, { type: "rejected", reason });
  }

  /** It is in the store, was deleted, or was rejected and its author has seen that. */
  remove(mid: Mid): void {
    this.#entries.delete(mid);
  }

  /**
   * The region may have lost what it had accepted: all of that is to be posted again. A repeat is one message, but
   * only in the session of its first time; what was accepted in another one has to rely on its region's disk.
   */
  postAgain(session: string | undefined): void {
    for (const { mid, state } of this.entries()) {
      if (state.type === "accepted" && state.session === session) this.#settle(mid, { type: "waiting" });
    }
  }

  #settle(mid: Mid, state: OutboxState): void {
    const entry = this.#entries.get(mid);
    if (entry !== undefined) this.#entries.set(mid, { ...entry, state });
  }
}
