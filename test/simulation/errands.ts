import { beaconDocument, BEACONS, type Beacon } from "../../sync/beacon.ts";
import type { Effect, Event } from "../../sync/events.ts";
import { KNOWN_ORIGINS } from "../../sync/limits.ts";
import { changesWithin, idsRange, nextIdsRange, nextRoom, rowsOf, scanRange } from "../../sync/range.ts";
import type { Room } from "../../sync/names.ts";
import type { Scan } from "../../sync/repair.ts";
import type { RangeQuery, RangeResult, Since, StoreDocument, StoreFault } from "../../sync/store.ts";
import type { StoreLine } from "./store-line.ts";

export type Errand = Extract<
  Effect,
  { type: "prepare" | "join" | "poll" | "write" | "look" | "announce" | "scan" | "check" | "erase" }
>;

/** What the errands of a process tell it, and what they need of it. Nothing is told to a process that died. */
export interface Sender {
  readonly line: StoreLine;
  tell(event: Event): void;
  nowMs(): number;
  /** Runs what an answer brings in this process, if it still lives, when it is awake. */
  readonly inside: <Value>(run: (value: Value) => void) => (value: Value) => void;
  /** What this version of Settee writes besides. */
  readonly dress: (document: StoreDocument) => StoreDocument;
}

/** Rows in one request of a scan; fewer than `server/scan.ts` asks for, so that scans take several. */
const SCAN_ROWS = 100;

/** The questions of one process to the store, as `server/executor.ts` asks them, without its promises. */
export class Errands {
  readonly #sender: Sender;
  #beacons: Beacon[] = [];

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  run(errand: Errand): void {
    switch (errand.type) {
      case "prepare":
        return this.#prepare();
      case "join":
        return this.#join();
      case "poll":
        return this.#poll(errand.since, errand.limit);
      case "write":
        return this.#write(errand.flight, errand.documents);
      case "look":
        return this.#look(errand.flight, errand.ids);
      case "announce":
        // One after the other, so that a goodbye is the last word.
        this.#beacons.push(errand.beacon);
        return this.#beacons.length === 1 ? this.#announce(errand.beacon) : undefined;
      case "scan":
        return this.#scan(errand, "");
      case "check":
        return this.#check(errand.ids);
      case "erase":
        return this.#erase(errand.ids);
    }
  }

  range(query: RangeQuery, answered: (result: RangeResult) => void): void {
    const { line, inside } = this.#sender;
    line.ask((connection, fate) => connection.range(query, fate), inside(answered));
  }

