import type { SigningKey } from "../sync/beacon.ts";
import type { Mid, OrderKey, OwnKey, Room } from "../sync/names.ts";
import type { Page, PageQuery } from "../sync/pages.ts";
import type { Handed } from "../sync/reading.ts";
import type { Cursor, DigestsAnswer, RegionsAnswer, ResetReason } from "../sync/wire.ts";
import type { Change, WireMessage } from "../sync/message.ts";

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
  history(query: PageQuery): Promise<Page>;

  /**
   * Hands over what came after `cursor` (without one: the newest page, as a `reset` of reason `start`), then
   * everything that arrives, until closed. `deliver` is called before there is a subscription if there is something
   * to hand over at once. Reading the backlog and registering happen in one synchronous turn: in the caller's, unless
   * something has to be read from the store first.
   */
  subscribe(
    rooms: readonly Room[],
    cursor: Cursor | undefined,
    recipient: Recipient,
  ): Subscription | Promise<Subscription>;

  regions(): RegionsAnswer;

  /** What is shown of the ten minutes from `window` (ms since 1970) on, room by room. */
  digests(window: number): DigestsAnswer;

  /** The public signing key (JWK) of an origin this region has heard of, for tokens other regions signed. */
  signingKey(origin: string): SigningKey | undefined;
}

export interface PostRequest {
  readonly room: Room;
  readonly mid: Mid;
  readonly text: string;
  readonly sender: string;
  readonly session: string;
  /** The latest order key the sender had seen, by its own part: the message will be later. */
  readonly after?: OrderKey;
  /** What it does to an earlier message of the same session, and the order key that one stands at. */
  readonly change?: Change & { readonly order: OwnKey };
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

export interface Batch {
  /** Shared by all readers in the same place, so that what they are sent is written once. */
  readonly entries: readonly Handed[];
  /** The bookmark behind the whole batch. */
  readonly cursor: Cursor;
  readonly reset?: { readonly reason: ResetReason };
  readonly incomplete?: readonly Room[];
}

/** Who is handed what arrives. */
export interface Recipient {
  deliver(batch: Batch): void;
}

export interface Subscription {
  /** Where the reader stands now: behind everything handed over. */
  cursor(): Cursor;
  close(): void;
}
