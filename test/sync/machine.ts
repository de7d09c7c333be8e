import type { Arrival } from "../../sync/arrivals.ts";
import { beaconDocument, BEACONS } from "../../sync/beacon.ts";
import type { Effect, Event, PostOutcome, Posted } from "../../sync/events.ts";
import type { JournalRecord } from "../../sync/journal.ts";
import type { Origin, Room } from "../../sync/names.ts";
import { origin as originOf } from "./names.ts";
import { pageRange, scanRange } from "../../sync/range.ts";
import type { Resumed } from "../../sync/reading.ts";
import { Region } from "../../sync/region.ts";
import type { RangeQuery, Row, Since, StoreDocument, StoreFault, WriteResult } from "../../sync/store.ts";
import type { Cursor } from "../../sync/wire.ts";
import { KEY } from "./beacons.ts";
import { FoldedJournal } from "./folded-journal.ts";
import type { World } from "./world.ts";

type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;
type Tell = (event: Event) => void;

const GONE: StoreFault = { code: "unreachable", text: "no answer" };
const FAILING: StoreFault = { code: "failing", text: "500" };

/** One region on its machine: a disk that survives a crash, requests under way that do not. */
export class Machine {
  readonly origin: Origin;
  readonly world: World;
  readonly disk = new FoldedJournal();
  /** How far the machine's wall clock is off. */
  skewMs = 0;
  region: Region;
  onArrival: (room: Room | undefined, arrival: Arrival) => void = () => undefined;
  #life = 0;
  #requests = 0;
  #unwritten: { records: readonly JournalRecord[]; ticket: number | undefined }[] = [];
  #isDiskBroken = false;
  #feed: { since: Since } | undefined;
  #posted = new Map<number, (outcome: PostOutcome) => void>();

  constructor(world: World, origin: Origin) {
    this.world = world;
    this.origin = origin;
    this.region = this.#boot();
  }

  get nowMs(): number {
    return this.world.nowMs + this.skewMs;
  }

  /** Streams end with the process, and when the region has joined: then they start over. */
  get life(): string {
    return `${this.#life} ${this.region.hasJoined}`;
  }

  tell(event: Event): void {
    for (const effect of this.region.handle(event)) this.#perform(effect);
  }

  tick(): void {
    const jitter = this.world.chance.fraction();
    this.tell({ type: "ticked", nowMs: this.nowMs, jitter, url: "", here: [], connections: 0 });
  }

