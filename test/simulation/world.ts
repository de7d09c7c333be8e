import { branded } from "../../sync/brand.ts";
import type { MessageId, Room } from "../../sync/names.ts";
import type { StoreDocument } from "../../sync/store.ts";
import type { Chance } from "../sync/chance.ts";
import { Author } from "./author.ts";
import { Chronicle } from "./chronicle.ts";
import { Couch } from "./couch/couch.ts";
import { DEEDS } from "./deeds.ts";
import type { DiskImage } from "./disk.ts";
import { Follower } from "./follower.ts";
import { forgiveDeletions } from "./holders.ts";
import { Machine } from "./machine.ts";
import { Page } from "./page.ts";
import { Schedule } from "./schedule.ts";
import { Surroundings } from "./surroundings.ts";
import { chanceFor, type PlannedDeed, type Swarm } from "./swarm.ts";
import type { Tally } from "./tally.ts";
import type { Trace } from "./trace.ts";
import { parseMessageId } from "../../sync/names.ts";

/** When every world begins. */
export const NOON_MS = Date.UTC(2026, 0, 1, 12);
const HOUR_MS = 3_600_000;
const ROOMS = ["lobby", "garden", "attic"].map((name) => branded<Room>(name));
const STEP_MS = 400;
/** After the storm, where a document fails for ever: so often everybody says one thing more, so far apart. */
const SMALL_TALK = 16;
const SMALL_TALK_MS = 15_000;

/** Somebody at a page. */
export interface Person {
  readonly page: Page;
  readonly follower: Follower;
  readonly author: Author | undefined;
}

/**
 * Everything there is: machines with regions on them, one store, people. It lasts as long as its storm, in which the
 * deeds of its swarm happen at their times; then all heals, and time goes on until it is quiet.
 */
export class World {
  readonly swarm: Swarm;
  readonly schedule = new Schedule(NOON_MS);
  readonly chronicle = new Chronicle();
  readonly surroundings: Surroundings;
  readonly couch: Couch;
  readonly rooms: readonly Room[];
  readonly machines: Machine[] = [];
  readonly people: readonly Person[];
  readonly chance: Chance;
  /** So many of the documents that are written next fail for ever. */
  cursesToCome = 0;
  /** What heals when the storm is over. */
  readonly #healings: (() => void)[] = [];
  #made = 0;
  #typed = 0;

  constructor(swarm: Swarm, tally: Tally, trace: Trace) {
    this.swarm = swarm;
    this.surroundings = new Surroundings(swarm, this.schedule, tally, trace, this.chronicle);
    this.chance = this.surroundings.chanceFor("world");
    const isCluster = swarm.traits.has("cluster");
    this.couch = new Couch(
      this.surroundings.chanceFor("couch"),
      isCluster ? { nodes: 3, replicas: 3, shards: 1 + this.chance.below(3), lateShare: 0.2 } : {},
    );
    this.surroundings.stir = () => {
      for (const { process } of this.machines) process?.feed?.stirred();
    };
    this.surroundings.changed = (askedMs) => {
      this.surroundings.stir();
      // A write that comes after a deletion it cannot know of stands.
      forgiveDeletions(this, askedMs);
    };
    this.rooms = ROOMS.slice(0, swarm.rooms);
    for (let number = 0; number < swarm.regions; number++) this.addMachine();
    this.people = Array.from({ length: swarm.authors + swarm.readers }, (_, number) =>
      this.#person(number, number < swarm.authors),
    );
    if (isCluster) this.#keepCluster();
  }

