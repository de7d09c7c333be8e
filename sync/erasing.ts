import { ERASING_IDS, REREAD_MS } from "./limits.ts";
import type { MessageId } from "./names.ts";

/**
 * Deletions that were undone: a store put back to before an admin's click, or a lagging copy, shows a message that
 * was deleted, or has never heard of it. It is deleted there once more, so that regions which never saw the first
 * click agree; and again a minute later, for two copies of a cluster that know of the first click say that nothing is
 * left to be deleted while a third still shows it. One request at a time; what does not fit is found again by the next
 * audit.
 */
export class Erasing {
  readonly #wanted = new Set<MessageId>();
  /** When to look at them again; the first due first. */
  readonly #again = new Map<MessageId, number>();
  #isUnderWay = false;

  want(id: MessageId, nowMs: number): void {
    if (this.#wanted.size < ERASING_IDS) this.#wanted.add(id);
    if (this.#again.size < ERASING_IDS && !this.#again.has(id)) this.#again.set(id, nowMs + REREAD_MS);
  }

  /** The ids to be erased now, or undefined. */
  next(nowMs: number): MessageId[] | undefined {
    if (this.#isUnderWay) return undefined;
    const ids = new Set(this.#wanted);
    this.#wanted.clear();
    for (const [id, dueMs] of this.#again) {
      if (dueMs > nowMs) break;
      this.#again.delete(id);
      ids.add(id);
    }
    this.#isUnderWay = ids.size > 0;
    return this.#isUnderWay ? [...ids] : undefined;
  }

  erased(): void {
    this.#isUnderWay = false;
  }
}
