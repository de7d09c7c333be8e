import type { AlarmCode, Effect } from "./events.ts";
import type { JournalRecord } from "./journal.ts";
import type { Origin8 } from "./names.ts";
import type { Origins } from "./origins.ts";

/**
 * One turn of the region: the effects of one event gather here, and its journal records, which are written
 * together or not at all. It also holds what an edge last told of the time, and the chance drawn for this beat.
 */
export class Turn {
  #nowMs: number;
  #steadyMs: number;
  /** In [0, 1). */
  jitter = 0.5;
  #effects: Effect[] = [];
  #records: JournalRecord[] = [];
  #tickets = 0;
  readonly #moved = new Set<Origin8>();
  readonly #alarms = new Map<AlarmCode, number>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
    this.#steadyMs = nowMs;
  }

  /** The wall clock, for stamps and for people. It may go back. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The same without its steps back, for waits: a clock put back by an hour must not make them an hour longer. */
  get steadyMs(): number {
    return this.#steadyMs;
  }

  /** An edge tells the time. */
  tell(nowMs: number): void {
    this.#steadyMs += Math.max(nowMs - this.#nowMs, 0);
    this.#nowMs = nowMs;
  }

  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  record(record: JournalRecord): void {
    this.#records.push(record);
  }

  /** These records are to be on disk before something is told: the journal answers with the ticket returned. */
  sync(records: readonly JournalRecord[]): number {
    this.#tickets++;
    this.emit({ type: "journal", ticket: this.#tickets, records });
    return this.#tickets;
  }

  alarm(code: AlarmCode, detail: string): void {
    this.#effects.push({ type: "alarm", code, detail });
  }

  /** For what may come in floods: the first one is told, and then each that doubles the count. */
  alarmRarely(code: AlarmCode, detail: string): void {
    const count = (this.#alarms.get(code) ?? 0) + 1;
    this.#alarms.set(code, count);
    if ((count & (count - 1)) === 0) this.alarm(code, `${detail} (${count} so far)`);
  }

  /** The slots of this origin changed: they are recorded once, when the turn ends. */
  moved(origin8: Origin8): void {
    this.#moved.add(origin8);
  }

  /** Ends the turn. */
  end(origins: Origins): Effect[] {
    for (const origin8 of this.#moved)
      this.#records.push({ type: "slots", slots: origins.slots(origin8).record() });
    if (this.#records.length > 0)
      this.#effects.push({ type: "journal", records: this.#records, ticket: undefined });
    const effects = this.#effects;
    this.#effects = [];
    this.#records = [];
    this.#moved.clear();
    return effects;
  }
}
