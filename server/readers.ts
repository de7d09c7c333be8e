import type { Arrival } from "../sync/arrivals.ts";
import type { Room } from "../sync/names.ts";
import { handTo, remember } from "../sync/reading.ts";
import type { Vector } from "../sync/vector.ts";
import type { Cursor } from "../sync/wire.ts";
import type { Batch, Recipient, Subscription } from "./chat.ts";

/** Where a reader stands in the arrival log. */
interface Standing {
  readonly offset: number;
  readonly cursor: Cursor;
  readonly ahead: Vector;
}

/**
 * What may wait goes with the next message, or by itself after this long: no later than who posted it is answered.
 * Without that every message is two writes to each reader, and two polls of each, which is nearly all of their cost.
 */
const RIDE_MS = 250;

/**
 * So many are handed their share in one turn of the event loop; the others follow in the next ones. Ten thousand at once
 * take a fifth of a second, in which no post would get a step further. So few, because one turn takes in one connection:
 * with 500, a crowd that came back while messages came in was back after half a minute.
 */
const READERS_PER_TURN = 10;
/** So many while somebody comes or waits to be let in: those who are here have had something already. */
const READERS_BESIDE_CROWD = 1;

/**
 * Everybody who waits for events. Arrivals of one turn of the event loop gather and are handed over together: one
 * write for each reader, whatever the rate (`setImmediate` adds no wait to a quiet chat). What arrives while a crowd is
 * handed its share gathers until that is done, so batches grow by themselves with the load.
 */
export class Readers {
  readonly #byRoom = new Map<Room, Set<Reader>>();
  readonly #pending = new Map<Room, Arrival[]>();
  #forEveryone: Arrival[] = [];
  #size = 0;
  #delivered = 0;
  /** The first arrival that has gathered. */
  #firstPending: number | undefined;
  #flush: NodeJS.Immediate | undefined;
  #ride: NodeJS.Timeout | undefined;
  /** Hands over what had gathered, turn by turn; undefined while nothing is under way. */
  #handing: Iterator<undefined> | undefined;
  /** More is to be handed over when that is done. */
  #isDue = false;
  /** Somebody comes or waits to be let in. */
  #isCrowded = false;
  readonly #inNextTurn: (run: () => void) => void;

  constructor(inNextTurn: (run: () => void) => void = setImmediate) {
    this.#inNextTurn = inNextTurn;
  }

  /** Readers waiting now. */
  get size(): number {
    return this.#size;
  }

