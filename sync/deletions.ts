import { UNSYNCED_DELETIONS } from "./limits.ts";
import { messageId, type MessageId, type OrderKey, type Room } from "./names.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";

interface Deletion {
  readonly id: MessageId;
  readonly room: Room;
  readonly order: OrderKey;
  /** Of the write that holds it; without one it waits for a disk that is well. */
  ticket: number | undefined;
}

/**
 * Deletions the store told of, on their way to the disk. Readers are told when it has them: told before, a message
 * would come back from a disk that did not, if the store forgot the deletion too. A deletion waits as long as the
 * disk is broken, for then the bookmark behind it does not reach the disk either.
 */
export class Deletions {
  readonly #hasDisk: boolean;
  readonly #timeline: Timeline;
  readonly #turn: Turn;
  /** Oldest first. */
  readonly #unsynced = new Map<MessageId, Deletion>();
  /** By their tickets. */
  readonly #written = new Map<number, Deletion>();

  constructor(hasDisk: boolean, timeline: Timeline, turn: Turn) {
    this.#hasDisk = hasDisk;
    this.#timeline = timeline;
    this.#turn = turn;
  }

  /** Whether the message of this order key is gone, told yet or not. */
  has(room: Room, order: OrderKey): boolean {
    return this.#unsynced.has(messageId(room, order)) || this.#timeline.isBuried(room, order);
  }

  /** The document of this slot is gone. May be repeated at will. */
  take(room: Room, order: OrderKey): void {
    if (!this.#hasDisk || this.#timeline.isBuried(room, order)) return this.#timeline.remove(room, order);
    const id = messageId(room, order);
    if (this.#unsynced.has(id)) return;
    this.#timeline.fill(order);
    const deletion = { id, room, order, ticket: undefined };
    this.#unsynced.set(id, deletion);
    this.#write(deletion);
    const [oldest] = this.#unsynced.values();
    if (oldest !== undefined && this.#unsynced.size > UNSYNCED_DELETIONS) this.#tell(oldest);
  }

  journaled(ticket: number): void {
    const deletion = this.#written.get(ticket);
    if (deletion !== undefined) this.#tell(deletion);
  }

  journalFailed(tickets: readonly number[]): void {
    for (const ticket of tickets) {
      const deletion = this.#written.get(ticket);
      if (deletion === undefined) continue;
      deletion.ticket = undefined;
      this.#written.delete(ticket);
    }
  }

  journalOpened(): void {
    for (const deletion of this.#unsynced.values()) if (deletion.ticket === undefined) this.#write(deletion);
  }

  #write(deletion: Deletion): void {
    const { id, room, order } = deletion;
    deletion.ticket = this.#turn.sync([
      { type: "forgotten", ids: [id] },
      { type: "deleted", room, order },
    ]);
    this.#written.set(deletion.ticket, deletion);
  }

  #tell(deletion: Deletion): void {
    this.#unsynced.delete(deletion.id);
    if (deletion.ticket !== undefined) this.#written.delete(deletion.ticket);
    this.#timeline.remove(deletion.room, deletion.order);
  }
}
