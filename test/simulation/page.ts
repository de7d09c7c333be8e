import type { Handed } from "../checkers/history.ts";
import type { Room } from "../../sync/names.ts";
import type { Chance } from "../sync/chance.ts";
import type { Machine } from "./machine.ts";
import { Screen } from "./screen.ts";
import type { Surroundings } from "./surroundings.ts";

/** One person's page: where it is, what it shows, and what it has still to send. */
export class Page {
  readonly name: string;
  /** Whose page it is: a person may have two, each with a session of its own. */
  readonly sender: string;
  readonly session: string;
  readonly rooms: readonly Room[];
  readonly surroundings: Surroundings;
  readonly chance: Chance;
  /** One way to a region and back home takes about so long. */
  readonly wayMs: number;
  /** What it took in, for the history. */
  readonly handed: Handed[];
  readonly screen: Screen;
  /** The region it talks to. */
  home: Machine;

  constructor(
    name: string,
    sender: string,
    rooms: readonly Room[],
    home: Machine,
    surroundings: Surroundings,
  ) {
    this.name = name;
    this.sender = sender;
    this.session = `session-of-${name}`;
    this.rooms = rooms;
    this.home = home;
    this.surroundings = surroundings;
    this.chance = surroundings.chanceFor(name);
    this.wayMs = 2 + this.chance.below(80);
    this.handed = surroundings.chronicle.reads(name, rooms);
    this.screen = new Screen(rooms, this.session);
  }

  /** One way over the network. */
  travelMs(): number {
    return 1 + this.chance.below(this.wayMs);
  }

  /** Loaded anew: what was shown is gone, what waits to be sent is not. */
  reload(): void {
    this.screen.clear();
  }

  /** Takes its business to another region. */
  move(home: Machine): void {
    if (home === this.home) return;
    this.home = home;
    this.surroundings.tally.count("C6");
  }
}
