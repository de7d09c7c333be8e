import type { Arrival } from "./arrivals.ts";
import type { Attendance } from "./attendance.ts";
import type { Beacon } from "./beacon.ts";
import type { JournalRecord } from "./journal.ts";
import type { Change, WireMessage } from "./message.ts";
import type { MessageId, Mid, OrderKey, Origin, OwnKey, Room } from "./names.ts";
import type { Scan } from "./repair.ts";
import type {
  CheckResult,
  EraseResult,
  Found,
  ReadResult,
  Row,
  Since,
  StoreDocument,
  StoreFault,
  WriteResult,
} from "./store.ts";

/** What happened, told to the region by the edges. Times are wall clock milliseconds since 1970. */
export type Event =
  | Posted
  /**
   * The journal has the records of these tickets on disk. Told of one by one, the first post of each sync would go to
   * the store alone and all others wait until it is back.
   */
  | { readonly type: "journaled"; readonly tickets: readonly number[] }
  /** The disk did not take them, and takes nothing until `journalOpened`. */
  | { readonly type: "journalFailed"; readonly tickets: readonly number[] }
  | { readonly type: "journalOpened" }
  /** What became of `prepare`, when it was not done. */
  | { readonly type: "prepareFailed"; readonly fault: StoreFault; readonly nowMs: number }
  /** The answers to `join`: where the feed stood, then the beacons there were. */
  | {
      readonly type: "joined";
      readonly since: Since;
      readonly beacons: readonly Row[];
      readonly nowMs: number;
    }
  | { readonly type: "joinFailed"; readonly fault: StoreFault; readonly nowMs: number }
  | { readonly type: "feedOpened" }
  | { readonly type: "feedEnded"; readonly fault: StoreFault; readonly nowMs: number }
  /** Rows of the open feed; `since` is the last bookmark among them, if any carried one. */
  | {
      readonly type: "changed";
      readonly rows: readonly Row[];
      readonly since: Since | undefined;
      readonly nowMs: number;
    }
  | {
      readonly type: "polled";
      readonly rows: readonly Row[];
      readonly since: Since;
      readonly pending: number;
      readonly nowMs: number;
    }
  /** So many rows of feed or poll could not be read: no JSON, or too long. Told before the rest of them. */
  | { readonly type: "skipped"; readonly count: number; readonly nowMs: number }
  | { readonly type: "pollFailed"; readonly fault: StoreFault; readonly nowMs: number }
  | { readonly type: "wrote"; readonly flight: number; readonly result: WriteResult; readonly nowMs: number }
  | { readonly type: "looked"; readonly flight: number; readonly result: ReadResult; readonly nowMs: number }
  /** The own beacon was written; `before` stood there until then. */
  | { readonly type: "announced"; readonly before: Found; readonly nowMs: number }
  | { readonly type: "announceFailed"; readonly fault: StoreFault; readonly nowMs: number }
  /** Rows of a scan; the last ones come with `isOver`, and `fault` says if it had to break off. */
  | {
      readonly type: "scanned";
      readonly rows: readonly Row[];
      readonly isOver: boolean;
      readonly fault?: StoreFault;
      readonly nowMs: number;
    }
  | { readonly type: "checked"; readonly result: CheckResult; readonly nowMs: number }
  | { readonly type: "erased"; readonly result: EraseResult; readonly nowMs: number }
  /** The new origin that was asked for: 128 random bits. */
  | { readonly type: "renewed"; readonly origin: Origin; readonly nowMs: number }
  | {
      readonly type: "pageRead";
      readonly read: PageRead;
      readonly rows: readonly Row[];
      readonly nowMs: number;
    }
  | {
      readonly type: "ticked";
      /** Where people reach this region, who reads in it, and how many connections there are. */
      readonly url: string;
      readonly nowMs: number;
      readonly jitter: number;
      readonly here: readonly Attendance[];
      readonly connections: number;
    }
  /** The process is about to end: the beacon says goodbye. */
  | { readonly type: "stopped"; readonly nowMs: number };

