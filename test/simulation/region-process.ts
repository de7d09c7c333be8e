import { Readers } from "../../server/readers.ts";
import type { Effect, Event } from "../../sync/events.ts";
import type { JournalRecord, Snapshot } from "../../sync/journal.ts";
import { messageId, type Origin } from "../../sync/names.ts";
import { Region } from "../../sync/region.ts";
import type { Since, StoreDocument } from "../../sync/store.ts";
import { KEY } from "../sync/beacons.ts";
import type { Chance } from "../sync/chance.ts";
import type { DiskImage } from "./disk.ts";
import { Door } from "./door.ts";
import { Errands, type Sender } from "./errands.ts";
import { FeedLine } from "./feed-line.ts";
import { SimulatedJournal } from "./journal.ts";
import type { StoreLine } from "./store-line.ts";
import type { Surroundings } from "./surroundings.ts";
import { Witness } from "./witness.ts";

const BEAT_MS = 1_000;
/** A process that was stopped this long finds its feed dead (`couchdb/feed.ts`). */
const DEAD_FEED_MS = 3_000;

/** What a process finds when it starts. */
export interface Start {
  readonly name: string;
  readonly origin: Origin;
  readonly snapshot: Snapshot | undefined;
  readonly isCopy: boolean;
  /** 8 base32hex digits. */
  readonly epoch: string;
  readonly follow: "feed" | "poll";
  readonly disk: DiskImage | undefined;
  readonly line: StoreLine;
  /** The machine's wall clock. */
  readonly nowMs: () => number;
  readonly isDiskFull: () => boolean;
  /** A later version: it writes a field that this one does not know. */
  readonly isNewer: boolean;
  /** What happens to a document on its way out. */
  readonly onItsWay: (document: StoreDocument) => void;
  readonly drawOrigin: () => Origin;
}

/** One life of a region: the real core between simulated disk, store and doors. */
export class RegionProcess {
  readonly region: Region;
  readonly door: Door;
  readonly epoch: string;
  readonly #start: Start;
  readonly #surroundings: Surroundings;
  readonly #chance: Chance;
  readonly #readers = new Readers((run) => this.#after(0, run));
  readonly #journal: SimulatedJournal | undefined;
  readonly #errands: Errands;
  readonly #witness: Witness;
  #origin: Origin;
  #feed: FeedLine | undefined;
  #isAlive = true;
  #isAsleep = false;
  #sleptSinceMs = 0;
  #missed: (() => void)[] = [];
  #connections = new Set<() => void>();

  constructor(start: Start, surroundings: Surroundings, chance: Chance) {
    this.#start = start;
    this.#surroundings = surroundings;
    this.#chance = chance;
    this.epoch = start.epoch;
    this.#origin = start.origin;
    const { name, origin, epoch, follow, disk, snapshot, isCopy } = start;
    this.region = new Region({
      origin,
      name,
      version: start.isNewer ? "2" : "1",
      key: KEY,
      capacity: 100,
      epoch,
      follow,
      hasDisk: disk !== undefined,
      snapshot,
      isCopy,
      nowMs: start.nowMs(),
    });
    this.#witness = new Witness(surroundings);
    const sender: Sender = {
      line: start.line,
      tell: (event) => this.tell(event),
      nowMs: start.nowMs,
      inside: (run) => (value) => this.#inside(() => run(value)),
      dress: (document) => this.#dress(document),
    };
    this.#errands = new Errands(sender);
    this.door = new Door({
      region: this.region,
      readers: this.#readers,
      tell: (event) => this.tell(event),
      nowMs: start.nowMs,
      after: (waitMs, run) => this.#after(waitMs, run),
      range: (query, answered) => this.#errands.range(query, answered),
    });
    this.#journal = disk && this.#openJournal(disk);
  }

