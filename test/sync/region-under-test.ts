import { beaconDocument, beaconId } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import type { Effect, Event, Posted, PostOutcome } from "../../sync/events.ts";
import type { OrderKey, Origin, Room } from "../../sync/names.ts";
import { pageRange } from "../../sync/range.ts";
import type { Resumed } from "../../sync/reading.ts";
import { Region, type RegionOptions } from "../../sync/region.ts";
import type {
  Found,
  Presence,
  ReadResult,
  Row,
  Since,
  StoreDocument,
  StoreFault,
  WriteResult,
} from "../../sync/store.ts";
import type { Cursor, ReaderEvent } from "../../sync/wire.ts";
import { KEY } from "./beacons.ts";
import { FoldedJournal } from "./folded-journal.ts";
import { ANN, HERE, LOBBY, mid, NOON_MS } from "./names.ts";
import { StoreModel } from "./store-model.ts";

export const UNREACHABLE: StoreFault = { code: "unreachable", text: "no answer" };

type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;

/** A region to talk with: it is told what happened and says what is to be done. Its disk takes everything. */
export class Conversation {
  readonly region: Region;
  readonly disk: FoldedJournal;
  /** The store that pages are read from. */
  readonly store = new StoreModel();
  nowMs = NOON_MS;
  /** Otherwise a deletion is on the disk at once. */
  isDiskSlow = false;
  #tickets: number[] = [];
  #flight = 0;
  #since = 0;
  #beacon: Found = { type: "missing" };
  #announced: StoreDocument | undefined;
  #origin: Origin;

  constructor(changed: Partial<RegionOptions> = {}, disk = new FoldedJournal()) {
    this.disk = disk;
    this.#origin = changed.origin ?? HERE;
    this.region = new Region({
      origin: HERE,
      name: "us",
      version: "1",
      key: KEY,
      capacity: 100,
      epoch: "00000001",
      follow: "feed",
      hasDisk: true,
      snapshot: disk.snapshot(),
      isCopy: false,
      nowMs: NOON_MS,
      ...changed,
    });
    // Its first words are that this life has begun; the disk has them.
    this.tell({ type: "journaled", tickets: [1] });
  }

  tell(event: Event): Effect[] {
    const effects = this.region.handle(event);
    const deletions: number[] = [];
    for (const effect of effects) {
      if (effect.type === "journal") this.disk.write(effect.records);
      if (effect.type === "journal" && effect.ticket !== undefined)
        (isOfDeletion(effect) && !this.isDiskSlow ? deletions : this.#tickets).push(effect.ticket);
      if (effect.type === "write" || effect.type === "look") this.#flight = effect.flight;
      if (effect.type === "announce") this.#announced = beaconDocument(effect.beacon);
    }
    if (deletions.length === 0) return effects;
    return [...effects, ...this.tell({ type: "journaled", tickets: deletions })];
  }

  tick(afterMs = 1_000, jitter = 0.5): Effect[] {
    this.nowMs += afterMs;
    const { nowMs } = this;
    return this.tell({ type: "ticked", url: "", nowMs, jitter, here: [], connections: 0 });
  }

  /** It has joined an empty store, announced itself, and its feed is live. */
  live(...beacons: Row[]): this {
    this.tick();
    this.joined(...beacons);
    this.announced();
    this.tell({ type: "feedOpened" });
    this.tell({ type: "polled", rows: [], since: since(0), pending: 0, nowMs: this.nowMs });
    return this;
  }

  joined(...beacons: Row[]): Effect[] {
    return this.tell({ type: "joined", since: since(0), beacons, nowMs: this.nowMs });
  }

  /** The own beacon was written; nobody but we had written there. */
  announced(before?: Found): Effect[] {
    const found: Found = before ?? this.#beacon;
    if (this.#announced !== undefined) this.#beacon = { type: "found", document: this.#announced };
    return this.tell({ type: "announced", before: found, nowMs: this.nowMs });
  }

  /** The own beacon as it stands in the store. */
  ownBeacon(changed: object = {}): Row {
    const id = beaconId(this.#origin);
    return { id, document: { ...this.#announced, ...changed } };
  }

  /** Ann says her nth message. */
  post(n: number, changed: Partial<Posted> = {}): Effect[] {
    return this.tell({
      type: "posted",
      request: n,
      room: LOBBY,
      mid: mid(n),
      sender: "Ann",
      session: ANN,
      text: `Ann's ${n}`,
      after: undefined,
      nowMs: this.nowMs,
      ...changed,
    });
  }

  /** The disk has all it was given. */
  journaled(): Effect[] {
    return this.tell({ type: "journaled", tickets: this.#tickets.splice(0) });
  }

  journalFailed(): Effect[] {
    return this.tell({ type: "journalFailed", tickets: this.#tickets.splice(0) });
  }

  /** Says it, and it is on the disk. */
  say(n: number, changed: Partial<Posted> = {}): Effect[] {
    return [...this.post(n, changed), ...this.journaled()];
  }

  changed(...rows: Row[]): Effect[] {
    this.#since++;
    return this.tell({ type: "changed", rows, since: since(this.#since), nowMs: this.nowMs });
  }

  /** The answer to the write that is under way. */
  wrote(result: WriteResult): Effect[] {
    return this.tell({ type: "wrote", flight: this.#flight, result, nowMs: this.nowMs });
  }

  looked(result: ReadResult): Effect[] {
    return this.tell({ type: "looked", flight: this.#flight, result, nowMs: this.nowMs });
  }

  /** The store's answer to the audit's question: the presence of each id it asked for. */
  checked(...presences: Presence[]): Effect[] {
    return this.tell({ type: "checked", result: { type: "checked", presences }, nowMs: this.nowMs });
  }

  /** What a reader is told; what it needs is read from the store. */
  resume(cursor?: Cursor, rooms: readonly Room[] = [LOBBY]): Resumed {
    for (let round = 0; round < 10; round++) {
      const resumed = this.region.reading.resume(rooms, cursor);
      if (resumed.type === "resumed") return resumed;
      for (const read of resumed.reads)
        this.tell({ type: "pageRead", read, rows: this.store.range(pageRange(read)), nowMs: this.nowMs });
    }
    throw new Error("the reader is never answered");
  }

  /** The order keys shown, as far as they are held here. */
  shown(room: Room = LOBBY): OrderKey[] {
    return this.region.pages.local({ room, limit: 100_000 }).page.messages.map(({ order }) => order);
  }

  texts(room: Room = LOBBY): string[] {
    return this.region.pages.local({ room, limit: 100_000 }).page.messages.map(({ text }) => text);
  }
}

function isOfDeletion({ records }: EffectOf<"journal">): boolean {
  return records.some(({ type }) => type === "deleted");
}

export function since(seq: number): Since {
  return branded<Since>(String(seq));
}

/** The effects of one type. */
export function only<Type extends Effect["type"]>(effects: readonly Effect[], type: Type): EffectOf<Type>[] {
  return effects.filter((effect): effect is EffectOf<Type> => effect.type === type);
}

export function delivered(effects: readonly Effect[]): ReaderEvent[] {
  return only(effects, "deliver").map(({ arrival }) => arrival.event);
}

export function answers(effects: readonly Effect[]): PostOutcome[] {
  return only(effects, "answer").map(({ outcome }) => outcome);
}

export function alarms(effects: readonly Effect[]): string[] {
  return only(effects, "alarm").map(({ code }) => code);
}

/** The ids that are written. */
export function written(effects: readonly Effect[]): string[] {
  return only(effects, "write").flatMap(({ documents }) => documents.map(({ _id }) => _id));
}
