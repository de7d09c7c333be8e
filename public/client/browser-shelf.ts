import type { Mid } from "../../sync/names.ts";
import type { OutboxEntry } from "./outbox.ts";
import { isMid } from "./names.ts";
import { parseEntry } from "./parse.ts";
import { SESSIONS_LIMIT, type OnShelf, type Shelf, type ShelfChange } from "./shelf.ts";

const NAME = "settee";
const VERSION = 1;
/** Of the object stores: what waits for the store, and the ids of one's own sessions. */
const OUTBOX = "outbox";
const SESSIONS = "sessions";
/** A database that takes longer hangs, as it does in some browsers: then the page goes on without. */
const PATIENCE_MS = 2_000;

/** IndexedDB, which all pages of a region share; they tell each other by broadcast, and take turns by a web lock. */
export class BrowserShelf implements Shelf {
  readonly #channel = new BroadcastChannel(NAME);
  readonly #database = openDatabase();

  async read(): Promise<OnShelf> {
    const database = await this.#database;
    if (database === undefined) return { entries: [], sessions: [] };
    const reading = database.transaction([OUTBOX, SESSIONS]);
    const entries = reading.objectStore(OUTBOX).getAll();
    const sessions = reading.objectStore(SESSIONS).getAll();
    await ended(reading);
    return {
      entries: found(entries).flatMap((value) => parseEntry(value) ?? []),
      sessions: found(sessions)
        .filter((value) => typeof value === "string")
        .slice(-SESSIONS_LIMIT),
    };
  }

  async keep(entry: OutboxEntry): Promise<void> {
    this.#tell({ type: "kept", entry });
    await this.#write(OUTBOX, (outbox) => outbox.put(entry, entry.mid));
  }

  remove(mid: Mid): void {
    this.#tell({ type: "removed", mid });
    void this.#write(OUTBOX, (outbox) => outbox.delete(mid));
  }

  signedIn(session: string): void {
    this.#tell({ type: "signedIn", session });
    // Without a key of its own each is put behind the one before; keys are numbers from 1 on.
    void this.#write(SESSIONS, (sessions) => {
      const added = sessions.add(session);
      added.addEventListener("success", () => {
        const oldest = Number(added.result) - SESSIONS_LIMIT;
        if (oldest > 0) sessions.delete(IDBKeyRange.upperBound(oldest));
      });
    });
  }

  listen(changed: (change: ShelfChange) => void): () => void {
    const hear = ({ data }: MessageEvent<unknown>): void => {
      const change = parseChange(data);
      if (change !== undefined) changed(change);
    };
    this.#channel.addEventListener("message", hear);
    return () => this.#channel.removeEventListener("message", hear);
  }

  takeTurn(begin: () => void): () => void {
    const waiting = new AbortController();
    const turn = new Promise<void>((resolve) => waiting.signal.addEventListener("abort", () => resolve()));
    const holding = navigator.locks.request(NAME, { signal: waiting.signal }, () => {
      begin();
      return turn;
    });
    // Refused only because it was given back before it came.
    holding.catch(() => undefined);
    return () => waiting.abort();
  }

  #tell(change: ShelfChange): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin, and takes none
    this.#channel.postMessage(change);
  }

  async #write(name: string, change: (store: IDBObjectStore) => unknown): Promise<void> {
    const database = await this.#database;
    if (database === undefined) return;
    const writing = database.transaction(name, "readwrite");
    change(writing.objectStore(name));
    await ended(writing);
  }
}

function openDatabase(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.addEventListener("upgradeneeded", () => {
      opening.result.createObjectStore(OUTBOX);
      opening.result.createObjectStore(SESSIONS, { autoIncrement: true });
    });
    opening.addEventListener("success", () => {
      // A newer page wants to change it: that one goes on, and this one without.
      opening.result.addEventListener("versionchange", () => opening.result.close());
      resolve(opening.result);
    });
    opening.addEventListener("error", () => resolve(undefined));
    setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
}

/** Fulfilled when it is done, however it ended. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve) => {
    for (const end of ["complete", "error", "abort"]) transaction.addEventListener(end, () => resolve());
    setTimeout(resolve, PATIENCE_MS);
  });
}

function found(request: IDBRequest<unknown[]>): readonly unknown[] {
  return request.readyState === "done" && request.error === null ? request.result : [];
}

/** Pages of another version may be open beside this one. */
function parseChange(value: unknown): ShelfChange | undefined {
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (value.type === "kept" && "entry" in value) {
    const entry = parseEntry(value.entry);
    return entry === undefined ? undefined : { type: "kept", entry };
  }
  if (value.type === "removed" && "mid" in value && isMidLike(value.mid)) {
    return { type: "removed", mid: value.mid };
  }
  if (value.type === "signedIn" && "session" in value && typeof value.session === "string") {
    return { type: "signedIn", session: value.session };
  }
  return undefined;
}

function isMidLike(value: unknown): value is Mid {
  return typeof value === "string" && isMid(value);
}
