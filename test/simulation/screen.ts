import { MemoryShelf } from "../../public/client/memory-shelf.ts";
import { Outbox } from "../../public/client/outbox.ts";
import type { Session } from "../../public/client/parse.ts";
import { Timeline } from "../../public/shown/timeline.ts";
import type { WireMessage } from "../../sync/message.ts";
import { isEarlier, type OrderKey, type Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, SyncAnswer } from "../../sync/wire.ts";

/** What the page of one author shows and keeps: its own timelines and its own outbox, fed as its client feeds them. */
export class Screen {
  readonly outbox = new Outbox(new MemoryShelf());
  readonly author: Session;
  readonly #session: string;
  #timelines: ReadonlyMap<Room, Timeline>;
  #newest: OrderKey | undefined;

  constructor(rooms: readonly Room[], session: string) {
    this.#session = session;
    this.author = { session, token: session, name: "", region: "" };
    this.#timelines = new Map(rooms.map((room) => [room, new Timeline(room)]));
  }

  clear(): void {
    this.#timelines = new Map([...this.#timelines.keys()].map((room) => [room, new Timeline(room)]));
    this.#newest = undefined;
  }

  /** The latest order key seen: what is posted next is later. */
  get newest(): OrderKey | undefined {
    return this.#newest;
  }

  receive(answer: SyncAnswer): void {
    if (answer.reset !== undefined) this.outbox.postAgain();
    for (const event of answer.events) this.#take(event);
    const rooms = new Set(answer.events.map(roomOf));
    for (const [room, timeline] of this.#timelines)
      if (answer.reset !== undefined || rooms.has(room)) timeline.receive(answer);
  }

  /** The answer to a POST. */
  answered(message: WireMessage): void {
    this.#see(message);
    this.#timelines.get(message.room)?.take([{ type: "message", message }]);
  }

  /** The connection is live again, perhaps to another life of a region: what was only accepted is made sure of. */
  connected(): void {
    this.outbox.postAgain();
  }

  lines(room: Room): readonly WireMessage[] {
    return this.#timelines.get(room)?.messages() ?? [];
  }

  /** Scrolls up to the very beginning. */
  scrollUp(room: Room, history: (before: string | undefined) => HistoryAnswer): void {
    const timeline = this.#timelines.get(room);
    if (timeline === undefined) return;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = history(timeline.floor);
      timeline.prepend(answer);
      if (answer.before === undefined) return;
    }
  }

  #take(event: ReaderEvent): void {
    switch (event.type) {
      case "message":
        if (event.message.sender.session === this.#session) this.outbox.adopt(event.message, this.author);
        return this.#see(event.message);
      case "stored":
        return event.mids.forEach((mid) => this.outbox.remove(mid));
      case "rejected":
        return this.outbox.rejected(event.mid, event.reason);
      case "deleted":
        return event.mid === undefined ? undefined : this.outbox.remove(event.mid);
      case "regions":
        return undefined;
    }
  }

  #see(message: WireMessage): void {
    if (this.#newest === undefined || isEarlier(this.#newest, message.order)) this.#newest = message.order;
    if (message.sender.session === this.#session) this.outbox.acknowledged(message);
  }
}

function roomOf(event: ReaderEvent): Room | undefined {
  if (event.type === "regions") return undefined;
  return event.type === "message" ? event.message.room : event.room;
}

/** More than a world's rooms ever hold. */
const MOST_PAGES = 1_000;
