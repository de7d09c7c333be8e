import type { IncomingMessage, ServerResponse } from "node:http";

/** So many readers are let in in one turn of the event loop: about a millisecond of work. */
const READERS_PER_TURN = 3;
/** When so many turns one after the other took in a connection each, a crowd is coming. */
const CROWD_TURNS = 10;
/** While it comes one reader is let in in so many turns: there may be no end of it. */
const CROWD_TURNS_PER_READER = 60;

/** Who asks something, and what is to be written to. */
export interface Visitor {
  readonly request: Pick<IncomingMessage, "method" | "url">;
  readonly response: Pick<ServerResponse, "destroyed">;
}

/**
 * Lets readers in, a few in each turn of the event loop. When a crowd comes back at once the others wait in line, some
 * seconds if there are thousands, while posts are served. Node takes in one connection in each turn, and who finds too many
 * knocking comes again after seconds: so while they come hardly any reader is let in. Measured with ten thousand, all
 * were back after 3 to 6 s, where it took 8 to 16 s with three readers in every turn.
 */
export class Admission<Someone extends Visitor> {
  readonly #seats: number;
  readonly #admit: (visitor: Someone) => void;
  readonly #crowded: () => void;
  /** Who came first stands last in `#front`; behind them are those in `#line`, who came first, first. */
  #front: Someone[] = [];
  #line: Someone[] = [];
  #left = READERS_PER_TURN;
  #isTurnComing = false;
  /** In this turn. */
  #hasNewcomer = false;
  /** So many turns before this one took in a connection each. */
  #crowdTurns = 0;

  /**
   * No more than `seats` wait; those beyond them are let in as they come, and find no seat. `crowded` is called in each
   * turn in which somebody is connected, or some are left in line.
   */
  constructor(seats: number, admit: (visitor: Someone) => void, crowded: () => void) {
    this.#seats = seats;
    this.#admit = admit;
    this.#crowded = crowded;
  }

  get #size(): number {
    return this.#front.length + this.#line.length;
  }

  /** Everybody but readers is let in at once. */
  enter(visitor: Someone): void {
    if (!isReader(visitor) || this.#size >= this.#seats) return this.#admit(visitor);
    this.#line.push(visitor);
    return this.#letIn();
  }

  /** A connection was taken in in this turn. */
  giveWay(): void {
    this.#hasNewcomer = true;
    this.#expectTurn();
    this.#crowded();
  }

  #letIn(): void {
    if (this.#size > 0) this.#expectTurn();
    for (; this.#left > 0 && this.#size > 0; this.#left--) {
      const visitor = this.#first();
      // Who left meanwhile needs no answer.
      if (visitor?.response.destroyed === false) this.#admit(visitor);
    }
  }

  #first(): Someone | undefined {
    if (this.#front.length === 0) {
      this.#front = this.#line.toReversed();
      this.#line = [];
    }
    return this.#front.pop();
  }

  #expectTurn(): void {
    if (!this.#isTurnComing) setImmediate(() => this.#turn());
    this.#isTurnComing = true;
  }

  #turn(): void {
    this.#isTurnComing = false;
    this.#crowdTurns = this.#hasNewcomer ? this.#crowdTurns + 1 : 0;
    this.#hasNewcomer = false;
    // Only the next turn tells whether somebody came in it.
    if (this.#crowdTurns > 0) this.#expectTurn();
    this.#left = this.#share();
    this.#letIn();
    if (this.#size > 0) this.#crowded();
  }

  #share(): number {
    if (this.#crowdTurns < CROWD_TURNS) return READERS_PER_TURN;
    return this.#crowdTurns % CROWD_TURNS_PER_READER === 0 ? 1 : 0;
  }
}

/** Polls, streams and history. */
function isReader({ request: { method, url = "" } }: Visitor): boolean {
  return method !== "POST" && /^\/api\/v1\/(?:sync|stream|rooms)\b/.test(url);
}
