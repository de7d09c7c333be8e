import type { Beacon } from "./beacon.ts";
import type { Proven } from "./bookmark.ts";
import type { Message } from "./message.ts";
import type { MessageId, OrderKey, Origin, Origin8, Room } from "./names.ts";
import type { SlotsRecord } from "./slots.ts";
import type { Since } from "./store.ts";
import type { Stamp } from "./stamp.ts";
import type { Vector } from "./vector.ts";

/** The region's own place: `n` and `stamp` are the last slot it took, `born` is when the origin began. */
export interface OwnRecord {
  readonly born: Stamp;
  readonly n: number;
  readonly stamp: Stamp;
  /** The nonces that beacons of this origin carried, one for each life of the process, the newest last. */
  readonly nonces: readonly string[];
  /** The newest of them that is known to have reached the store. */
  readonly announced: string | undefined;
}

/** One change of the journal. The records of one `journal` effect are written together or not at all. */
export type JournalRecord =
  | { readonly type: "own"; readonly own: OwnRecord }
  /** From now on the region writes as this origin. */
  | { readonly type: "origin"; readonly origin: Origin }
  /** What each origin wrote after this is held, in every room; of one that is not listed everything. */
  | { readonly type: "whole"; readonly after: readonly (readonly [origin8: Origin8, stamp: Stamp])[] }
  /** No change passes this region by since so much had been written; absent: one may. */
  | {
      readonly type: "known";
      readonly from: readonly (readonly [origin8: Origin8, stamp: Stamp])[] | undefined;
    }
  /** A message this region holds. `isWaiting`: it is ours and the store does not have it for certain. */
  | { readonly type: "message"; readonly message: Message; readonly isWaiting: boolean }
  /** An own slot that holds nothing and must be told so to the others. */
  | { readonly type: "void"; readonly room: Room; readonly order: OrderKey }
  /** An own document waits no longer. */
  | { readonly type: "settled"; readonly id: MessageId }
  /** Messages, deletions and blanks no longer held. */
  | { readonly type: "forgotten"; readonly ids: readonly MessageId[] }
  | { readonly type: "deleted"; readonly room: Room; readonly order: OrderKey }
  /** What stands in this slot is no message. */
  | { readonly type: "blank"; readonly room: Room; readonly order: OrderKey }
  /** Where a room is complete; absent: cold. */
  | { readonly type: "floor"; readonly room: Room; readonly floor: string | undefined }
  /** What was seen of an origin. */
  | { readonly type: "slots"; readonly slots: SlotsRecord }
  /** Which own slots are in the store. */
  | { readonly type: "told"; readonly slots: SlotsRecord }
  | { readonly type: "beacon"; readonly beacon: Beacon }
  | { readonly type: "since"; readonly since: Since }
  | { readonly type: "proven"; readonly proven: Proven | undefined };

/** What the journal held when the region started: the sum of its records. */
export interface Snapshot {
  readonly own: OwnRecord;
  readonly told: SlotsRecord | undefined;
  readonly since: Since | undefined;
  readonly proven: Proven | undefined;
  readonly wholeAfter: Vector | undefined;
  readonly knownFrom: Vector | undefined;
  readonly messages: readonly { readonly message: Message; readonly isWaiting: boolean }[];
  readonly voids: readonly { readonly room: Room; readonly order: OrderKey }[];
  readonly deleted: readonly { readonly room: Room; readonly order: OrderKey }[];
  readonly blanks: readonly { readonly room: Room; readonly order: OrderKey }[];
  readonly floors: readonly { readonly room: Room; readonly floor: string }[];
  readonly slots: readonly SlotsRecord[];
  readonly beacons: readonly Beacon[];
}
