import { REREAD_MS } from "./limits.ts";

/**
 * Rows that could not be read. Each told of a slot whose origin may die before its beacon tells of it: then there is
 * no hole to show that it is missing. So a while later what they told of is looked for among the newest.
 */
export class Unread {
  #dueMs: number | undefined;
  #isLookedFor = false;

  get isNone(): boolean {
    return this.#dueMs === undefined && !this.#isLookedFor;
  }

  add(nowMs: number): void {
    this.#dueMs ??= nowMs + REREAD_MS;
  }

  /** Whether to look for them now. */
  takeDue(nowMs: number): boolean {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return false;
    this.#dueMs = undefined;
    this.#isLookedFor = true;
    return true;
  }

  /** Everything that was to be looked for was. Says whether that were the last of them. */
  found(): boolean {
    if (!this.#isLookedFor || this.#dueMs !== undefined) return false;
    this.#isLookedFor = false;
    return true;
  }
}
