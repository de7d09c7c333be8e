import type { Chance } from "../sync/chance.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Schedule } from "./schedule.ts";
import { chanceFor, type Luck, type Swarm } from "./swarm.ts";
import type { Tally } from "./tally.ts";
import type { Trace } from "./trace.ts";

/** What everybody in a world has in common: time, luck, and the pens that write down what happens. */
export class Surroundings {
  readonly swarm: Swarm;
  readonly schedule: Schedule;
  readonly tally: Tally;
  readonly trace: Trace;
  readonly chronicle: Chronicle;
  /** False once all is to heal: from then on nothing fails. */
  isStormy = true;
  /** To be called when something changed in the store: open feeds bring it. */
  stir: () => void = () => undefined;
  /** The store did what it was asked then: a request may be on its way for a minute. */
  changed: (askedMs: number) => void = () => undefined;

  constructor(swarm: Swarm, schedule: Schedule, tally: Tally, trace: Trace, chronicle: Chronicle) {
    this.swarm = swarm;
    this.schedule = schedule;
    this.tally = tally;
    this.trace = trace;
    this.chronicle = chronicle;
  }

  /** A chance of its own for whoever is called so. */
  chanceFor(name: string): Chance {
    return chanceFor(this.swarm.seed, name);
  }

  /** Whether this misfortune strikes now. The same draws are made whether it exists in this world or not. */
  strikes(name: Luck, chance: Chance): boolean {
    const fraction = chance.fraction();
    return this.isStormy && fraction < (this.swarm.luck.get(name) ?? 0);
  }
}
