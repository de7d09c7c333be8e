import type { Mid, OrderKey, Room } from "../sync/names.ts";
import type { Cursor, ReaderEvent, RegionsAnswer, ResetReason } from "../sync/wire.ts";
import type { WireMessage } from "../sync/message.ts";

/**
 * The chat as the doors see it: one region, ready to be asked. Doors parse requests and write answers; everything
 * that is decided is decided behind this interface.
 */
export interface Chat {
  readonly region: string;

  /**
   * Fulfilled once the message is on this region's disk and, if the store is quick (250 ms), in the store: the
   * message's `state` says which. A repeat of a (session, mid) gives the first one's answer with `replayed`.
   */
  post(request: PostRequest): Promise<PostResult>;

  /** A page of a room by order key, ascending; from this region's memory where it can, else from the store. */
  history(query: HistoryQuery): Promise<HistoryPage>;

  /**
   * Hands over what came after `cursor` (without one: the newest page, as a `reset` of reason `start`), then
   * everything that arrives, until closed. `deliver` is called first before the promise is fulfilled if there is
   * something to hand over at once. Reading the backlog and registering happen in one synchronous turn.
   */
  subscribe(
    rooms: readonly Room[],
    cursor: Cursor | undefined,
    deliver: (batch: Batch) => void,
  ): Promise<Subscription>;

  regions(): RegionsAnswer;

  /** The public signing key (JWK) of an origin this region has heard of, for tokens other regions signed. */
  signingKey(origin: string): SigningKey | undefined;
}

export interface PostRequest {
  readonly room: Room;
  readonly mid: Mid;
  readonly text: string;
  readonly sender: string;
  readonly session: string;
  /** The newest order key the sender had seen: the message will sort after it. */
  readonly after?: OrderKey;
}

export type PostResult =
  | { readonly type: "posted"; readonly message: WireMessage; readonly replayed: boolean }
  /** The mid stands for another text already. */
  | { readonly type: "mid-reused" }
  /** The store will never take it; it is not shown. */
  | { readonly type: "rejected"; readonly reason: string }
  /** Neither disk nor store took it in time. It may be repeated with the same mid. */
  | { readonly type: "cannot-store" }
  /** Too much waits for the store already. */
  | { readonly type: "overloaded" };

export interface HistoryQuery {
  readonly room: Room;
  /** Messages strictly before this order key; the newest ones first in line. */
  readonly before?: OrderKey;
  /** Messages strictly after this order key; the oldest ones first in line. Not together with `before`. */
  readonly after?: OrderKey;
  readonly limit: number;
}

export interface HistoryPage {
  readonly messages: readonly WireMessage[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** The store is away and this region holds no more than this. */
  readonly incomplete: boolean;
}

/** One event in this region's arrival order. Shared by all readers, so its JSON is written once. */
export interface Entry {
  readonly event: ReaderEvent;
  /** `event` as JSON. */
  readonly json: string;
  /** The bookmark of a reader that has seen this entry and everything before it. */
  readonly cursor: Cursor;
}

export interface Batch {
  readonly entries: readonly Entry[];
  /** The bookmark behind the whole batch. */
  readonly cursor: Cursor;
  readonly reset?: { readonly reason: ResetReason };
  readonly incomplete?: readonly Room[];
}

export interface Subscription {
  /** Where the reader stands now: behind everything handed over. */
  cursor(): Cursor;
  close(): void;
}

/** An Ed25519 public key as JWK (RFC 8037). */
export interface SigningKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
}
