import type { JournalRecord, OwnRecord, Snapshot } from "../../sync/journal.ts";
import type { Beacon } from "../../sync/beacon.ts";
import type { Proven } from "../../sync/bookmark.ts";
import { messageDocument, parseMessage } from "../../sync/document.ts";
import { messageId, parseMessageId, type MessageId, type Origin, type Room } from "../../sync/names.ts";
import type { Message } from "../../sync/message.ts";
import type { SlotsRecord } from "../../sync/slots.ts";
import type { Since } from "../../sync/store.ts";
import type { Vector } from "../../sync/vector.ts";

/** What is on the disk: the sum of the records that were written. */
export class FoldedJournal {
  #own: OwnRecord | undefined;
  #told: SlotsRecord | undefined;
  #since: Since | undefined;
  #proven: Proven | undefined;
  #wholeAfter: Vector | undefined;
  #knownFrom: Vector | undefined;
  /** Absent while it is the one the directory was made with. */
  origin: Origin | undefined;
  readonly messages = new Map<MessageId, Message>();
  readonly waiting = new Map<MessageId, "message" | "void">();
  readonly deleted = new Set<MessageId>();
  readonly #blanks = new Set<MessageId>();
  readonly floors = new Map<Room, string>();
  readonly #slots = new Map<string, SlotsRecord>();
  readonly #beacons = new Map<string, Beacon>();

  write(records: readonly JournalRecord[]): void {
    for (const record of records) this.#fold(record);
  }

  /** Undefined until the region's first record was written. */
  snapshot(): Snapshot | undefined {
    if (this.#own === undefined) return undefined;
    return {
      own: this.#own,
      told: this.#told,
      since: this.#since,
      proven: this.#proven,
      wholeAfter: this.#wholeAfter,
      knownFrom: this.#knownFrom,
      messages: [...this.messages].map(([id, message]) => ({
        message,
        isWaiting: this.waiting.get(id) === "message",
      })),
      voids: [...this.waiting].flatMap(([id, what]) => (what === "void" ? (parseMessageId(id) ?? []) : [])),
      deleted: [...this.deleted].flatMap((id) => parseMessageId(id) ?? []),
      blanks: [...this.#blanks].flatMap((id) => parseMessageId(id) ?? []),
      floors: [...this.floors].map(([room, floor]) => ({ room, floor })),
      slots: [...this.#slots.values()],
      beacons: [...this.#beacons.values()],
    };
  }

  #fold(record: JournalRecord): void {
    switch (record.type) {
      case "own":
        this.#own = record.own;
        break;
      case "origin":
        this.origin = record.origin;
        break;
      case "whole":
        this.#wholeAfter = { seen: new Map(record.after) };
        break;
      case "known":
        this.#knownFrom = record.from === undefined ? undefined : { seen: new Map(record.from) };
        break;
      case "told":
        this.#told = record.slots;
        break;
      case "since":
        this.#since = record.since;
        break;
      case "proven":
        this.#proven = record.proven;
        break;
      case "message": {
        const { room, order } = record.message;
        const id = messageId(room, order);
        const { _id, ...body } = messageDocument(record.message);
        const kept = parseMessage(room, order, body);
        const retold = record.message.isRetold === true ? ({ isRetold: true } as const) : {};
        if (kept !== undefined) this.messages.set(id, { ...kept, ...retold });
        if (record.isWaiting) this.waiting.set(id, "message");
        break;
      }
      case "void":
        this.waiting.set(messageId(record.room, record.order), "void");
        break;
      case "settled":
        this.waiting.delete(record.id);
        break;
      case "forgotten":
        for (const id of record.ids) {
          this.messages.delete(id);
          this.deleted.delete(id);
          this.#blanks.delete(id);
        }
        break;
      case "deleted":
        this.deleted.add(messageId(record.room, record.order));
        break;
      case "blank":
        this.#blanks.add(messageId(record.room, record.order));
        break;
      case "floor":
        if (record.floor === undefined) this.floors.delete(record.room);
        else this.floors.set(record.room, record.floor);
        break;
      case "slots":
        this.#slots.set(record.slots.origin8, record.slots);
        break;
      case "beacon":
        this.#beacons.set(record.beacon.origin, record.beacon);
        break;
    }
  }
}
