import { isSameChange, type WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, Room } from "../../sync/names.ts";
import type { Handed, Reader, Reset } from "./history.ts";

/** Sorts after every order key. */
const NOWHERE = "~";

/**
 * What a reader knows by the events alone. It shows the lowest order key of each mid, as everybody does. Whoever comes
 * back to the same life of the same region without having been elsewhere is handed nothing again. Whoever comes from
 * elsewhere may be, because what it saw beyond a hole no cursor can tell; it knows it again by its id.
 */
export class ReaderScreen {
  /** By id, the last version of each; of two with one mid only the lower one is shown. */
  readonly known = new Map<MessageId, WireMessage>();
  /** Handed over again although they were on the screen, just so. */
  readonly repeated: WireMessage[] = [];
  readonly #froms = new Map<Room, string>();
  /** When the screen was emptied last. */
  #resetMs = -Infinity;
  readonly #stored = new Set<Mid>();
  #handedHere = new Set<MessageId>();
  #life: string | undefined;

  constructor({ handed }: Reader) {
    for (const one of handed) this.#take(one);
  }

  /** Where the screen of this room begins: what lies before is in the history. */
  from(room: Room): string {
    return this.#froms.get(room) ?? "";
  }

  /** Whether the reader has to know this message: its place is here, or no disk and no store had it yet at the reset. */
  isOwed({ room, order }: WireMessage, keptMs: number): boolean {
    return order >= this.from(room) || keptMs > this.#resetMs;
  }

  #take({ atMs, region, life, event }: Handed): void {
    const place = `${region} ${life}`;
    if (place !== this.#life) this.#handedHere = new Set();
    this.#life = place;
    switch (event.type) {
      case "reset":
        return this.#clear(event, atMs);
      case "message":
        return this.#show(event.message);
      case "stored":
        for (const mid of event.mids) this.#stored.add(mid);
        return;
      case "deleted":
      case "rejected":
        this.known.delete(event.id);
        return;
      case "regions":
    }
  }

  #clear({ incomplete = [] }: Reset, atMs: number): void {
    this.#resetMs = atMs;
    this.known.clear();
    this.#handedHere.clear();
    this.#stored.clear();
    this.#froms.clear();
    for (const room of incomplete) this.#froms.set(room, NOWHERE);
  }

  #show(message: WireMessage): void {
    const before = this.#handedHere.has(message.id) ? this.known.get(message.id) : undefined;
    if (before !== undefined && !this.#isNews(message, before)) this.repeated.push(message);
    this.known.set(message.id, message);
    this.#handedHere.add(message.id);
    if (message.state === "accepted") this.#stored.delete(message.mid);
    // The first one after a reset is the oldest of the newest page: there the screen begins.
    if (!this.#froms.has(message.room)) this.#froms.set(message.room, message.order);
  }

  /** It was edited, or the store lost it and it waits again. */
  #isNews(message: WireMessage, before: WireMessage): boolean {
    const wasStored = before.state === "stored" || this.#stored.has(message.mid);
    if (message.state === "accepted" && wasStored) return true;
    return !isSameMessage(message, before);
  }
}

/** Whether they are the same to the byte, whatever is known of the store. */
export function isSameMessage(one: WireMessage, other: WireMessage): boolean {
  return (
    one.id === other.id &&
    one.order === other.order &&
    one.text === other.text &&
    isSameChange(one.change, other.change) &&
    one.mid === other.mid &&
    one.sender.session === other.sender.session &&
    one.sender.name === other.sender.name &&
    one.room === other.room &&
    one.region === other.region &&
    one.at === other.at
  );
}
