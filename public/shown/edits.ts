import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, OrderKey, Room } from "../../sync/names.ts";

/** What its author made of a message later: a document of its own, which points at it (design §3). */
export interface Edited {
  readonly type: "edited";
  readonly room: Room;
  /** Of the message. */
  readonly id: MessageId;
  /** Of the change itself: of several the last one counts, in whatever order they came. */
  readonly order: OrderKey;
  readonly text: string;
  /** By the clock of its region, milliseconds since 1970. */
  readonly at: number;
}

/** The last change of each message; it may come before the message itself. */
export class Edits {
  readonly #limit: number;
  readonly #last = new Map<MessageId, Edited>();

  /** How many are remembered. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(edited: Edited): void {
    const known = this.#last.get(edited.id);
    if (known !== undefined && known.order >= edited.order) return;
    this.#last.delete(edited.id);
    this.#last.set(edited.id, edited);
    const [longestAgo] = this.#last.keys();
    if (this.#last.size > this.#limit && longestAgo !== undefined) this.#last.delete(longestAgo);
  }

  /** When it was changed last. */
  at(id: MessageId): number | undefined {
    return this.#last.get(id)?.at;
  }

  /** The message as its author wants it to read. */
  of(message: WireMessage): WireMessage {
    const text = this.#last.get(message.id)?.text;
    return text === undefined ? message : { ...message, text };
  }

  clear(): void {
    this.#last.clear();
  }
}
