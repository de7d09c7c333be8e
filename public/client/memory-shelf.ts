import type { Mid } from "../../sync/names.ts";
import type { OutboxEntry } from "./outbox.ts";
import { SESSIONS_LIMIT, type OnShelf, type Shelf, type ShelfChange } from "./shelf.ts";

/** What the clients that stand at one shelf in memory share. Dies with the process. */
interface Boards {
  readonly entries: Map<Mid, OutboxEntry>;
  readonly sessions: Set<string>;
  readonly others: Map<MemoryShelf, (change: ShelfChange) => void>;
  readonly queue: (() => void)[];
}

/** A shelf for Node, for tests, and for browsers that keep nothing. */
export class MemoryShelf implements Shelf {
  readonly #boards: Boards;

  /** With another client's shelf: the same one, as two pages of a browser have it. */
  constructor(beside?: MemoryShelf) {
    this.#boards = beside?.boards ?? {
      entries: new Map(),
      sessions: new Set(),
      others: new Map(),
      queue: [],
    };
  }

  get boards(): Boards {
    return this.#boards;
  }

  read(): Promise<OnShelf> {
    const { entries, sessions } = this.#boards;
    return Promise.resolve({ entries: [...entries.values()], sessions: [...sessions] });
  }

  keep(entry: OutboxEntry): Promise<void> {
    this.#boards.entries.set(entry.mid, entry);
    this.#tell({ type: "kept", entry });
    return Promise.resolve();
  }

  remove(mid: Mid): void {
    this.#boards.entries.delete(mid);
    this.#tell({ type: "removed", mid });
  }

  signedIn(session: string): void {
    const { sessions } = this.#boards;
    sessions.add(session);
    const [oldest] = sessions;
    if (sessions.size > SESSIONS_LIMIT && oldest !== undefined) sessions.delete(oldest);
    this.#tell({ type: "signedIn", session });
  }

  listen(changed: (change: ShelfChange) => void): () => void {
    this.#boards.others.set(this, changed);
    return () => this.#boards.others.delete(this);
  }

  takeTurn(begin: () => void): () => void {
    const { queue } = this.#boards;
    queue.push(begin);
    if (queue[0] === begin) begin();
    return () => {
      const hadTurn = queue[0] === begin;
      queue.splice(queue.indexOf(begin), 1);
      if (hadTurn) queue[0]?.();
    };
  }

  #tell(change: ShelfChange): void {
    for (const [shelf, changed] of this.#boards.others) if (shelf !== this) changed(change);
  }
}
