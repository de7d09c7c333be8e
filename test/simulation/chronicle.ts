import type {
  Answer,
  Attempt,
  Deed,
  Final,
  Handed,
  History,
  Kept,
  Load,
  LostDisk,
  Process,
  Reader,
  Said,
  Screen,
  Wait,
} from "../checkers/history.ts";
import type { WireMessage } from "../../sync/message.ts";
import type { AlarmCode } from "../../sync/events.ts";
import type { MessageId, Origin, Room } from "../../sync/names.ts";

/** An attempt whose answer may still come. */
export interface OpenAttempt {
  readonly attempt: Attempt;
  answer: Answer | undefined;
}

/** How it all stands when it is quiet again. */
export interface Ending {
  readonly screens: readonly Screen[];
  readonly finals: readonly Final[];
  /** Every message document that stands in the store. */
  readonly stored: readonly WireMessage[];
  readonly loads: readonly Load[];
}

/** Writes the history of a world while it happens, for the checkers to judge. */
export class Chronicle {
  readonly #said: Said[] = [];
  readonly deeds: Deed[] = [];
  readonly lostDisks: LostDisk[] = [];
  readonly waits: Wait[] = [];
  /** What the store refused alone, or was made to refuse for ever. */
  readonly unstorable = new Set<MessageId>();
  readonly #attempts: OpenAttempt[] = [];
  readonly #readers: { reader: Omit<Reader, "handed">; handed: Handed[] }[] = [];
  readonly #synced = new Map<MessageId, number>();
  readonly #confirmed = new Map<MessageId, number>();
  readonly #alarms = new Map<Origin, Partial<Record<AlarmCode, number>>>();

  /** Somebody means to say something. */
  says(said: Said): void {
    this.#said.push(said);
  }

  /** Somebody posts; what it hears goes into the attempt this returns. */
  attempted(attempt: Attempt): OpenAttempt {
    const open: OpenAttempt = { attempt, answer: undefined };
    this.#attempts.push(open);
    return open;
  }

  /** A client reads; what it takes in goes into the list this returns. */
  reads(client: string, rooms: readonly Room[]): Handed[] {
    const handed: Handed[] = [];
    this.#readers.push({ reader: { client, rooms }, handed });
    return handed;
  }

  synced(id: MessageId, atMs: number): void {
    if (!this.#synced.has(id)) this.#synced.set(id, atMs);
  }

  confirmed(id: MessageId, atMs: number): void {
    if (!this.#confirmed.has(id)) this.#confirmed.set(id, atMs);
  }

  isConfirmed(id: MessageId): boolean {
    return this.#confirmed.has(id);
  }

  /** The documents of all messages that were ever synced or confirmed. */
  kept(): Set<MessageId> {
    return new Set([...this.#synced.keys(), ...this.#confirmed.keys()]);
  }

  alarmed(region: Origin, code: AlarmCode): void {
    const alarms = this.#alarms.get(region) ?? {};
    alarms[code] = (alarms[code] ?? 0) + 1;
    this.#alarms.set(region, alarms);
  }

  /** `aliveMs`: how long the world lasted. */
  history({ stored, ...ending }: Ending, aliveMs: number): History {
    return {
      ...ending,
      store: { messages: stored, unstorable: [...this.unstorable] },
      said: this.#judgedSaid(),
      attempts: this.#attempts.map(({ attempt, answer }) =>
        answer === undefined ? attempt : { ...attempt, answer },
      ),
      readers: this.#readers.map(({ reader, handed }) => ({ ...reader, handed })),
      deeds: this.deeds,
      synced: kept(this.#synced),
      confirmed: kept(this.#confirmed),
      lostDisks: this.lostDisks,
      waits: this.waits,
      processes: [...this.#alarms].map(([region, alarms]): Process => {
        const logLines = Object.values(alarms).reduce((sum, count) => sum + count, 0);
        return { region, crashes: [], aliveMs, logLines, alarms };
      }),
    };
  }

  /** An author who was never answered, but saw his message stand in the room, asks no more. */
  #judgedSaid(): Said[] {
    const answered = new Set(this.#attempts.flatMap(({ attempt, answer }) => (answer ? attempt.mid : [])));
    const shown = new Set(
      this.#readers.flatMap(({ handed }) =>
        handed.flatMap(({ event }) => (event.type === "message" ? event.message.mid : [])),
      ),
    );
    return this.#said.map((said) =>
      answered.has(said.mid) || !shown.has(said.mid) ? said : { ...said, isGivenUp: true },
    );
  }
}

function kept(times: ReadonlyMap<MessageId, number>): Kept[] {
  return [...times].map(([id, atMs]) => ({ id, atMs }));
}
