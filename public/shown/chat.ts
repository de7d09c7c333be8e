import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import type { HistoryAnswer, RegionsAnswer } from "../../sync/wire.ts";
import type { ClientEvent } from "../client/client.ts";
import type { Connection } from "../client/follower.ts";
import type { OutboxEntry } from "../client/outbox.ts";
import { connectionWords, type ConnectionWords } from "./connection-words.ts";
import { linesOf, type Line } from "./lines.ts";
import { Timeline, type Older } from "./timeline.ts";

/** Everything a page shows. */
export interface Picture {
  readonly room: Room;
  /** The region this page talks to; undefined until it has said its name. */
  readonly region: string | undefined;
  readonly lines: readonly Line[];
  readonly connection: ConnectionWords;
  readonly older: Older;
}

/** What is worth telling people who do not look at the page. */
export interface News {
  /** New messages of others. */
  readonly arrived: readonly WireMessage[];
  readonly rejected: readonly OutboxEntry[];
}

const NO_NEWS: News = { arrived: [], rejected: [] };

/** What is shown, given what was received. Knows nothing of a page or of a network. */
export class Chat {
  readonly #isMine: (session: string) => boolean;
  #timeline: Timeline;
  #outbox: readonly OutboxEntry[] = [];
  #connection: Connection = { type: "connecting" };
  #regions: RegionsAnswer | undefined;
  #region: string | undefined;

  constructor(room: Room, isMine: (session: string) => boolean) {
    this.#timeline = new Timeline(room);
    this.#isMine = isMine;
  }

  /** Own messages that no region has yet: they would be lost with the page. */
  get waiting(): number {
    return this.#outbox.filter((entry) => entry.state.type === "waiting").length;
  }

  /** Where the next page of history ends. */
  get floor(): string | undefined {
    return this.#timeline.floor;
  }

  take(event: ClientEvent): News {
    switch (event.type) {
      case "received": {
        const arrived = this.#timeline.receive(event.answer);
        return { ...NO_NEWS, arrived: arrived.filter((message) => !this.#isMine(message.sender.session)) };
      }
      case "answered":
        this.#timeline.take([{ type: "message", message: event.message }]);
        return NO_NEWS;
      case "outboxChanged": {
        const known = new Set(this.#outbox.filter(isRejected).map((entry) => entry.mid));
        this.#outbox = event.entries;
        return {
          ...NO_NEWS,
          rejected: event.entries.filter((entry) => isRejected(entry) && !known.has(entry.mid)),
        };
      }
      case "connectionChanged":
        this.#connection = event.connection;
        return NO_NEWS;
      case "sessionChanged":
        this.#region = event.session?.region ?? this.#region;
        return NO_NEWS;
      case "regionsChanged":
        this.#regions = event.regions;
        this.#region = event.regions.region;
        return NO_NEWS;
      case "opened":
        if (event.room === this.#timeline.room) this.#timeline.prepend(event.page);
        return NO_NEWS;
      case "moved":
      case "nameRefused":
        return NO_NEWS;
    }
  }

  /** From now on shows this room, of which nothing is known yet. */
  open(room: Room): void {
    this.#timeline = new Timeline(room);
  }

  /** A page of history that was asked for with `floor`. False when another room, or other messages, are shown now. */
  prepend(room: Room, floor: string | undefined, page: HistoryAnswer): boolean {
    if (room !== this.#timeline.room || floor !== this.#timeline.floor) return false;
    this.#timeline.prepend(page);
    return true;
  }

  /** Keeps the newest `limit` messages. False when there are no more. */
  trim(limit: number): boolean {
    return this.#timeline.trim(limit);
  }

  picture(): Picture {
    const { room, older } = this.#timeline;
    const messages = this.#timeline.messages();
    return {
      room,
      region: this.#region,
      older,
      lines: linesOf({ room, messages, outbox: this.#outbox, isMine: this.#isMine }),
      connection: connectionWords({
        connection: this.#connection,
        store: this.#regions?.store,
        region: this.#region,
        waiting: this.waiting,
      }),
    };
  }
}

function isRejected(entry: OutboxEntry): boolean {
  return entry.state.type === "rejected";
}
