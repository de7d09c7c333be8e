import { ERASING_IDS } from "./limits.ts";
import type { MessageId } from "./names.ts";

/**
 * Deletions that were undone: a store put back to before an admin's click, or a lagging copy, shows a message that
 * was deleted, or has never heard of it. It is deleted there once more, so that regions which never saw the first
 * click agree. One request at a time; what does not fit is found again by the next audit.
 */
export class Erasing {
  readonly #wanted = new Set<MessageId>();
  #isUnderWay = false;

  want(id: MessageId): void {
    if (this.#wanted.size < ERASING_IDS) this.#wanted.add(id);
  }

  /** The ids to be erased now, or undefined. */
  next(): MessageId[] | undefined {
    if (this.#isUnderWay || this.#wanted.size === 0) return undefined;
    this.#isUnderWay = true;
    const ids = [...this.#wanted];
    this.#wanted.clear();
    return ids;
  }

  erased(): void {
    this.#isUnderWay = false;
  }
}
