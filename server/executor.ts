import type { Attendance } from "../sync/attendance.ts";
import { beaconDocument, BEACONS, type Beacon } from "../sync/beacon.ts";
import type { Effect, Event } from "../sync/events.ts";
import { KNOWN_ORIGINS } from "../sync/limits.ts";
import type { MessageId, Origin } from "../sync/names.ts";
import type { Region } from "../sync/region.ts";
import type { Scan } from "../sync/repair.ts";
import type { Since, Store, StoreDocument } from "../sync/store.ts";
import type { StoreView } from "../sync/wire.ts";
import type { Clock } from "./clock.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";
import type { Readers } from "./readers.ts";
import { scanRooms } from "./scan.ts";

/** What an operator can do about a store that answers, but not as it should. */
const REMEDIES: ReadonlyMap<StoreView["state"], string> = new Map([
  ["refused", "look at the account in COUCHDB_URL; it is tried again every 90 s"],
  ["missing", "create the database, or let the region do it with COUCHDB_CREATE=yes"],
]);

/** How often a stopping region looks whether everything is stored. */
const CLOSE_LOOK_MS = 20;
/** How long a goodbye may take: a store that hangs must not hold up Ctrl-C for its whole deadline. */
const GOODBYE_MS = 2_000;

export interface ExecutorOptions {
  readonly region: Region;
  readonly store: Store;
  /** Absent: there is no writable directory. */
  readonly journal: Journal | undefined;
  readonly readers: Readers;
  /** Who reads here. */
  readonly here: () => readonly Attendance[];
  readonly log: Log;
  readonly clock: Pick<Clock, "now">;
  /** In [0, 1). */
  readonly random: () => number;
  readonly drawOrigin: () => Origin;
  /** Whether a missing database may be created. */
  readonly mayCreate: boolean;
  /** Effects that are for those who posted. */
  readonly answer: (effect: Extract<Effect, { type: "answer" | "settle" }>) => void;
}

