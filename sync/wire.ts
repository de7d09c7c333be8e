import type { Attendance } from "./attendance.ts";
import type { RoomDigest } from "./digest.ts";
import type { WireMessage } from "./message.ts";
import type { Brand } from "./brand.ts";
import type { MessageId, Mid, Room } from "./names.ts";

/**
 * What the doors say (`/api/v1`, design §6). Requests and answers are JSON. A client ignores fields and event
 * types it does not know.
 */

/** A reader's bookmark: opaque, URL-safe, good in every region. */
export type Cursor = Brand<"Cursor">;

export type ReaderEvent =
  /** `lateMs`: messages newer by so much were shown before it, so it does not stand at the end. */
  | { readonly type: "message"; readonly message: WireMessage; readonly lateMs?: number }
  /** These messages are in the store now, on their way to every region. */
  | { readonly type: "stored"; readonly room: Room; readonly mids: readonly Mid[] }
  /** The store will never take this message; it is no longer shown. */
  | {
      readonly type: "rejected";
      readonly room: Room;
      readonly id: MessageId;
      readonly mid: Mid;
      readonly reason: string;
    }
  /**
   * No longer shown: an admin deleted it. `mayReturn`: the same mid stands at a lower order key, or an admin made it no
   * message; when that changes, the message comes again.
   */
  | {
      readonly type: "deleted";
      readonly room: Room;
      readonly id: MessageId;
      readonly mid?: Mid;
      readonly mayReturn?: true;
    }
  /** The list of regions changed, or how this one stands with the store: `GET /regions` tells how. */
  | { readonly type: "regions" };

/** `GET /sync` answers this; `GET /stream` sends the same events one by one, each with its cursor as id. */
export interface SyncAnswer {
  readonly events: readonly ReaderEvent[];
  readonly cursor: Cursor;
  /** What is between the cursor sent and these events cannot be told: show the page in `events` instead. */
  readonly reset?: { readonly reason: ResetReason };
  /** Rooms whose older messages could not be read, because the store is away and this region lacks them. */
  readonly incomplete?: readonly Room[];
}

export type ResetReason =
  /** No cursor was sent: these are the newest messages. */
  | "start"
  /** The cursor is not one of ours. */
  | "unknown-cursor"
  /** More was missed than one answer may carry; older messages are in the history. */
  | "too-far-behind"
  /** The store is away and this region no longer holds what was missed. */
  | "store-away";

export interface SessionAnswer {
  readonly token: string;
  readonly session: string;
  readonly name: string;
  readonly region: string;
  readonly regions: readonly RegionView[];
  readonly limits: {
    readonly textCodePoints: number;
    readonly nameCodePoints: number;
    readonly roomsPerReader: number;
  };
}

export interface HistoryAnswer {
  /** Ascending by `order`. */
  readonly messages: readonly WireMessage[];
  /** Present when there may be older ones: pass it as `before`. */
  readonly before?: string;
  /** Present when there may be newer ones: pass it as `after`. */
  readonly after?: string;
  /** The store is away and this region holds no more than this. */
  readonly incomplete?: true;
}

/** One region, as the region that was asked knows it. */
export interface RegionView {
  readonly name: string;
  readonly origin: string;
  readonly url: string;
  /** `here` is the region that answers; `live` wrote its beacon lately; `silent` did not; `retired` said goodbye. */
  readonly state: "here" | "live" | "silent" | "retired";
  /** Its wall clock when it last told of itself, milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  /** How many documents it has written. */
  readonly written: number;
  /** How many documents of each origin it has seen, without a hole. */
  readonly seen: Readonly<Record<string, number>>;
  readonly connections: number;
  /** Who reads there, by room, as it told last: at most 200 names. Absent: it did not tell. */
  readonly here?: readonly Attendance[];
  /** The first slot it lacks, per origin of whose documents it could not find one in the store. */
  readonly missing: Readonly<Record<string, number>>;
  /** Whether it shows the same as the region that was asked; absent while there is nothing to compare. */
  readonly agreement?: AgreementView;
}

/** By digests of the newest window of time (ten minutes from `window`) that both hold whole; compared at `at`. */
export interface AgreementView {
  readonly state: "same" | "different";
  readonly window: number;
  readonly at: number;
}

/** How this region makes sure that the store has all it should have. Times are milliseconds since 1970. */
export interface AuditView {
  readonly isRunning: boolean;
  /** When everything held here was compared with the store last. */
  readonly checkedAt?: number;
  /** Documents the store had lost and was given again, since this process began. */
  readonly restored: number;
  /** The database was found emptied, or put back to an older state, and not all is there again. */
  readonly setback?: { readonly what: "emptied" | "put-back"; readonly at: number };
}

/** `GET /digests?window=…`: what this region shows of a window, room by room. */
export interface DigestsAnswer {
  readonly region: string;
  /** Its beginning, in milliseconds since 1970; it is ten minutes long. */
  readonly window: number;
  readonly rooms: readonly RoomDigest[];
}

export interface RegionsAnswer {
  /** The name of the region that answers. */
  readonly region: string;
  readonly store: StoreView;
  readonly audit: AuditView;
  readonly regions: readonly RegionView[];
}

/** How this region stands with the store, for people and for `/readyz`. */
export interface StoreView {
  /** `live` follows the open feed, `polling` asks once a second, `away` gets no answer, `refused` is not let in. */
  readonly state: "opening" | "live" | "polling" | "away" | "refused" | "missing";
  /** Messages of this region that the store does not have yet. */
  readonly waiting: number;
}

export interface PostAnswer {
  readonly message: WireMessage;
}

/** RFC 9457. `code` is what a program decides by; `detail` names the remedy. */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}