export interface Posted {
  readonly type: "posted";
  /** Names this request in the `answer`. */
  readonly request: number;
  readonly room: Room;
  readonly mid: Mid;
  readonly sender: string;
  readonly session: string;
  readonly text: string;
  /** What it does to an earlier message of the same session, and where that stands as far as its author knows. */
  readonly change?: Change & { readonly order: OwnKey };
  /** The latest order key the sender has seen, by its own part. */
  readonly after: OrderKey | undefined;
  readonly nowMs: number;
}

/** The next older piece of a room, wanted by a reader: downwards from `below` (absent: from the newest). */
export interface PageRead {
  readonly room: Room;
  readonly below: string | undefined;
  readonly limit: number;
  /** How often rooms had been trimmed when it was wanted: what was dropped meanwhile may be missing in it. */
  readonly trims: number;
}

export type PostOutcome =
  /** In this region's journal and shown, or further. The message's state says which. */
  | { readonly type: "taken"; readonly message: WireMessage; readonly isReplay: boolean }
  | { readonly type: "mid-reused" }
  | { readonly type: "rejected"; readonly reason: string }
  | { readonly type: "cannot-store" }
  | { readonly type: "overloaded" };

/** What is to be done, carried out by the edges in this order. */
export type Effect =
  /** With a ticket: sync it to disk and report. Without: write it in order, no need to sync. */
  | {
      readonly type: "journal";
      readonly records: readonly JournalRecord[];
      readonly ticket: number | undefined;
    }
  /** To every reader of the room; without a room to every reader. */
  | { readonly type: "deliver"; readonly room: Room | undefined; readonly arrival: Arrival }
  | { readonly type: "answer"; readonly request: number; readonly outcome: PostOutcome }
  /** An own message reached its last state: a request that still waits for the store can be answered. */
  | { readonly type: "settle"; readonly id: MessageId; readonly outcome: PostOutcome }
  | { readonly type: "prepare" }
  | { readonly type: "join" }
  | { readonly type: "openFeed"; readonly since: Since }
  | { readonly type: "poll"; readonly since: Since; readonly limit: number }
  | { readonly type: "write"; readonly flight: number; readonly documents: readonly StoreDocument[] }
  | { readonly type: "look"; readonly flight: number; readonly ids: readonly string[] }
  | { readonly type: "announce"; readonly beacon: Beacon }
  | ({ readonly type: "scan" } & Scan)
  /** Which of these does the store have? One question at a time. */
  | { readonly type: "check"; readonly ids: readonly MessageId[] }
  /** Deleted once, and there again: delete them once more. One request at a time. */
  | { readonly type: "erase"; readonly ids: readonly MessageId[] }
  /** Somebody else writes as our origin: draw a new one. */
  | { readonly type: "renew" }
  /** Something an operator should know. Never holds a text or a name. */
  | { readonly type: "alarm"; readonly code: AlarmCode; readonly detail: string };

export type AlarmCode =
  /** Our document's id holds something else; it was given another slot. */
  | "quarantined"
  /** The store will never take a document of ours. */
  | "rejected"
  /** A slot was given up: nobody could produce it. */
  | "slot-given-up"
  /** A remote stamp is more than 24 hours ahead of our clock. */
  | "clock-ahead"
  /** The store shows what we never wrote under our origin: another process or an old copy of our directory. */
  | "origin-shared"
  /** So this region goes on under a new one. */
  | "origin-renewed"
  /** What we wrote does not come back on the feed; it is opened anew. */
  | "feed-deaf"
  /** The database is another one than it was, or was emptied. */
  | "store-reset"
  /** The store was put back to an older state, or is a copy that lags behind. */
  | "store-rewound"
  /** Messages the store had once and has no more; they are written again. */
  | "store-lost-documents"
  /** Deleted messages stand in the store again, and our account may not delete them. */
  | "deletion-undone"
  /** Another region shows something else of a window of time than we do, after both looked again. */
  | "diverged"
  /** One id was written on both sides of a split; the store shows one of the versions. */
  | "contested"
  /** Rows that could not be read; what they told is looked for. */
  | "rows-skipped"
  /** The store's bookmark was refused; reading again from the beginning. */
  | "since-refused"
  /** Documents that are no messages stand in slots. */
  | "unreadable-documents";
