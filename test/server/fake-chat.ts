import type { SigningKey } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import type { WireMessage } from "../../sync/message.ts";
import { messageId, orderKey, type Mid, type Origin8, type Room } from "../../sync/names.ts";
import type { Page, PageQuery } from "../../sync/pages.ts";
import type { Handed } from "../../sync/reading.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { Cursor, DigestsAnswer, ReaderEvent, RegionsAnswer, StoreView } from "../../sync/wire.ts";
import type { Batch, Chat, PostRequest, PostResult, Recipient, Subscription } from "../../server/chat.ts";

const ORIGIN8 = branded<Origin8>("00000000");
const CURSOR = /^fake\.([0-9]{1,9})$/;

interface Reader {
  readonly rooms: ReadonlySet<Room>;
  readonly deliver: (batch: Batch) => void;
}

/** A chat of one region in memory: it keeps messages, arrivals and readers, and has no store and no disk. */
export class FakeChat implements Chat {
  peers: RegionsAnswer["regions"] = [];
  readonly region = "test";
  readonly keys = new Map<string, SigningKey>();
  readonly arrivals: Handed[] = [];
  readonly readers = new Set<Reader>();
  readonly posted: PostRequest[] = [];
  readonly messages: WireMessage[] = [];
  /** What the store does with the next posts; anything but a state is answered as it stands. */
  mood: "stored" | "accepted" | Exclude<PostResult, { type: "posted" }> = "stored";
  store: StoreView = { state: "live", waiting: 0 };
  failure: Error | undefined;
  /** Posts that wait for the disk. */
  waitingPosts = 0;
  #disk: Promise<void> | undefined;

  async post(request: PostRequest): Promise<PostResult> {
    if (this.failure !== undefined) throw this.failure;
    this.waitingPosts++;
    await this.#disk;
    this.waitingPosts--;
    const earlier = this.messages.find(
      ({ mid, sender }) => mid === request.mid && sender.session === request.session,
    );
    if (earlier !== undefined) {
      return earlier.text === request.text
        ? { type: "posted", message: earlier, replayed: true }
        : { type: "mid-reused" };
    }
    if (typeof this.mood !== "string") return this.mood;
    this.posted.push(request);
    const message = this.say(request.room, request.text, request);
    return { type: "posted", message, replayed: false };
  }

  /** From now on nothing is written to disk until the returned function is called. */
  stallDisk(): () => void {
    const released = new EventTarget();
    this.#disk = new Promise((resolve) => {
      released.addEventListener("released", () => resolve(), { once: true });
    });
    return () => released.dispatchEvent(new Event("released"));
  }

  /** A message that came from wherever: kept, and handed to whoever waits. */
  say(room: Room, text: string, by: { mid?: Mid; sender?: string; session?: string } = {}): WireMessage {
    const n = this.messages.length + 1;
    const order = orderKey({ stamp: encodeStamp(1_700_000_000_000 + n, 0), origin8: ORIGIN8, n });
    const message: WireMessage = {
      id: messageId(room, order),
      mid: by.mid ?? branded<Mid>(`018bcfe5-6800-7000-8000-${String(n).padStart(12, "0")}`),
      room,
      sender: { name: by.sender ?? "Ada", session: by.session ?? "session-of-nobody" },
      text,
      at: 1_700_000_000_000 + n,
      region: this.region,
      order,
      state: this.mood === "accepted" ? "accepted" : "stored",
    };
    this.messages.push(message);
    this.arrive({ type: "message", message });
    return message;
  }

  arrive(event: ReaderEvent): void {
    const entry = { event, json: JSON.stringify(event), cursor: cursorAt(this.arrivals.length + 1) };
    this.arrivals.push(entry);
    for (const reader of this.readers) {
      if (isFor(reader.rooms, entry)) reader.deliver({ entries: [entry], cursor: entry.cursor });
    }
  }

  async history({ room, before, after, limit }: PageQuery): Promise<Page> {
    const all = this.messages.filter((message) => message.room === room);
    const inRange = all.filter(
      ({ order }) => (before === undefined || order < before) && (after === undefined || order > after),
    );
    const messages = after === undefined ? inRange.slice(-limit) : inRange.slice(0, limit);
    const [first, last] = [messages[0], messages.at(-1)];
    return {
      messages,
      hasOlder: first !== undefined && all[0] !== first,
      hasNewer: last !== undefined && all.at(-1) !== last,
      incomplete: false,
    };
  }

  subscribe(rooms: readonly Room[], cursor: Cursor | undefined, recipient: Recipient): Subscription {
    if (this.failure !== undefined) throw this.failure;
    const wanted = new Set(rooms);
    const offset = cursor === undefined ? undefined : this.#offsetOf(cursor);
    const entries = this.arrivals.slice(offset ?? 0).filter((entry) => isFor(wanted, entry));
    const deliver = (batch: Batch): void => recipient.deliver(batch);
    if (offset === undefined) {
      deliver({
        entries,
        cursor: this.#now(),
        reset: { reason: cursor === undefined ? "start" : "unknown-cursor" },
      });
    } else if (entries.length > 0) deliver({ entries, cursor: this.#now() });
    const reader: Reader = { rooms: wanted, deliver };
    this.readers.add(reader);
    return { cursor: () => this.#now(), close: () => void this.readers.delete(reader) };
  }

  regions(): RegionsAnswer {
    return {
      region: this.region,
      store: this.store,
      audit: { isRunning: false, restored: 0 },
      regions: this.peers,
    };
  }

  digests(window: number): DigestsAnswer {
    return { region: this.region, window, rooms: [] };
  }

  signingKey(origin: string): SigningKey | undefined {
    return this.keys.get(origin);
  }

  #now(): Cursor {
    return cursorAt(this.arrivals.length);
  }

  #offsetOf(cursor: Cursor): number | undefined {
    const offset = Number(CURSOR.exec(cursor)?.[1] ?? Number.NaN);
    return offset <= this.arrivals.length ? offset : undefined;
  }
}

function cursorAt(offset: number): Cursor {
  return branded<Cursor>(`fake.${offset}`);
}

function isFor(rooms: ReadonlySet<Room>, { event }: Handed): boolean {
  if (event.type === "regions") return true;
  return rooms.has(event.type === "message" ? event.message.room : event.room);
}
