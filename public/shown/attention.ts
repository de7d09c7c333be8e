import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, OrderKey } from "../../sync/names.ts";

/** More than this need not be counted. */
const UNREAD_LIMIT = 1_000;

/**
 * What of a room somebody has not looked at yet. Late messages stand further up, and are unread all the same: so it
 * is a set, not a place.
 */
export class Attention {
  readonly #unread = new Set<MessageId>();
  /** Those of them that came to stand where one had looked already: who sees the end has not seen them. */
  readonly #late = new Map<MessageId, WireMessage>();
  /** The newest message that was looked at; undefined before the first look. */
  #lookedTo: OrderKey | undefined;
  /** What came since one looked begins with this message, until one goes away again. */
  #mark: MessageId | undefined;

  constructor(lookedTo?: OrderKey) {
    this.#lookedTo = lookedTo;
  }

  get lookedTo(): OrderKey | undefined {
    return this.#lookedTo;
  }

  get unread(): number {
    return this.#unread.size;
  }

  /** By order, wherever they stand: above what the page holds, too. */
  get late(): readonly WireMessage[] {
    return [...this.#late.values()].toSorted((one, other) => (one.order < other.order ? -1 : 1));
  }

  get mark(): MessageId | undefined {
    return this.#mark;
  }

  /** A page of the room, ascending: what is newer than the last look is unread. */
  opened(messages: readonly WireMessage[], isMine: (session: string) => boolean): void {
    const { lookedTo = messages.at(-1)?.order ?? "" } = { lookedTo: this.#lookedTo };
    this.arrived(messages.filter(({ order, sender }) => order > lookedTo && !isMine(sender.session)));
    if (this.#lookedTo === undefined) this.#see(messages);
  }

  /** New messages of others that nobody has looked at yet. */
  arrived(messages: readonly WireMessage[]): void {
    for (const message of messages) {
      const { id, order } = message;
      if (this.#unread.size >= UNREAD_LIMIT) return;
      this.#unread.add(id);
      if (this.isPassed(order)) this.#late.set(id, message);
      else this.#mark ??= id;
    }
  }

  /** Somebody has looked further than this place. */
  isPassed(order: OrderKey): boolean {
    return this.#lookedTo !== undefined && order < this.#lookedTo;
  }

  /** It was deleted, or a late one was in sight. */
  gone(id: MessageId): void {
    this.#unread.delete(id);
    this.#late.delete(id);
  }

  /** Somebody looks at the end of these, ascending. The mark stays where it is until they look away. */
  looked(messages: readonly WireMessage[]): void {
    for (const id of this.#unread) if (!this.#late.has(id)) this.#unread.delete(id);
    this.#see(messages);
  }

  lookedAway(): void {
    if (this.#unread.size === 0) this.#mark = undefined;
  }

  /** Another page of the same browser has looked this far. */
  lookedElsewhere(lookedTo: OrderKey): void {
    if (this.#lookedTo !== undefined && lookedTo <= this.#lookedTo) return;
    this.#lookedTo = lookedTo;
    this.#unread.clear();
    this.#late.clear();
    this.#mark = undefined;
  }

  #see(messages: readonly WireMessage[]): void {
    const newest = messages.at(-1)?.order;
    if (newest !== undefined && (this.#lookedTo === undefined || newest > this.#lookedTo))
      this.#lookedTo = newest;
  }
}