/**
 * The edge of a region: carries out its effects, in order, and tells it what came of them. Nothing is decided here.
 * The store's methods never reject, so neither do these.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  #closeFeed: () => void = () => undefined;
  #preparing: Promise<void> | undefined;
  #announcing: Promise<void> = Promise.resolve();
  #lastState = "";
  #told = 0;
  #url = "";

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Makes sure of the database, then begins. `url` is where people reach this region. */
  async start(url: string): Promise<void> {
    this.#url = url;
    await this.#prepare();
    this.tick();
  }

  /** The one-second beat. */
  tick(): void {
    const { journal, readers, random } = this.#options;
    void journal?.mend();
    this.tell({
      type: "ticked",
      nowMs: this.#nowMs(),
      jitter: random(),
      url: this.#url,
      here: this.#options.here(),
      connections: readers.size,
    });
  }

  /** How many events the region was told of: while that stays, so does everything that it would say. */
  get told(): number {
    return this.#told;
  }

  tell(event: Event): void {
    const { region, log } = this.#options;
    this.#told++;
    for (const effect of region.handle(event)) this.#perform(effect);
    const { state, waiting } = region.storeView();
    if (state === this.#lastState) return;
    this.#lastState = state;
    const remedy = REMEDIES.get(state);
    if (remedy === undefined) log.info("store", { state, waiting });
    else log.warn("store", { state, waiting, remedy });
  }

  /** Waits for what is on its way to the store, at most `graceMs` and only while it answers; then says goodbye. */
  async close(graceMs: number): Promise<void> {
    const { region, journal } = this.#options;
    const untilMs = this.#nowMs() + graceMs;
    await journal?.drained();
    while (this.#nowMs() < untilMs && isSending(region))
      await new Promise((resolve) => setTimeout(resolve, CLOSE_LOOK_MS));
    this.#closeFeed();
    this.tell({ type: "stopped", nowMs: this.#nowMs() });
    let stopWaiting: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      stopWaiting = setTimeout(resolve, GOODBYE_MS);
    });
    await Promise.race([this.#announcing, late]);
    clearTimeout(stopWaiting);
  }

  #nowMs(): number {
    return this.#options.clock.now();
  }

  #perform(effect: Effect): void {
    const { journal, readers, log, answer } = this.#options;
    switch (effect.type) {
      case "journal":
        return journal?.write(effect.records, effect.ticket);
      case "deliver":
        return readers.arrived(effect.room, effect.arrival);
      case "answer":
      case "settle":
        return answer(effect);
      case "prepare":
        return void this.#prepare();
      case "join":
        return void this.#join();
      case "openFeed":
        return this.#openFeed(effect.since);
      case "poll":
        return void this.#poll(effect.since, effect.limit);
      case "write":
        return void this.#write(effect.flight, effect.documents);
      case "look":
        return void this.#look(effect.flight, effect.ids);
      case "announce":
        // One after the other, so that a goodbye is the last word.
        this.#announcing = this.#announcing.then(() => this.#announce(effect.beacon));
        return undefined;
      case "scan":
        return void this.#scan(effect);
      case "check":
        return void this.#check(effect.ids);
      case "erase":
        return void this.#erase(effect.ids);
      case "renew":
        return this.tell({ type: "renewed", origin: this.#options.drawOrigin(), nowMs: this.#nowMs() });
      case "alarm":
        return log.warn(effect.code, { detail: effect.detail });
    }
  }

  async #prepare(): Promise<void> {
    this.#preparing ??= this.#prepareOnce();
    await this.#preparing;
    this.#preparing = undefined;
  }

  async #prepareOnce(): Promise<void> {
    const { store, mayCreate, log } = this.#options;
    const result = await store.prepare({ create: mayCreate });
    if (result.type !== "fault") return;
    log.warn("store-not-ready", { reason: result.fault.text });
    this.tell({ type: "prepareFailed", fault: result.fault, nowMs: this.#nowMs() });
  }

  /** The bookmark first, then the beacons: what is written in between comes with the feed. */
  async #join(): Promise<void> {
    const { store } = this.#options;
    const head = await store.head();
    if (head.type === "fault")
      return this.tell({ type: "joinFailed", fault: head.fault, nowMs: this.#nowMs() });
    const beacons = await store.range({ ...BEACONS, limit: KNOWN_ORIGINS });
    if (beacons.type === "fault")
      return this.tell({ type: "joinFailed", fault: beacons.fault, nowMs: this.#nowMs() });
    this.tell({ type: "joined", since: head.since, beacons: beacons.rows, nowMs: this.#nowMs() });
  }

  #openFeed(since: Since): void {
    const { store, journal, log } = this.#options;
    this.#closeFeed();
    this.#closeFeed = store.follow(since, {
      opened: () => this.tell({ type: "feedOpened" }),
      changed: async (rows, bookmark, skipped) => {
        this.#tellSkipped(skipped);
        this.tell({ type: "changed", rows, since: bookmark, nowMs: this.#nowMs() });
        await journal?.keepUp();
      },
      ended: (fault) => {
        log.info("feed-ended", { reason: fault.text });
        this.tell({ type: "feedEnded", fault, nowMs: this.#nowMs() });
      },
    });
  }

  async #poll(since: Since, limit: number): Promise<void> {
    const { store, journal } = this.#options;
    await journal?.keepUp();
    const result = await store.changes(since, limit);
    if (result.type === "fault") return this.tell({ ...result, type: "pollFailed", nowMs: this.#nowMs() });
    const { rows, since: bookmark, pending, skipped } = result;
    this.#tellSkipped(skipped);
    return this.tell({ type: "polled", rows, since: bookmark, pending, nowMs: this.#nowMs() });
  }

  #tellSkipped(count: number): void {
    if (count > 0) this.tell({ type: "skipped", count, nowMs: this.#nowMs() });
  }

  async #write(flight: number, documents: readonly StoreDocument[]): Promise<void> {
    const result = await this.#options.store.write(documents);
    this.tell({ type: "wrote", flight, result, nowMs: this.#nowMs() });
  }

  async #look(flight: number, ids: readonly string[]): Promise<void> {
    const result = await this.#options.store.read(ids);
    this.tell({ type: "looked", flight, result, nowMs: this.#nowMs() });
  }

  async #announce(beacon: Beacon): Promise<void> {
    const result = await this.#options.store.replace(beaconDocument(beacon));
    if (result.type === "fault") this.tell({ ...result, type: "announceFailed", nowMs: this.#nowMs() });
    else this.tell({ type: "announced", before: result.before, nowMs: this.#nowMs() });
  }

  async #check(ids: readonly MessageId[]): Promise<void> {
    const result = await this.#options.store.check(ids);
    this.tell({ type: "checked", result, nowMs: this.#nowMs() });
  }

  async #erase(ids: readonly MessageId[]): Promise<void> {
    const result = await this.#options.store.erase(ids);
    this.tell({ type: "erased", result, nowMs: this.#nowMs() });
  }

  async #scan(scan: Scan): Promise<void> {
    const { store, log } = this.#options;
    log.info("scan", { from: scan.from, to: scan.to, wide: scan.isWide });
    const fault = await scanRooms(store, scan, (rows) => {
      this.tell({ type: "scanned", rows, isOver: false, nowMs: this.#nowMs() });
    });
    const end = fault === undefined ? {} : { fault };
    this.tell({ type: "scanned", rows: [], isOver: true, ...end, nowMs: this.#nowMs() });
  }
}

function isSending(region: Region): boolean {
  const { state, waiting } = region.storeView();
  return waiting > 0 && (state === "live" || state === "polling");
}