  /** Events handed over since the region began, counted once for each reader. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Adds a reader that has been handed everything up to where it stands. */
  add(rooms: readonly Room[], standing: Standing, recipient: Recipient): Subscription {
    const reader = new Reader(rooms, standing, recipient, this.#left);
    for (const room of rooms) {
      const readers = this.#byRoom.get(room);
      if (readers === undefined) this.#byRoom.set(room, new Set([reader]));
      else readers.add(reader);
    }
    this.#size++;
    return reader;
  }

  /** An arrival for the readers of a room; without a room for everybody. */
  arrived(room: Room | undefined, arrival: Arrival): void {
    const pending = room === undefined ? this.#forEveryone : (this.#pending.get(room) ?? []);
    pending.push(arrival);
    if (room !== undefined) this.#pending.set(room, pending);
    this.#firstPending ??= arrival.offset;
    if (arrival.mayWait) this.#ride ??= setTimeout(() => this.flush(), RIDE_MS);
    else this.#flush ??= setImmediate(() => this.flush());
  }

  /** Whether this arrival, and with it every later one, is yet to be handed over. */
  isPending(offset: number): boolean {
    return this.#firstPending !== undefined && this.#firstPending <= offset;
  }

  /** Hands over what has gathered, or will as soon as what is under way is done. */
  flush(): void {
    clearImmediate(this.#flush);
    clearTimeout(this.#ride);
    this.#flush = this.#ride = undefined;
    this.#isDue = this.#handing !== undefined;
    if (this.#isDue) return;
    this.#firstPending = undefined;
    const pending = new Map(this.#pending);
    this.#pending.clear();
    const everyone = this.#forEveryone;
    this.#forEveryone = [];
    this.#handing = this.#handOver(pending, everyone);
    this.#handOn();
  }

  /** To be called in each turn in which somebody comes or waits to be let in. */
  giveWay(): void {
    this.#isCrowded = true;
  }

  #handOn(): void {
    const most = this.#isCrowded ? READERS_BESIDE_CROWD : READERS_PER_TURN;
    this.#isCrowded = false;
    let isOver = false;
    for (let handed = 0; handed < most && !isOver; handed++) isOver = this.#handing?.next().done !== false;
    if (!isOver) return this.#inNextTurn(() => this.#handOn());
    this.#handing = undefined;
    if (this.#isDue) this.flush();
    return undefined;
  }

  /** Stops after each reader. Whoever comes meanwhile has had all of this with its backlog. */
  *#handOver(
    pending: ReadonlyMap<Room, readonly Arrival[]>,
    everyone: readonly Arrival[],
  ): Generator<undefined, void> {
    const rooms = everyone.length > 0 ? [...this.#byRoom.keys()] : [...pending.keys()];
    for (const room of rooms) {
      const shared = gather([...(pending.get(room) ?? []), ...everyone]);
      // A copy, because a reader may leave, and another may come, while we hand over.
      for (const reader of Array.from(this.#byRoom.get(room) ?? [])) {
        if (reader.rooms.length === 1) this.#delivered += reader.hand(shared);
        else if (reader.rooms.find((one) => rooms.includes(one)) === room) {
          const own = [...reader.rooms.flatMap((one) => pending.get(one) ?? []), ...everyone];
          this.#delivered += reader.hand(gather(own));
        }
        yield;
      }
    }
  }

  readonly #left = (reader: Reader): void => {
    this.#size--;
    for (const room of reader.rooms) {
      const readers = this.#byRoom.get(room);
      readers?.delete(reader);
      if (readers?.size === 0) this.#byRoom.delete(room);
    }
  };
}

/** What has gathered, in order. Readers in the same place get the very same batch, so it is encoded once. */
interface Gathered {
  readonly arrivals: readonly Arrival[];
  readonly first: Arrival;
  readonly last: Arrival;
  readonly batch: Batch;
}

function gather(arrivals: Arrival[]): Gathered | undefined {
  arrivals.sort((one, other) => one.offset - other.offset);
  const first = arrivals[0];
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { arrivals, first, last, batch: { entries: arrivals, cursor: last.cursor } };
}

/** One of them. A single object, because ten thousand of them wait: functions of its own would cost as much again. */
class Reader implements Subscription {
  readonly rooms: readonly Room[];
  readonly #recipient: Recipient;
  readonly #left: (reader: Reader) => void;
  readonly #ahead: Vector;
  #offset: number;
  #cursor: Cursor;
  #isOpen = true;

  constructor(
    rooms: readonly Room[],
    { offset, cursor, ahead }: Standing,
    recipient: Recipient,
    left: (reader: Reader) => void,
  ) {
    this.rooms = rooms;
    this.#recipient = recipient;
    this.#left = left;
    this.#ahead = ahead;
    this.#offset = offset;
    this.#cursor = cursor;
  }

  cursor(): Cursor {
    return this.#cursor;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#left(this);
  }

  /** How many events it was handed. */
  hand(gathered: Gathered | undefined): number {
    if (!this.#isOpen || gathered === undefined || gathered.last.offset <= this.#offset) return 0;
    const isShared = gathered.first.offset > this.#offset && this.#ahead.seen.size === 0;
    const batch = isShared ? gathered.batch : this.#ownBatch(gathered);
    this.#offset = gathered.last.offset;
    this.#cursor = batch.cursor;
    if (batch.entries.length > 0) this.#recipient.deliver(batch);
    return batch.entries.length;
  }

  #ownBatch({ arrivals, last }: Gathered): Batch {
    const own = arrivals.filter((arrival) => arrival.offset > this.#offset);
    const entries = own.map((arrival) => handTo(arrival, this.#ahead));
    return { entries, cursor: remember(last.cursor, this.#ahead) };
  }
}
