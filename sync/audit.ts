import { AUDIT_EVERY_MS, AUDIT_IDS, AUDIT_RETRY_MS, AUDIT_WAITING } from "./limits.ts";
import { messageId, type MessageId, type OrderKey, type Room } from "./names.ts";
import type { Presence } from "./store.ts";

/** A document this region knows of: a message it holds, or one that was deleted. */
export interface Held {
  readonly room: Room;
  readonly order: OrderKey;
  readonly isDeleted: boolean;
}

/** A held document and what the store has at its id. */
export interface Compared extends Held {
  readonly presence: Presence;
}

/** What an audit does next: ask for these ids, or note that a pass is over. */
export type AuditStep =
  | { readonly type: "ids"; readonly ids: readonly MessageId[] }
  | { readonly type: "over"; readonly isWhole: boolean };

interface Pass {
  readonly held: readonly Held[];
  /** Of everything, not only of what is most in doubt. */
  readonly isWhole: boolean;
  /** Whether somebody has reason to doubt the store: then the batches follow each other without a pause. */
  readonly isUrgent: boolean;
  next: number;
}

const NOTHING_UNDER_WAY: Pass = { held: [], isWhole: false, isUrgent: true, next: 0 };

/**
 * Goes through all that is held, batch by batch, to have it compared with the store: every ten minutes, and at once
 * when there is a reason to doubt. It is how a region finds out that the store lost what it once had (S16-S18, S25),
 * or holds what was deleted.
 */
export class Audit {
  #pass: Pass | undefined;
  #asked: readonly Held[] | undefined;
  #isWanted = false;
  #isDoubtful: ((held: Held) => boolean) | undefined;
  #dueMs: number;
  #retryMs = 0;

  constructor(nowMs: number) {
    this.#dueMs = nowMs + AUDIT_EVERY_MS;
  }

  get isRunning(): boolean {
    return this.#pass !== undefined || this.#isWanted || this.#isDoubtful !== undefined;
  }

  /** There is reason to doubt. A pass under way is begun anew, because it may have looked too early. */
  request(): void {
    this.#isWanted = true;
  }

  /** There is reason to doubt these alone: they are looked at before all others. */
  requestOf(isDoubtful: (held: Held) => boolean): void {
    this.#isDoubtful = isDoubtful;
  }

  /**
   * The next step, or undefined. `list` gathers what is held; `isBeat`: a second has passed; `waiting` documents are
   * on their way to the store, and while these are many no more is looked for.
   */
  next(list: () => Held[], isBeat: boolean, waiting: number, nowMs: number): AuditStep | undefined {
    if (this.#asked !== undefined || waiting > AUDIT_WAITING || nowMs < this.#retryMs) return undefined;
    const pass = this.#begin(list, nowMs) ?? this.#pass;
    if (pass === undefined || (!pass.isUrgent && !isBeat)) return undefined;
    const asked = pass.held.slice(pass.next, pass.next + AUDIT_IDS);
    if (asked.length === 0) {
      this.#pass = undefined;
      return { type: "over", isWhole: pass.isWhole };
    }
    this.#asked = asked;
    return { type: "ids", ids: asked.map(({ room, order }) => messageId(room, order)) };
  }

  /** The store's answer to the ids asked for, one presence for each. */
  checked(presences: readonly Presence[]): Compared[] {
    const asked = this.#asked ?? [];
    this.#asked = undefined;
    if (this.#pass !== undefined) this.#pass.next += asked.length;
    return asked.flatMap((held, place) => {
      const presence = presences[place];
      return presence === undefined ? [] : [{ ...held, presence }];
    });
  }

  /** No answer: the same ids again, later. */
  failed(nowMs: number): void {
    this.#asked = undefined;
    this.#retryMs = nowMs + AUDIT_RETRY_MS;
  }

  #begin(list: () => Held[], nowMs: number): Pass | undefined {
    const isDue = this.#isWanted || (this.#pass === undefined && nowMs >= this.#dueMs);
    if (!isDue) return this.#beginWithDoubtful(list);
    this.#pass = { held: list(), isWhole: true, isUrgent: this.#isWanted, next: 0 };
    this.#isWanted = false;
    this.#isDoubtful = undefined;
    this.#dueMs = nowMs + AUDIT_EVERY_MS;
    return this.#pass;
  }

  /** A pass under way goes on behind them. */
  #beginWithDoubtful(list: () => Held[]): Pass | undefined {
    if (this.#isDoubtful === undefined) return undefined;
    const { held, next, isWhole, isUrgent } = this.#pass ?? NOTHING_UNDER_WAY;
    const doubtful = list().filter(this.#isDoubtful);
    this.#isDoubtful = undefined;
    this.#pass = { held: [...doubtful, ...held.slice(next)], isWhole, isUrgent, next: 0 };
    return this.#pass;
  }
}
