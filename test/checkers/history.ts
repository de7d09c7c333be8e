import type { AlarmCode } from "../../sync/events.ts";
import type { Change, WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, OrderKey, Origin, Room } from "../../sync/names.ts";
import type { ReaderEvent, ResetReason } from "../../sync/wire.ts";

/**
 * What a whole chat went through, as a bystander saw it: what people meant to say, what every region answered, what
 * every reader was handed, and how it all stands when it is quiet again. The simulation, the torture of real
 * processes and hand-written tests record it; one checker for each promise judges it, and knows nothing of how
 * Settee works inside.
 *
 * Plain data: a history that was refused goes into a file as JSON and can be judged again. Times are milliseconds of
 * the recorder's one clock, which no fault touches; fractions keep apart what happened within the same millisecond.
 * Lists are in the order of their times.
 */
export interface History {
  /** What people meant to say, each session's in the order it was said. */
  readonly said: readonly Said[];
  readonly attempts: readonly Attempt[];
  readonly readers: readonly Reader[];
  /** What stands on screens at the end. */
  readonly screens: readonly Screen[];
  /** What every living region answers for every room at the end, read through its door to the very beginning. */
  readonly finals: readonly Final[];
  readonly store: StoreAtTheEnd;
  readonly deeds: readonly Deed[];
  /**
   * Messages that survive the process of the region that took them: each once, when its journal was synced with it,
   * or found after a restart to hold it. Absent: the recorder cannot know.
   */
  readonly synced?: readonly Kept[];
  /**
   * Messages that the store said it has: a write answered with a full quorum, a row or a read that showed it. Each
   * once, when any region heard so first. Neither 202 nor 409 says it. Absent: the recorder cannot know.
   */
  readonly confirmed?: readonly Kept[];
  /**
   * Disks that are gone for ever or were put back to an older copy: what only they had is lost with them, unless its
   * author says it again (R8, R10).
   */
  readonly lostDisks: readonly LostDisk[];
  readonly loads: readonly Load[];
  readonly waits: readonly Wait[];
  readonly processes: readonly Process[];
}

/** The document of a message. */
export interface Kept {
  readonly id: MessageId;
  readonly atMs: number;
}

/** One message as its author means it. A session says the next one only after this one was answered or given up. */
export interface Said {
  readonly session: string;
  readonly mid: Mid;
  readonly room: Room;
  readonly sender: string;
  readonly text: string;
  /** It is no message of its own, but changes an earlier one of its session. */
  readonly change?: Change;
  /** Its author stopped asking: it may be shown or not, and nobody waits for an answer any more. */
  readonly isGivenUp?: true;
}

/** One POST. What was not answered may have taken effect all the same. */
export interface Attempt {
  readonly session: string;
  readonly mid: Mid;
  /** The text it carried: another one than was meant, when an author reuses a mid (C3). */
  readonly text: string;
  readonly region: Origin;
  /** The latest order key its author had seen, by its own part. */
  readonly after?: OrderKey;
  readonly sentMs: number;
  /** What its author heard. Absent when it heard nothing. */
  readonly answer?: Answer;
}

export type Answer =
  /** 200, 201 or 202: the message's state says which. */
  | { readonly type: "acknowledged"; readonly atMs: number; readonly message: WireMessage }
  /**
   * A problem and its code. After `cannot-store` and `rejected` the message may have been shown, or may yet be; all
   * others mean that this attempt did nothing. A 5xx that says no code of ours is no answer.
   */
  | { readonly type: "refused"; readonly atMs: number; readonly code: string };

/** One client that read until all was quiet: what it took in, not what was sent to it and lost on the way. */
export interface Reader {
  readonly client: string;
  /** The rooms it has a right to. */
  readonly rooms: readonly Room[];
  readonly handed: readonly Handed[];
}

export interface Handed {
  readonly atMs: number;
  readonly region: Origin;
  /** One life of a region's process. */
  readonly life: string;
  readonly event: ReaderEvent | Reset;
}

/** It empties the screen, before the events of the same answer. A page that is loaded anew is a reset by `start`. */
export interface Reset {
  readonly type: "reset";
  readonly reason: ResetReason;
  /** Rooms it was told that something is missing of. */
  readonly incomplete?: readonly Room[];
}

/** What a person sees of a room at the end, from above to below. */
export interface Screen {
  readonly client: string;
  readonly room: Room;
  /** It has to show everything from this order key on; "" for everything there is. */
  readonly from: string;
  /** It shows changes in the place of what they change, as the page does; otherwise each by itself, as regions do. */
  readonly isChanged?: true;
  readonly lines: readonly { readonly sender: string; readonly text: string }[];
}

export interface Final {
  readonly region: Origin;
  readonly room: Room;
  /** As its pages have them, oldest first. */
  readonly messages: readonly WireMessage[];
}

export interface StoreAtTheEnd {
  /** Every message document that stands there, of all rooms, in the state `stored`; not what was deleted. */
  readonly messages: readonly WireMessage[];
  /**
   * Messages that the store will not take: it refused them with nothing else in the request, or answered 500 to them
   * again and again while it took others.
   */
  readonly unstorable: readonly MessageId[];
}

/** What an admin did in the store. */
export type Deed =
  | {
      readonly type: "deleted";
      readonly id: MessageId;
      readonly mid: Mid;
      readonly session: string;
      readonly atMs: number;
      /** The store was put back to a copy that does not know of it before any region did: it may stand again, or not. */
      readonly isUndone?: true;
    }
  /** Typed a message in, or changed what stood at this id: it is shown as the store has it. */
  | { readonly type: "typed"; readonly message: WireMessage; readonly atMs: number };

export interface LostDisk {
  readonly region: Origin;
  readonly atMs: number;
}

/** The most that something took which must not grow without end: a queue's length, bytes of memory. */
export interface Load {
  readonly region: Origin;
  readonly what: string;
  readonly most: number;
  readonly bound: number;
}

/** Something that has to end in time: a dead feed unnoticed, a region not in step after healing, a stop. */
export interface Wait {
  readonly what: string;
  readonly fromMs: number;
  /** Absent: it never ended. */
  readonly untilMs?: number;
  readonly boundMs: number;
}

/** All lives of one region together. */
export interface Process {
  readonly region: Origin;
  /** Ends that nobody asked for, by what it said last. */
  readonly crashes: readonly string[];
  readonly aliveMs: number;
  /** Lines at warning or above; in the simulation alarms. */
  readonly logLines: number;
  readonly alarms: Readonly<Partial<Record<AlarmCode, number>>>;
}