  #prepare(): void {
    const { line, inside } = this.#sender;
    line.change(
      (connection, fate) => connection.prepare({ create: true }, fate),
      inside((result) => {
        if (result.type === "fault") this.#tell({ type: "prepareFailed", fault: result.fault });
      }),
    );
  }

  /** The bookmark first, then the beacons: what is written in between comes with the feed. */
  #join(): void {
    const { line, inside } = this.#sender;
    const failed = (fault: StoreFault): void => this.#tell({ type: "joinFailed", fault });
    line.ask(
      (connection, fate) => connection.head(fate),
      inside((head) => {
        if (head.type === "fault") return failed(head.fault);
        this.range({ ...BEACONS, limit: KNOWN_ORIGINS }, (beacons) => {
          if (beacons.type === "fault") failed(beacons.fault);
          else this.#tell({ type: "joined", since: head.since, beacons: beacons.rows });
        });
        return undefined;
      }),
    );
  }

  #poll(since: Since, limit: number): void {
    const { line, inside } = this.#sender;
    const asked = line.bookmark(since);
    line.ask(
      (connection, fate) => connection.changes(asked, limit, fate),
      inside((result) => {
        if (result.type === "fault") return this.#tell({ type: "pollFailed", fault: result.fault });
        const { rows, since: bookmark, pending } = result;
        return this.#tell({ type: "polled", rows, since: bookmark, pending });
      }),
    );
  }

  #write(flight: number, documents: readonly StoreDocument[]): void {
    const { line, inside, dress } = this.#sender;
    const dressed = documents.map(dress);
    line.change(
      (connection, fate) => connection.write(dressed, fate),
      inside((result) => this.#tell({ type: "wrote", flight, result })),
    );
  }

  #look(flight: number, ids: readonly string[]): void {
    const { line, inside } = this.#sender;
    line.ask(
      (connection, fate) => connection.read(ids, fate),
      inside((result) => this.#tell({ type: "looked", flight, result })),
    );
  }

  #check(ids: readonly string[]): void {
    const { line, inside } = this.#sender;
    line.ask(
      (connection, fate) => connection.check(ids, fate),
      inside((result) => this.#tell({ type: "checked", result })),
    );
  }

  #erase(ids: readonly string[]): void {
    const { line, inside } = this.#sender;
    line.change(
      (connection, fate) => connection.erase(ids, fate),
      inside((result) => this.#tell({ type: "erased", result })),
    );
  }

  #announce(beacon: Beacon): void {
    const { line, inside } = this.#sender;
    line.change(
      (connection, fate) => connection.replace(beaconDocument(beacon), fate),
      inside((result) => {
        this.#beacons.shift();
        if (result.type === "fault") this.#tell({ type: "announceFailed", fault: result.fault });
        else this.#tell({ type: "announced", before: result.before });
        const [next] = this.#beacons;
        if (next !== undefined) this.#announce(next);
      }),
    );
  }

  /** Room by room, one request at a time, as `server/scan.ts` does. */
  #scan(scan: Scan, from: string): void {
    this.range(nextIdsRange(from), (ids) => {
      if (ids.type === "fault") return this.#scanned(ids.fault);
      if (ids.rows.length === 0) return this.#scanned();
      const { room, next } = nextRoom(ids.rows.map(({ id }) => id));
      if (room === undefined) return this.#scan(scan, next);
      return this.#scanRoom(scan, room, undefined, next);
    });
  }

  #scanRoom(scan: Scan, room: Room, fromId: string | undefined, next: string): void {
    this.range(scanRange(room, scan, SCAN_ROWS, fromId), (piece) => {
      if (piece.type === "fault") return this.#scanned(piece.fault);
      this.#tell({ type: "scanned", rows: piece.rows, isOver: false });
      const last = piece.rows.at(-1);
      if (last !== undefined && piece.rows.length === SCAN_ROWS)
        return this.#scanRoom(scan, room, `${last.id}\u0000`, next);
      return scan.isWide ? this.#scanChanges(scan, room, undefined, next) : this.#scan(scan, next);
    });
  }

  #scanChanges(scan: Scan, room: Room, fromId: string | undefined, next: string): void {
    this.range(idsRange(room, SCAN_ROWS, fromId), (piece) => {
      if (piece.type === "fault") return this.#scanned(piece.fault);
      const ids = piece.rows.map(({ id }) => id);
      const last = ids.at(-1);
      const goOn = (): void => {
        if (last === undefined || ids.length < SCAN_ROWS) return this.#scan(scan, next);
        return this.#scanChanges(scan, room, `${last}\u0000`, next);
      };
      const changes = changesWithin(room, scan, ids);
      return changes.length === 0 ? goOn() : this.#readChanges(changes, goOn);
    });
  }

  #readChanges(ids: readonly string[], goOn: () => void): void {
    const { line, inside } = this.#sender;
    line.ask(
      (connection, fate) => connection.read(ids, fate),
      inside((read) => {
        if (read.type === "fault") return this.#scanned(read.fault);
        this.#tell({ type: "scanned", rows: rowsOf(ids, read.found), isOver: false });
        return goOn();
      }),
    );
  }

  #scanned(fault?: StoreFault): void {
    this.#tell({ type: "scanned", rows: [], isOver: true, ...(fault === undefined ? {} : { fault }) });
  }

  #tell(event: Untimed): void {
    this.#sender.tell({ ...event, nowMs: this.#sender.nowMs() });
  }
}

/** An event as an answer makes it, before the clock is read. */
type Untimed = Event extends infer One
  ? One extends Event & { readonly nowMs: number }
    ? Omit<One, "nowMs">
    : never
  : never;
