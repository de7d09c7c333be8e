import { ArrivalLog, type Arrival } from "./arrivals.ts";
import { KEPT_MESSAGES, KEPT_PER_ROOM, KEPT_ROOMS, KEPT_TEXT_UNITS } from "./limits.ts";
import type { Message } from "./message.ts";
import {
  messageId,
  orderParts,
  ownKey,
  type MessageId,
  type Mid,
  type OrderKey,
  type Origin8,
  type OwnKey,
  type Room,
} from "./names.ts";
import { mergeVectors, newestOf, type Vector } from "./vector.ts";
import { Window, type Kept } from "./window.ts";

/** What this region holds of a room. */
export interface RoomLog {
  readonly window: Window;
  readonly arrivals: ArrivalLog;
}

/** What `trim` let go of. */
export interface Forgotten {
  readonly room: Room;
  /** Messages and tombstones. */
  readonly ids: readonly MessageId[];
  /** Where the room is complete from now on; absent: it is cold. */
  readonly floor: string | undefined;
  /** Of each origin the newest among them. */
  readonly upTo: Vector;
}

type Cut = Pick<Forgotten, "ids" | "upTo">;

/**
 * All rooms, the one that was quiet longest first, and the index of mids over them. Memory is bounded by number
 * and by size: what is over the bound is forgotten room by room, from the quiet end, down to 50 messages each.
 */
export class Rooms {
  readonly #rooms = new Map<Room, RoomLog>();
  readonly #byMid = new Map<string, Kept[]>();
  #messages = 0;
  #textUnits = 0;
  /** The newest offset of any arrival that was dropped with its room. */
  #arrivalFloor = 0;
  #trims = 0;
  /** The room at the busy end. */
  #busiest: Room | undefined;
  #changed: OwnKey | undefined;

  get size(): number {
    return this.#rooms.size;
  }

  get messages(): number {
    return this.#messages;
  }

  /** How often something was forgotten. */
  get trims(): number {
    return this.#trims;
  }

