import type { Arrival } from "../../sync/arrivals.ts";
import type { WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, OrderKey, Room } from "../../sync/names.ts";
import { handTo } from "../../sync/reading.ts";
import type { Vector } from "../../sync/vector.ts";
import type { Cursor, ReaderEvent } from "../../sync/wire.ts";
import type { Machine } from "./machine.ts";
import { mid } from "./names.ts";
import type { World } from "./world.ts";

/** Says one thing after the other, and repeats what it got no answer for, perhaps somewhere else. */
export class Author {
  readonly session: string;
  readonly acknowledged = new Map<Mid, OrderKey>();
  readonly #world: World;
  readonly #number: number;
  readonly #count: number;
  #said = 0;
  #after: OrderKey | undefined;
  /** Where it repeats what got no answer. */
  #choice: readonly Machine[] = [];
  #asked: Machine | undefined;
  #attempt = 0;

  constructor(world: World, number: number, count: number) {
    this.#world = world;
    this.#number = number;
    this.#count = count;
    this.session = `session-of-author-${number}`;
  }

  get isDone(): boolean {
    return this.#said === this.#count;
  }

  /** Whoever still waits has lost the answer. */
  act(): void {
    const { chance, machines, rooms } = this.#world;
    if (this.isDone) return;
    // A region that joined since then knows what was said before only when somebody asks it for the history.
    if (this.#asked === undefined) this.#choice = machines.filter(({ region }) => region.hasJoined);
    const isElsewhere = this.#asked === undefined || chance.happens(0.3);
    const machine = isElsewhere ? (chance.pick(this.#choice) ?? this.#asked) : this.#asked;
    const room = rooms[this.#number % rooms.length];
    if (machine === undefined || room === undefined) return;
    this.#asked = machine;
    this.#attempt++;
    const attempt = this.#attempt;
    const said = this.#said;
    const post = {
      room,
      mid: mid(this.#number * 1_000 + said),
      sender: `Author ${this.#number}`,
      session: this.session,
      text: `${this.#number}/${said}`,
      after: this.#after,
    };
    machine.post(post, (outcome) => {
      if (outcome.type !== "taken" || this.#world.fails() || attempt !== this.#attempt) return;
      this.acknowledged.set(post.mid, outcome.message.order);
      this.#after = outcome.message.order;
      this.#said = said + 1;
      this.#asked = undefined;
    });
  }
}

/** Keeps a bookmark and what it has seen, by id; moves from region to region; hangs up in the middle. */
export class Reader {
  readonly #known = new Map<MessageId, WireMessage>();
  readonly #world: World;
  readonly rooms: readonly Room[];
  #machine: Machine;
  #cursor: Cursor | undefined;
  #stream: { life: string; offset: number; ahead: Vector } | undefined;

  constructor(world: World, machine: Machine, rooms: readonly Room[]) {
    this.#world = world;
    this.#machine = machine;
    this.rooms = rooms;
  }

  /** What is on the screen: of each mid the lowest order key, as everywhere. */
  shown(room: Room): OrderKey[] {
    const lowest = new Map<string, OrderKey>();
    for (const { order, mid: said, sender, ...message } of this.#known.values()) {
      const key = `${sender.session} ${said}`;
      const known = lowest.get(key);
      if (message.room === room && (known === undefined || order < known)) lowest.set(key, order);
    }
    return [...lowest.values()].sort();
  }

  move(machine: Machine): void {
    this.#stream = undefined;
    this.#machine = machine;
  }

  /** A long poll, or the opening of a stream. The answer may be lost, then the bookmark stays where it was. */
  read(): void {
    const { chance } = this.#world;
    if (this.#stream?.life === this.#machine.life) return;
    const resumed = this.#machine.resume(this.rooms, this.#cursor);
    if (this.#world.fails()) return;
    if (resumed.reset !== undefined) this.#known.clear();
    for (const { event } of resumed.arrivals) this.#take(event);
    this.#cursor = resumed.cursor;
    const { offset, ahead } = resumed;
    if (chance.happens(0.5)) this.#stream = { life: this.#machine.life, offset, ahead };
  }

  /** An arrival on the open stream. */
  arrived(machine: Machine, room: Room | undefined, arrival: Arrival): void {
    const stream = this.#stream;
    if (stream === undefined || machine !== this.#machine || stream.life !== machine.life) return;
    if (arrival.offset <= stream.offset || (room !== undefined && !this.rooms.includes(room))) return;
    stream.offset = arrival.offset;
    const handed = handTo(arrival, stream.ahead);
    this.#take(handed.event);
    this.#cursor = handed.cursor;
    if (this.#world.fails()) this.#stream = undefined;
  }

  #take(event: ReaderEvent): void {
    if (event.type === "deleted") this.#known.delete(event.id);
    if (event.type === "message") this.#known.set(event.message.id, event.message);
  }
}
