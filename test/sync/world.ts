import { classify } from "../../sync/document.ts";
import type { AlarmCode } from "../../sync/events.ts";
import type { Message } from "../../sync/message.ts";
import type { OrderKey, Room } from "../../sync/names.ts";
import { chanceOf, type Chance } from "./chance.ts";
import { Machine } from "./machine.ts";
import { GARDEN, HOUR_MS, LOBBY, NOON_MS, origin } from "./names.ts";
import { Author, Reader } from "./people.ts";
import { StoreModel } from "./store-model.ts";

/** How much luck is bad while it storms. */
const FAILS = 0.12;

/**
 * Several regions, one store, people who talk and read, and bad luck, all drawn from one seed: requests overtake
 * each other, get lost before or after they took effect, feeds break, processes die, clocks are hours off, an
 * admin deletes. Then it is calm, and everything that was promised must be true.
 */
export class World {
  readonly chance: Chance;
  readonly store = new StoreModel();
  readonly machines: Machine[] = [];
  readonly authors: Author[];
  readonly readers: Reader[] = [];
  readonly rooms: readonly Room[] = [LOBBY, GARDEN];
  readonly alarms: AlarmCode[] = [];
  readonly deleted = new Set<string>();
  nowMs = NOON_MS;
  isCalm = false;
  #tasks: (() => void)[] = [];
  #digits = 0;

  constructor(seed: number) {
    this.chance = chanceOf(seed);
    this.addMachine("a");
    this.addMachine("b");
    this.authors = [1, 2, 3].map((number) => new Author(this, number, 8));
  }

  /** A region joins, with a reader of its own. */
  addMachine(digit: string): void {
    const machine = new Machine(this, origin(digit));
    machine.skewMs = this.chance.below(5) === 0 ? (this.chance.below(5) - 2) * HOUR_MS : 0;
    machine.onArrival = (room, arrival) => {
      for (const reader of this.readers) reader.arrived(machine, room, arrival);
    };
    this.machines.push(machine);
    this.readers.push(new Reader(this, machine, this.chance.happens(0.5) ? this.rooms : [LOBBY]));
    machine.tick();
  }

  freshDigit(): string {
    this.#digits++;
    return "defghijklmnopqrstuv".charAt(this.#digits);
  }

  later(task: () => void): void {
    this.#tasks.push(task);
  }

  fails(): boolean {
    return !this.isCalm && this.chance.happens(FAILS);
  }

  storm(steps: number): void {
    for (let step = 0; step < steps; step++) {
      if (step === Math.floor(steps / 2)) this.addMachine("c");
      this.#step();
    }
  }

  /** The luck turns; time passes until everything that was going on has come to its end. */
  calm(seconds: number): void {
    this.isCalm = true;
    for (let second = 0; second < seconds; second++) {
      this.nowMs += 1_000;
      for (const machine of this.machines) machine.tick();
      for (const author of this.authors) author.act();
      this.#settle();
    }
    for (const reader of this.readers) reader.read();
  }

  /** What everybody must show: of each mid the lowest order key the store holds. */
  expected(room: Room): Message[] {
    const lowest = new Map<string, Message>();
    for (const row of this.store.range({ from: `${room}:`, to: `${room}:~`, limit: Infinity })) {
      const incoming = classify(row);
      if (incoming.type !== "message") continue;
      const { session, mid } = incoming.message;
      if (!lowest.has(`${session} ${mid}`)) lowest.set(`${session} ${mid}`, incoming.message);
    }
    return [...lowest.values()];
  }

  #step(): void {
    const { chance } = this;
    const dice = chance.below(100);
    const machine = chance.pick(this.machines);
    if (machine === undefined) return;
    if (dice < 40) this.#runOne();
    else if (dice < 55) machine.moveFeed();
    else if (dice < 68) machine.moveDisk();
    else if (dice < 76) chance.pick(this.authors)?.act();
    else if (dice < 84) chance.pick(this.readers)?.read();
    else if (dice < 94) this.#passTime(machine);
    else if (dice < 96) machine.cutFeed();
    else if (dice < 97) machine.crash();
    else if (dice < 99) chance.pick(this.readers)?.move(machine);
    else this.#misfortune(machine);
  }

  #passTime(machine: Machine): void {
    this.nowMs += this.chance.below(1_500);
    machine.tick();
  }

  #misfortune(machine: Machine): void {
    if (this.chance.happens(0.5)) machine.skewMs += (this.chance.below(3) - 1) * HOUR_MS;
    else this.#deleteOne();
  }

  /** An admin's click. A region tells of the deletions it saw itself, so all must be there to see it. */
  #deleteOne(): void {
    if (this.machines.length < 3 || this.machines.some(({ region }) => !region.hasJoined)) return;
    const room = this.chance.pick(this.rooms);
    const row = this.chance.pick(this.store.range({ from: `${room}:`, to: `${room}:~`, limit: Infinity }));
    if (row === undefined) return;
    const incoming = classify(row);
    if (incoming.type !== "message" || this.#isRepeated(incoming.message)) return;
    this.store.delete(row.id);
    this.deleted.add(incoming.message.mid);
  }

  /** Whoever deletes one of two documents of a mid brings the other to light: that is another story. */
  #isRepeated({ mid, order }: Message): boolean {
    return this.machines.some(({ disk }) =>
      [...disk.messages.values()].some((other) => other.mid === mid && other.order !== order),
    );
  }

  #runOne(): void {
    const [task] = this.#tasks.splice(this.chance.below(this.#tasks.length), 1);
    task?.();
  }

  #settle(): void {
    for (let round = 0; round < 1_000; round++) {
      let isBusy = this.#tasks.length > 0;
      this.#runOne();
      for (const machine of this.machines) {
        isBusy = machine.moveFeed() || isBusy;
        isBusy = machine.moveDisk() || isBusy;
      }
      if (!isBusy) return;
    }
    throw new Error("it never gets quiet");
  }
}

/** The order keys a region shows when it is asked for history, as a door would. */
export function historyOf(machine: Machine, room: Room): OrderKey[] {
  const query = { room, limit: 1_000 };
  const { page, missing } = machine.region.pages.local(query);
  const whole =
    missing === undefined ? page : machine.region.pages.complete(query, machine.world.store.range(missing));
  return whole.messages.map(({ order }) => order);
}