  post(post: Omit<Posted, "type" | "request" | "nowMs">, answered: (outcome: PostOutcome) => void): void {
    this.#requests++;
    this.#posted.set(this.#requests, answered);
    this.tell({ type: "posted", request: this.#requests, nowMs: this.nowMs, ...post });
  }

  /** What a reader is told, with as many reads of the store as it takes. */
  resume(rooms: readonly Room[], cursor: Cursor | undefined): Resumed {
    for (let round = 0; round < 10; round++) {
      const resumed = this.region.reading.resume(rooms, cursor);
      if (resumed.type === "resumed") return resumed;
      for (const read of resumed.reads) {
        const rows = this.world.store.range(pageRange(read));
        this.tell({ type: "pageRead", read, rows, nowMs: this.nowMs });
      }
    }
    return this.region.reading.resumeWithoutStore(rooms, cursor);
  }

  /** The process dies and starts again from what is on disk. */
  crash(): void {
    this.#life++;
    if (this.world.chance.happens(0.5)) this.#unwritten.length = 0;
    for (const { records } of this.#unwritten.splice(0, this.world.chance.below(3))) this.disk.write(records);
    this.#unwritten = [];
    this.#isDiskBroken = false;
    this.#feed = undefined;
    this.#posted.clear();
    this.region = this.#boot();
    this.tick();
  }

  cutFeed(): void {
    if (this.#feed === undefined) return;
    this.#feed = undefined;
    this.tell({ type: "feedEnded", fault: GONE, nowMs: this.nowMs });
  }

  /** The next rows of the open feed: some again, some out of order, the bookmark sometimes missing. */
  moveFeed(): boolean {
    if (this.#feed === undefined) return false;
    const { chance, store, isCalm } = this.world;
    const next = store.changes(this.#feed.since, 1 + chance.below(8));
    if (next.rows.length === 0) return false;
    this.#feed.since = next.since;
    const again = isCalm ? [] : store.changes(this.#feed.since, 2).rows;
    const rows = isCalm ? next.rows : chance.shuffled([...next.rows, ...again]);
    const since = isCalm || chance.happens(0.7) ? next.since : undefined;
    this.tell({ type: "changed", rows, since, nowMs: this.nowMs });
    return true;
  }

  /** The disk writes what has gathered, or fails and is opened again later. */
  moveDisk(): boolean {
    if (this.#unwritten.length === 0) return false;
    if (!this.world.isCalm && this.world.chance.happens(0.03)) this.#failDisk();
    if (this.#isDiskBroken) {
      this.#isDiskBroken = false;
      this.tell({ type: "journalOpened" });
      return true;
    }
    for (const { records, ticket } of this.#unwritten.splice(0)) {
      this.disk.write(records);
      if (ticket !== undefined) this.tell({ type: "journaled", ticket });
    }
    return true;
  }

  /** What was synced may or may not be on the disk; what nobody waits for is kept and written later. */
  #failDisk(): void {
    const synced = this.#unwritten.filter(({ ticket }) => ticket !== undefined);
    this.#unwritten = this.#unwritten.filter(({ ticket }) => ticket === undefined);
    if (this.world.chance.happens(0.5)) for (const { records } of synced) this.disk.write(records);
    this.#isDiskBroken = true;
    this.tell({ type: "journalFailed", tickets: synced.flatMap(({ ticket }) => ticket ?? []) });
  }

  #boot(): Region {
    return new Region({
      origin: this.disk.origin ?? this.origin,
      name: `region-${this.origin.charAt(0)}`,
      version: "1",
      key: KEY,
      capacity: 100,
      epoch: this.origin.charAt(0) + String(this.#life).padStart(7, "0"),
      follow: this.origin.startsWith("c") ? "poll" : "feed",
      hasDisk: true,
      snapshot: this.disk.snapshot(),
      isCopy: false,
      nowMs: this.nowMs,
    });
  }

  /** A request is answered later; a process that died meanwhile hears nothing of it. */
  #later(run: (tell: Tell, isAlive: () => boolean) => void): void {
    const life = this.#life;
    const isAlive = () => life === this.#life;
    const tell = (event: Event) => {
      if (isAlive()) this.tell(event);
    };
    this.world.later(() => run(tell, isAlive));
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "journal":
        this.#unwritten.push({ records: effect.records, ticket: effect.ticket });
        break;
      case "deliver":
        this.onArrival(effect.room, effect.arrival);
        break;
      case "answer":
        this.#posted.get(effect.request)?.(effect.outcome);
        this.#posted.delete(effect.request);
        break;
      case "settle":
      case "prepare":
        break;
      case "join":
        this.#join();
        break;
      case "openFeed":
        this.#later((tell, isAlive) => {
          if (isAlive()) this.#feed = { since: effect.since };
          tell({ type: "feedOpened" });
        });
        break;
      case "poll":
        this.#poll(effect);
        break;
      case "write":
        this.#write(effect);
        break;
      case "look":
        this.#later((tell) => {
          const found = this.world.store.read(effect.ids);
          const { flight } = effect;
          if (this.world.fails()) tell(this.#looked(flight, { type: "fault", fault: GONE }));
          else tell(this.#looked(flight, { type: "found", found }));
        });
        break;
      case "announce":
        this.#later((tell) => {
          if (this.world.fails()) return tell({ type: "announceFailed", fault: GONE, nowMs: this.nowMs });
          const document = beaconDocument(effect.beacon);
          const [before] = this.world.store.read([document._id]);
          this.world.store.replace(document);
          tell({ type: "announced", before: before ?? { type: "missing" }, nowMs: this.nowMs });
        });
        break;
      case "scan":
        this.#scan(effect);
        break;
      case "check":
        this.#later((tell) => {
          const found = this.world.store.read(effect.ids);
          const presences = found.map(({ type }) => (type === "found" ? "present" : type));
          tell({ type: "checked", result: { type: "checked", presences }, nowMs: this.nowMs });
        });
        break;
      case "erase":
        this.#later((tell) => {
          for (const id of effect.ids) this.world.store.delete(id);
          tell({ type: "erased", result: { type: "erased", refused: 0 }, nowMs: this.nowMs });
        });
        break;
      case "renew":
        this.tell({ type: "renewed", origin: originOf(this.world.freshDigit()), nowMs: this.nowMs });
        break;
      case "alarm":
        this.world.alarms.push(effect.code);
        break;
    }
  }

  #looked(flight: number, result: Extract<Event, { type: "looked" }>["result"]): Event {
    return { type: "looked", flight, result, nowMs: this.nowMs };
  }

  #join(): void {
    this.#later((tell) => {
      if (this.world.fails()) return tell({ type: "joinFailed", fault: GONE, nowMs: this.nowMs });
      const since = this.world.store.head();
      this.#later((tellLater) => {
        const beacons = this.world.store.range({ ...BEACONS, limit: 100 });
        tellLater({ type: "joined", since, beacons, nowMs: this.nowMs });
      });
    });
  }

  #poll({ since, limit }: EffectOf<"poll">): void {
    this.#later((tell) => {
      if (this.world.fails()) return tell({ type: "pollFailed", fault: GONE, nowMs: this.nowMs });
      const changes = this.world.store.changes(since, Math.min(limit, 10));
      tell({ type: "polled", ...changes, nowMs: this.nowMs });
    });
  }

  #write({ flight, documents }: EffectOf<"write">): void {
    this.#later((tell) => {
      const result = this.#tryWrite(documents);
      this.#later(() => tell({ type: "wrote", flight, result, nowMs: this.nowMs }));
    });
  }

  /** It fails before it took effect, or after, or stores on too few copies. */
  #tryWrite(documents: readonly StoreDocument[]): WriteResult {
    const { chance, store } = this.world;
    if (this.world.fails()) return { type: "fault", fault: chance.happens(0.3) ? FAILING : GONE };
    const outcomes = store.write(documents);
    if (this.world.fails()) return { type: "fault", fault: GONE };
    if (this.world.fails()) return { type: "rows", outcomes: documents.map(() => ({ type: "unconfirmed" })) };
    return { type: "rows", outcomes };
  }

  #scan({ from, to }: EffectOf<"scan">): void {
    this.#later((tell) => {
      const fault = this.world.fails() ? { fault: GONE } : {};
      const rows = this.world.rooms.flatMap((room): Row[] =>
        this.#range(scanRange(room, { from, to }, 1_000)),
      );
      tell({ type: "scanned", rows, isOver: false, nowMs: this.nowMs });
      tell({ type: "scanned", rows: [], isOver: true, ...fault, nowMs: this.nowMs });
    });
  }

  #range(query: RangeQuery): Row[] {
    return this.world.store.range(query);
  }
}
