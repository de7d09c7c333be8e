import type { Mid } from "../../sync/names.ts";
import type { OutboxEntry } from "./outbox.ts";

/** What another page of the same browser did to the shelf. */
export type ShelfChange =
  | { readonly type: "kept"; readonly entry: OutboxEntry }
  | { readonly type: "removed"; readonly mid: Mid }
  | { readonly type: "signedIn"; readonly session: string };

export interface OnShelf {
  readonly entries: readonly OutboxEntry[];
  /** Ids of the sessions whose messages are this person's own. */
  readonly sessions: readonly string[];
}

/**
 * Where the outbox outlives its page, shared by all pages of one browser. Nothing here ever fails: a shelf that
 * cannot be written to forgets, as the page's own memory does.
 */
export interface Shelf {
  read(): Promise<OnShelf>;
  /** Fulfilled once it is there, or never will be. */
  keep(entry: OutboxEntry): Promise<void>;
  remove(mid: Mid): void;
  /** Messages of this session are this person's own, in every page and after a reload. */
  signedIn(session: string): void;
  /** Told of what others do, not of what this client does. Returns what ends it. */
  listen(changed: (change: ShelfChange) => void): () => void;
  /** Calls once it is this client's turn to post what is there, and nobody else's. Returns what gives the turn back. */
  takeTurn(begin: () => void): () => void;
}

/** Sessions remembered as one's own; more in one browser are not a person's. */
export const SESSIONS_LIMIT = 100;