  /** The origin it writes as. */
  get origin(): Origin {
    return this.#origin;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** Posts that are on their way to the disk. */
  get unsyncedPosts(): number {
    return this.#journal?.unsyncedTickets ?? 0;
  }

  /** Posts whose answer has not been given. */
  get unansweredPosts(): number {
    return this.door.unanswered;
  }

  /** Requests of the outbox whose answer is not here. */
  get flights(): number {
    return this.#witness.inFlight;
  }

  get feed(): FeedLine | undefined {
    return this.#feed;
  }

  begin(): void {
    this.#errands.run({ type: "prepare" });
    this.#after(this.#chance.below(BEAT_MS), () => this.#beat());
  }

  /** Somebody connects; `cut` is told when the process ends. Returns what hangs up. */
  connect(cut: () => void): () => void {
    this.#connections.add(cut);
    return () => this.#connections.delete(cut);
  }

  /** Runs what came over a connection as soon as this process is awake. */
  hear(run: () => void): void {
    this.#inside(run);
  }

  /** SIGSTOP: it hears nothing, then everything. */
  sleep(): void {
    this.#isAsleep = true;
    this.#sleptSinceMs = this.#surroundings.schedule.nowMs;
  }

  wake(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    if (this.#surroundings.schedule.nowMs - this.#sleptSinceMs > DEAD_FEED_MS) this.#feed?.breakOff();
    for (const run of this.#missed.splice(0)) this.#inside(run);
  }

  /** Says goodbye to the store; whoever is connected is told to leave by `kill`, later. */
  stop(): void {
    this.#feed?.close();
    this.tell({ type: "stopped", nowMs: this.#start.nowMs() });
  }

  /** The process is gone, from one instruction to the next. */
  kill(): void {
    this.#isAlive = false;
    this.#feed?.close();
    this.#journal?.die();
    this.#readers.flush();
    const connections = this.#connections;
    this.#connections = new Set();
    for (const cut of connections) cut();
  }

  tell(event: Event): void {
    if (!this.#isAlive) return;
    const effects = this.region.handle(event);
    this.#witness.saw(event, effects);
    this.#note(event, effects);
    for (const effect of effects) this.#perform(effect);
    this.#readers.flush();
  }

  #beat(): void {
    this.#journal?.mend();
    this.tell({
      type: "ticked",
      nowMs: this.#start.nowMs(),
      jitter: this.#chance.fraction(),
      url: "",
      here: [],
      connections: this.#readers.size,
    });
    this.door.resumeEarly();
    if (this.#surroundings.isStormy) this.#feed?.stirred();
    this.#after(BEAT_MS, () => this.#beat());
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "journal":
        return this.#journal?.write(effect.records, effect.ticket);
      case "deliver":
        return this.#readers.arrived(effect.room, effect.arrival);
      case "answer":
        return this.door.answer(effect.request, effect.outcome);
      case "settle":
        return this.door.settle(effect.id, effect.outcome);
      case "openFeed":
        return this.#openFeed(effect.since);
      case "renew":
        this.#origin = this.#start.drawOrigin();
        return this.tell({ type: "renewed", origin: this.#origin, nowMs: this.#start.nowMs() });
      case "alarm":
        return this.#surroundings.chronicle.alarmed(this.#origin, effect.code);
      case "prepare":
      case "join":
      case "poll":
      case "write":
      case "look":
      case "announce":
      case "scan":
      case "check":
      case "erase":
        return this.#errands.run(effect);
    }
  }

  #openFeed(since: Since): void {
    this.#feed?.close();
    const feed = new FeedLine(this.#start.line, this.#surroundings, this.#chance, since, {
      opened: () => this.#inside(() => this.tell({ type: "feedOpened" })),
      changed: (rows, bookmark, skipped) =>
        this.#inside(() => {
          if (this.#feed !== feed) return;
          const nowMs = this.#start.nowMs();
          if (skipped > 0) this.tell({ type: "skipped", count: skipped, nowMs });
          this.tell({ type: "changed", rows, since: bookmark, nowMs });
        }),
      ended: (fault) =>
        this.#inside(() => {
          if (this.#feed === feed) this.tell({ type: "feedEnded", fault, nowMs: this.#start.nowMs() });
        }),
    });
    this.#feed = feed;
  }

  #openJournal(disk: DiskImage): SimulatedJournal {
    const { isDiskFull } = this.#start;
    return new SimulatedJournal(disk, this.#surroundings, this.#chance, isDiskFull, {
      synced: (tickets, records) => {
        this.#noteSynced(records);
        this.#inside(() => this.tell({ type: "journaled", tickets }));
      },
      failed: (tickets) => this.#inside(() => this.tell({ type: "journalFailed", tickets })),
      opened: () => this.#inside(() => this.tell({ type: "journalOpened" })),
    });
  }

  #noteSynced(records: readonly JournalRecord[]): void {
    const { chronicle, schedule } = this.#surroundings;
    for (const record of records) {
      if (record.type !== "message" || !record.isWaiting) continue;
      chronicle.synced(messageId(record.message.room, record.message.order), schedule.nowMs);
    }
  }

  #note(event: Event, effects: readonly Effect[]): void {
    const { trace, schedule } = this.#surroundings;
    if (!trace.isKept) return;
    trace.note(`${schedule.nowMs} ${this.epoch} ${event.type} ${effects.map(({ type }) => type).join()}`);
  }

  #dress(document: StoreDocument): StoreDocument {
    this.#start.onItsWay(document);
    if (!this.#start.isNewer) return document;
    this.#surroundings.tally.count("R13");
    return { ...document, mood: "later" };
  }

  #after(waitMs: number, run: () => void): void {
    this.#surroundings.schedule.after(waitMs, () => this.#inside(run));
  }

  #inside(run: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isAsleep) this.#missed.push(run);
    else run();
  }
}
