import { UNSYNCED_DELETIONS } from "./limits.ts";
import { messageId, type OrderKey, type Room } from "./names.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";

/**
 * Deletions the store told of, on their way to the disk. Readers are told when it has them: told before, a message
 * would come back from a disk that did not, if the store forgot the deletion too. A deletion waits as long as the
 * disk is broken, for then the bookmark behind it does not reach the disk either.
 */
export class Deletions {
  readonly #hasDisk: boolean;
  readonly #timeline: Timeline;
  readonly #turn: Turn;
  /** Oldest first, with the ticket of the write that holds it; without one it waits for a disk that is well. */
  readonly #unsynced = new Map<OrderKey, { readonly room: Room; ticket: number | undefined }>();

  constructor(hasDisk: boolean, timeline: Timeline, turn: Turn) {
    this.#hasDisk = hasDisk;
    this.#timeline = timeline;
    this.#turn = turn;
  }

  /** Whether the message of this order key is gone, told yet or not. */
  has(room: Room, order: OrderKey): boolean {
    return this.#unsynced.has(order) || this.#timeline.isBuried(room, order);
  }

  /** The document of this slot is gone. May be repeated at will. */
  take(room: Room, order: OrderKey): void {
    if (!this.#hasDisk || this.#timeline.isBuried(room, order)) return this.#timeline.remove(room, order);
    if (this.#unsynced.has(order)) return;
    this.#timeline.fill(order);
    this.#unsynced.set(order, { room, ticket: this.#write(room, order) });
    const [oldest] = this.#unsynced;
    if (oldest !== undefined && this.#unsynced.size > UNSYNCED_DELETIONS)
      this.#tell(oldest[1].room, oldest[0]);
  }

  journaled(ticket: number): void {
    for (const [order, deletion] of this.#unsynced)
      if (deletion.ticket === ticket) this.#tell(deletion.room, order);
  }

  journalFailed(tickets: readonly number[]): void {
    for (const deletion of this.#unsynced.values())
      if (deletion.ticket !== undefined && tickets.includes(deletion.ticket)) deletion.ticket = undefined;
  }

  journalOpened(): void {
    for (const [order, deletion] of this.#unsynced) deletion.ticket ??= this.#write(deletion.room, order);
  }

  #write(room: Room, order: OrderKey): number {
    return this.#turn.sync([
      { type: "forgotten", ids: [messageId(room, order)] },
      { type: "deleted", room, order },
    ]);
  }

  #tell(room: Room, order: OrderKey): void {
    this.#unsynced.delete(order);
    this.#timeline.remove(room, order);
  }
}
