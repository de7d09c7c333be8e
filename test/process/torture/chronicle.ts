import { performance } from "node:perf_hooks";
import type { AlarmCode } from "../../../sync/events.ts";
import type { WireMessage } from "../../../sync/message.ts";
import type { Mid, Origin } from "../../../sync/names.ts";
import type {
  Attempt,
  Deed,
  Handed,
  History,
  Load,
  LostDisk,
  Process,
  Reader,
  Said,
  Wait,
} from "../../checkers/history.ts";

/** What is only known when all is quiet. */
export interface Ending extends Pick<History, "finals" | "screens" | "store"> {
  /** The lives that are not over. */
  readonly living: readonly Process[];
}

/**
 * Writes down what a bystander sees, by one clock that no fault touches. What cannot be seen from outside a process
 * (when a disk was synced, when the store said that it has a message) is left out of the history.
 */
export class Chronicle {
  readonly #said: Said[] = [];
  readonly #givenUp = new Set<Mid>();
  readonly #attempts: Attempt[] = [];
  readonly #readers: (Reader & { readonly handed: Handed[] })[] = [];
  readonly #deeds: Deed[] = [];
  readonly #waits: Wait[] = [];
  readonly #lostDisks: LostDisk[] = [];
  readonly #loads = new Map<string, Load>();
  readonly #lives: Process[] = [];
  /** Every reader is handed the same messages: each is kept once. */
  readonly #messages = new Map<string, WireMessage>();
  #acknowledged = 0;

  /** Milliseconds since the recorder's process began. */
  nowMs(): number {
    return performance.now();
  }

  /** Messages that some region acknowledged; a repeat counts again. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  get saidCount(): number {
    return this.#said.length;
  }

  say(said: Said): void {
    this.#said.push(said);
  }

  giveUp(mid: Mid): void {
    this.#givenUp.add(mid);
  }

  attempt(attempt: Attempt): void {
    if (attempt.answer?.type === "acknowledged") this.#acknowledged++;
    this.#attempts.push(attempt);
  }

  /** What a reader takes in is written with what is returned. */
  reader(client: string, rooms: Reader["rooms"]): (handed: Omit<Handed, "atMs">) => void {
    const handed: Handed[] = [];
    this.#readers.push({ client, rooms, handed });
    return (one) => {
      const { event } = one;
      const kept = event.type === "message" ? { ...event, message: this.#once(event.message) } : event;
      handed.push({ ...one, event: kept, atMs: this.nowMs() });
    };
  }

  deed(deed: Deed): void {
    this.#deeds.push(deed);
  }

  lostDisk(region: Origin): void {
    this.#lostDisks.push({ region, atMs: this.nowMs() });
  }

  wait(wait: Wait): void {
    this.#waits.push(wait);
  }

  /** The most of each region and thing is kept. */
  load(load: Load): void {
    const key = `${load.region} ${load.what}`;
    if ((this.#loads.get(key)?.most ?? 0) < load.most) this.#loads.set(key, load);
  }

  /** A life of a region that is over. */
  life(life: Process): void {
    this.#lives.push(life);
  }

  history({ finals, screens, store, living }: Ending): History {
    return {
      said: this.#said.map((said) => (this.#givenUp.has(said.mid) ? { ...said, isGivenUp: true } : said)),
      attempts: this.#attempts,
      readers: this.#readers,
      screens,
      finals,
      store,
      deeds: this.#deeds,
      lostDisks: this.#lostDisks,
      loads: [...this.#loads.values()],
      waits: this.#waits,
      processes: allLives([...this.#lives, ...living]),
    };
  }

  /** The very object that was kept for the same message in the same state; a text differs once in a blue moon. */
  #once(message: WireMessage): WireMessage {
    const key = `${message.id} ${message.state}`;
    const kept = this.#messages.get(key);
    if (kept === undefined) this.#messages.set(key, message);
    return kept !== undefined && isSame(kept, message) ? kept : message;
  }
}

/** All lives of each region together. */
function allLives(lives: readonly Process[]): Process[] {
  const processes = new Map<Origin, Process>();
  for (const life of lives) {
    const before = processes.get(life.region);
    processes.set(life.region, before === undefined ? life : together(before, life));
  }
  return [...processes.values()];
}

function together(before: Process, life: Process): Process {
  const alarms = new Map(Object.entries(before.alarms));
  for (const [code, count] of Object.entries(life.alarms)) alarms.set(code, (alarms.get(code) ?? 0) + count);
  return {
    region: life.region,
    crashes: [...before.crashes, ...life.crashes],
    aliveMs: before.aliveMs + life.aliveMs,
    logLines: before.logLines + life.logLines,
    alarms: Object.fromEntries(alarms) satisfies Partial<Record<AlarmCode, number>>,
  };
}

function isSame(one: WireMessage, other: WireMessage): boolean {
  return (
    one.mid === other.mid &&
    one.text === other.text &&
    one.order === other.order &&
    one.room === other.room &&
    one.region === other.region &&
    one.at === other.at &&
    one.sender.name === other.sender.name &&
    one.sender.session === other.sender.session
  );
}