  names(): Room[] {
    return [...this.#rooms.keys()];
  }

  /** The oldest message that came or went, to be shown or not, since this was asked last. */
  takeChanged(): OwnKey | undefined {
    const changed = this.#changed;
    this.#changed = undefined;
    return changed;
  }

  find(room: Room): RoomLog | undefined {
    return this.#rooms.get(room);
  }

  /** The room, made if it is new, and moved to the busy end. */
  touch(room: Room): RoomLog {
    const known = this.#rooms.get(room);
    if (known !== undefined && room === this.#busiest) return known;
    this.#busiest = room;
    const log = known ?? {
      window: new Window(room, undefined),
      arrivals: new ArrivalLog(this.#arrivalFloor),
    };
    if (known !== undefined) this.#rooms.delete(room);
    this.#rooms.set(room, log);
    return log;
  }

  /** What came after `offset` in this room, or undefined when some of it is no longer held. */
  arrivalsAfter(room: Room, offset: number): readonly Arrival[] | undefined {
    const log = this.#rooms.get(room);
    if (log !== undefined) return log.arrivals.after(offset);
    return offset < this.#arrivalFloor ? undefined : [];
  }

  insert(kept: Kept): void {
    this.touch(kept.message.room).window.insert(kept);
    const key = midKey(kept.message.session, kept.message.mid);
    const twins = this.#byMid.get(key);
    if (twins === undefined) this.#byMid.set(key, [kept]);
    else twins.push(kept);
    this.#messages++;
    this.#textUnits += kept.message.text.length;
    this.#noteChange(kept.message);
  }

  remove(room: Room, order: OrderKey): Kept | undefined {
    const kept = this.#rooms.get(room)?.window.remove(order);
    if (kept === undefined) return undefined;
    this.#noteChange(kept.message);
    this.#unindex(kept);
    return kept;
  }

  /** The messages of one mid by one session, of which the one with the lowest order key is shown. */
  twins(session: string, mid: Mid): readonly Kept[] {
    return this.#byMid.get(midKey(session, mid)) ?? [];
  }

  /**
   * When a bound is passed, forgets until a tenth of it is free again, from the quiet end: first down to 50
   * messages a room, then whole rooms. Messages that the store does not have yet are never forgotten.
   */
  trim(arrivalHead: number): Forgotten[] {
    const forgotten: Forgotten[] = [];
    if (this.#isFull(1)) this.#shorten(forgotten);
    if (this.#isFull(1) || this.#isCrowded(1))
      this.#dropWhole(forgotten, arrivalHead, () => !this.#isFull(0.9) && !this.#isCrowded(0.9));
    if (forgotten.length > 0) this.#trims++;
    return forgotten;
  }

  /** Forgets what the store has of others, and every deletion. */
  forgetOthers(own: Origin8, arrivalHead: number): Forgotten[] {
    this.#trims++;
    return [...this.#rooms].map(([room, log]) => {
      // What waits is ours, under whatever origin we took it.
      const dropped = log.window.forget(
        ({ message, state }) => state === "stored" && orderParts(message.order).origin8 !== own,
      );
      const cut = this.#dropped(dropped);
      return this.#rooms.get(room)?.window.size === 0
        ? this.#dropRoom(room, log, cut, arrivalHead)
        : { room, ...cut, floor: undefined };
    });
  }

  #shorten(forgotten: Forgotten[]): void {
    for (const [room, log] of this.#rooms) {
      if (!this.#isFull(0.9)) return;
      const cut = this.#cut(log, Math.max(KEPT_PER_ROOM, Math.floor(log.window.size / 2)));
      log.arrivals.trim(Math.max(KEPT_PER_ROOM, 2 * log.window.size));
      if (cut.ids.length > 0) forgotten.push({ room, ...cut, floor: log.window.floor });
    }
  }

  #dropWhole(forgotten: Forgotten[], arrivalHead: number, isEnough: () => boolean): void {
    for (const [room, log] of this.#rooms) {
      if (isEnough()) return;
      const { ids, upTo } = this.#cut(log, 0);
      if (log.window.size > 0) {
        if (ids.length > 0) forgotten.push({ room, ids, floor: log.window.floor, upTo });
        continue;
      }
      forgotten.push(this.#dropRoom(room, log, { ids, upTo }, arrivalHead));
    }
  }

  #dropRoom(room: Room, { window }: RoomLog, { ids, upTo }: Cut, arrivalHead: number): Forgotten {
    this.#rooms.delete(room);
    this.#arrivalFloor = arrivalHead;
    return {
      room,
      ids: [
        ...ids,
        ...window.tombstones.keys(),
        ...[...window.blanks].map((order) => messageId(room, order)),
      ],
      floor: undefined,
      // What was deleted is forgotten too: a row that brings it back must count as history.
      upTo: mergeVectors(upTo, newestOf(window.buried())),
    };
  }

  #cut({ window }: RoomLog, keep: number): Cut {
    return this.#dropped(window.trim(keep));
  }

  #dropped(dropped: readonly Kept[]): Cut {
    for (const kept of dropped) this.#unindex(kept);
    const ids = dropped.map(({ message }) => messageId(message.room, message.order));
    return { ids, upTo: newestOf(dropped.map(({ message }) => message.order)) };
  }

  /** With it others of its mid are shown or hidden, and they may be older. */
  #noteChange({ session, mid }: Message): void {
    for (const { message } of this.twins(session, mid)) {
      const key = ownKey(message.order);
      if (this.#changed === undefined || key < this.#changed) this.#changed = key;
    }
  }

  /** Whether the messages fill this share of what may be held. */
  #isFull(share: number): boolean {
    return this.#messages > KEPT_MESSAGES * share || this.#textUnits > KEPT_TEXT_UNITS * share;
  }

  #isCrowded(share: number): boolean {
    return this.#rooms.size > KEPT_ROOMS * share;
  }

  #unindex(kept: Kept): void {
    const key = midKey(kept.message.session, kept.message.mid);
    const others = this.#byMid.get(key)?.filter((twin) => twin !== kept) ?? [];
    if (others.length > 0) this.#byMid.set(key, others);
    else this.#byMid.delete(key);
    this.#messages--;
    this.#textUnits -= kept.message.text.length;
  }
}

function midKey(session: string, mid: Mid): string {
  return `${session} ${mid}`;
}
