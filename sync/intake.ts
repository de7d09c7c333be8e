import type { Auditing } from "./auditing.ts";
import type { Beacon } from "./beacon.ts";
import type { Deletions } from "./deletions.ts";
import { classify } from "./document.ts";
import type { PageRead } from "./events.ts";
import type { Identity } from "./identity.ts";
import type { Message } from "./message.ts";
import { messageId, orderParts, type OrderKey } from "./names.ts";
import type { Origins } from "./origins.ts";
import type { Outbox } from "./outbox.ts";
import type { Posts } from "./posts.ts";
import type { Row } from "./store.ts";
import type { Timeline } from "./timeline.ts";
import type { Turn } from "./turn.ts";
import { waitingFor, type Waiting } from "./waiting.ts";

/** Characters of a foreign document's id that are told: CouchDB takes ids of thousands. */
const ID_SHOWN = 100;

/** Own documents whose fate a row has told. */
export interface Receipt {
  readonly type: "stored" | "deleted";
  readonly waiting: Waiting;
}

/**
 * The one way in for what the store shows: feed, poll, scan and pages all come through here, in any order and as
 * often as they like. A row of an own document is the receipt that the store has it.
 */
export class Intake {
  readonly #identity: Identity;
  readonly #origins: Origins;
  readonly #timeline: Timeline;
  readonly #deletions: Deletions;
  readonly #outbox: Outbox;
  readonly #posts: Posts;
  readonly #auditing: Auditing;
  readonly #turn: Turn;

  constructor(
    identity: Identity,
    origins: Origins,
    timeline: Timeline,
    deletions: Deletions,
    outbox: Outbox,
    posts: Posts,
    auditing: Auditing,
    turn: Turn,
  ) {
    this.#identity = identity;
    this.#auditing = auditing;
    this.#origins = origins;
    this.#timeline = timeline;
    this.#deletions = deletions;
    this.#outbox = outbox;
    this.#posts = posts;
    this.#turn = turn;
  }

  /** The region has joined: what the store takes from now on comes in. */
  joined(): void {
    this.#timeline.beginFollowing(this.#identity.origin8);
    // Ours is kept, or its authors could not repeat it; what became of it before we listened has to be asked.
    this.#auditing.request();
  }

  /** A row passed by. If it told of a deletion, only asking for what is held shows that. */
  doubt(): void {
    this.#auditing.request();
  }

  take(rows: readonly Row[]): Receipt[] {
    const receipts = rows.flatMap((row) => this.#takeRow(row) ?? []);
    this.#timeline.trim();
    return receipts;
  }

  /** Older messages somebody asked for. What the feed should have brought and has not is taken in as news. */
  takePage(read: PageRead, rows: readonly Row[]): Receipt[] {
    const receipts: Receipt[] = [];
    for (const row of rows) {
      const incoming = classify(row);
      if (incoming.type === "message" && this.#isHistory(incoming.message)) {
        this.#timeline.insertHistory(incoming.message);
      } else {
        receipts.push(...(this.#takeRow(row) ?? []));
      }
    }
    const lowest = rows.length < read.limit ? undefined : rows.at(-1)?.id.slice(read.room.length + 1);
    this.#timeline.extend(read, lowest ?? "");
    this.#timeline.trim();
    return receipts;
  }

  #takeRow(row: Row): Receipt[] | undefined {
    const incoming = classify(row);
    if (row.isContested === true) this.#turn.alarmRarely("contested", row.id.slice(0, ID_SHOWN));
    switch (incoming.type) {
      case "message": {
        const { message } = incoming;
        this.#meet(message.order);
        if (this.#deletions.has(message.room, message.order)) {
          this.#auditing.undone(messageId(message.room, message.order));
          this.#timeline.fill(message.order);
        } else {
          this.#timeline.append(message, "stored", this.#turn.nowMs);
          this.#takeUp(message);
        }
        return this.#receipt("stored", message.order, (waiting) => waiting.message?.mid === message.mid);
      }
      case "deletion":
        this.#meet(incoming.order);
        this.#deletions.take(incoming.room, incoming.order);
        return this.#receipt("deleted", incoming.order, () => true);
      case "blank":
        this.#meet(incoming.order);
        this.#timeline.blank(incoming.room, incoming.order);
        if (!incoming.isVoid) this.#foreign(row.id);
        return this.#receipt("stored", incoming.order, (waiting) => waiting.message === undefined);
      case "beacon":
        return this.#hear(incoming.beacon);
      case "foreign":
        this.#foreign(row.id);
        return undefined;
    }
  }

  #receipt(type: Receipt["type"], order: OrderKey, isOurs: (waiting: Waiting) => boolean): Receipt[] {
    const waiting = this.#outbox.confirm(order, isOurs);
    return waiting === undefined ? [] : [{ type, waiting }];
  }

  /** The store refused to take back what it had lost, and has it now from somebody else: that is a receipt too. */
  #takeUp({ room, order }: Message): void {
    const kept = this.#timeline.find(room, order);
    if (kept?.state === "accepted" && !this.#outbox.has(order))
      this.#outbox.add(waitingFor(room, order, kept.message));
  }

  /** A slot the store shows. One of ours that we never took means that somebody else writes as us. */
  #meet(order: OrderKey): void {
    if (!this.#identity.wrote(order) || orderParts(order).n <= this.#posts.own.n) return;
    this.#identity.suspect();
    this.#turn.alarmRarely("origin-shared", order);
  }

  /** Whether it counts as history here. Above where this region or the room is whole, what it does not hold is news. */
  #isHistory({ room, order }: Message): boolean {
    const { origin8: origin, n } = orderParts(order);
    return this.#origins.slots(origin).has(n) && !this.#timeline.isWholeAt(room, order);
  }

  #hear(beacon: Beacon): undefined {
    if (beacon.origin === this.#identity.origin) {
      if (beacon.order !== undefined) this.#meet(beacon.order);
      return undefined;
    }
    this.#turn.record({ type: "beacon", beacon });
    this.#auditing.heard(beacon, this.#origins.beacon(beacon.origin));
    if (this.#origins.hear(beacon, this.#turn.nowMs).isNews)
      this.#timeline.deliver(undefined, { type: "regions" });
    return undefined;
  }

  /** A design document, what an admin typed, what we cannot read. */
  #foreign(id: string): void {
    this.#turn.alarmRarely("unreadable-documents", id.slice(0, ID_SHOWN));
  }
}