  /** The storm, with everything that was planned for it. */
  storm(): void {
    for (const { page, follower, author } of this.people) {
      page.surroundings.schedule.after(page.travelMs(), () => follower.start());
      author?.start();
    }
    for (const deed of this.swarm.deeds) this.schedule.after(deed.afterMs, () => this.#do(deed));
    this.schedule.runUntil(NOON_MS + this.swarm.stormMs);
  }

  /** Nothing fails from now on, and what failed before is mended. */
  heal(): void {
    this.surroundings.trace.note("heal");
    this.surroundings.isStormy = false;
    for (const healing of this.#healings.splice(0)) healing();
    for (const machine of this.machines) machine.boot();
    for (const { page, follower } of this.people) {
      follower.comeBack();
      if (page.home.isGone) this.moveElsewhere(page, follower);
    }
    this.surroundings.stir();
    if (this.swarm.deeds.some(({ name }) => name === "lasting-failures")) this.#keepTalking(SMALL_TALK);
  }

  /** Another region; `disk` is what its machine finds, when that is a copy. */
  addMachine(disk?: DiskImage, isKnownCopy = false): Machine {
    const { traits } = this.swarm;
    this.#made++;
    const number = this.#made;
    const isSkewed = traits.has("skewed-clocks") && this.chance.happens(0.5);
    if (isSkewed) this.surroundings.tally.count("R11");
    const machine = new Machine(
      {
        name: `region-${number}`,
        disk,
        isKnownCopy,
        isDiskless: traits.has("diskless") && number === 2,
        follow: traits.has("poll-only") && number % 2 === 1 ? "poll" : "feed",
        isNewer: traits.has("new-versions") && number === 1,
        skewMs: isSkewed ? this.#skewMs() : 0,
        onItsWay: (document) => this.#curse(document),
      },
      this.couch,
      this.surroundings,
    );
    this.machines.push(machine);
    machine.boot();
    return machine;
  }

  /** Undoes a misfortune after its time, and at the latest when the storm is over. */
  readonly until = (lastsMs: number, healing: () => void): void => {
    let isHealed = false;
    const heal = (): void => {
      if (isHealed) return;
      isHealed = true;
      healing();
      this.surroundings.stir();
    };
    this.#healings.push(heal);
    this.schedule.after(lastsMs, heal);
  };

  /** The next slot of the admin who types messages in. */
  typedSoFar(): number {
    this.#typed++;
    return this.#typed;
  }

  /** Regions that will be there when it is quiet. */
  living(): Machine[] {
    return this.machines.filter(({ isGone }) => !isGone);
  }

  moveElsewhere(page: Page, follower: Follower): void {
    const home = page.chance.pick(this.living());
    if (home === undefined) return;
    page.move(home);
    follower.reconnect();
  }

  /** The ids of the messages that stand in the store. */
  storedIds(): MessageId[] {
    return this.couch.ids().filter((id): id is MessageId => parseMessageId(id) !== undefined);
  }

  #person(number: number, speaks: boolean): Person {
    const { traits, messages } = this.swarm;
    const rooms = this.rooms.filter((_, place) => place === 0 || this.chance.happens(0.6));
    const home = this.chance.pick(this.machines) ?? this.addMachine();
    const name = `${speaks ? "author" : "reader"}-${number}`;
    // The second one is another tab of the first.
    const isTab = speaks && number === 1;
    if (isTab) this.surroundings.tally.count("C8");
    const page = new Page(name, isTab ? "author-0" : name, rooms, home, this.surroundings);
    const isStreaming = traits.has("streams") && this.chance.happens(0.6);
    const author = speaks ? new Author(page, messages, () => this.living()) : undefined;
    return { page, follower: new Follower(page, isStreaming), author };
  }

  #do({ name, seed }: PlannedDeed): void {
    this.surroundings.trace.note(`${this.schedule.nowMs} ${name}`);
    DEEDS[name](this, chanceFor(seed, name));
    this.surroundings.stir();
  }

  /** A document is known to be at fault itself only when its region stores others: so all are talked to in turn. */
  #keepTalking(times: number): void {
    const living = this.living();
    for (const [place, { author }] of this.people.entries()) {
      const where = living[(times + place) % living.length];
      if (where !== undefined) author?.sayMore(where);
    }
    if (times > 1) this.schedule.after(SMALL_TALK_MS, () => this.#keepTalking(times - 1));
  }

  /** What the nodes of a cluster do by themselves, all the time. */
  #keepCluster(): void {
    this.schedule.after(STEP_MS, () => {
      if (this.surroundings.isStormy) this.couch.step();
      else this.couch.settle();
      this.surroundings.stir();
      this.#keepCluster();
    });
  }

  /** Hours off, either way; one in six machines lives in the year 2100. */
  #skewMs(): number {
    if (this.chance.below(6) === 0) return Date.UTC(2100, 0, 1) - NOON_MS;
    return (this.chance.below(9) - 4) * HOUR_MS;
  }

  /** It is the message that the validation minds, not the void in its place. */
  #curse(document: StoreDocument): void {
    if (document["kind"] === "void") this.couch.pardon(document._id);
    const slot = document["kind"] === "message" ? parseMessageId(document._id) : undefined;
    if (this.cursesToCome === 0 || slot === undefined || !this.surroundings.isStormy) return;
    // What the store took once it takes again.
    if (this.chronicle.isConfirmed(branded<MessageId>(document._id))) return;
    this.cursesToCome--;
    this.couch.curse(document._id);
    this.chronicle.unstorable.add(branded<MessageId>(document._id));
  }
}
