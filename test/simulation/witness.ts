import type { Effect, Event } from "../../sync/events.ts";
import { isRecord } from "../../sync/json.ts";
import { messageId, parseMessageId } from "../../sync/names.ts";
import type { Row, WriteResult } from "../../sync/store.ts";
import type { ReaderEvent } from "../../sync/wire.ts";
import type { FaultId, Branch } from "./tally.ts";
import type { Surroundings } from "./surroundings.ts";

type EventOf<Type extends Event["type"]> = Extract<Event, { type: Type }>;
type EffectOf<Type extends Effect["type"]> = Extract<Effect, { type: Type }>;

const ALARMS: Readonly<Partial<Record<EffectOf<"alarm">["code"], Branch>>> = {
  quarantined: "conflict clashed",
  rejected: "rejected",
  "since-refused": "since refused",
  "slot-given-up": "slot given up",
  "clock-ahead": "clock ahead",
  "feed-deaf": "canary deaf",
  "origin-renewed": "origin renewed",
  "store-lost-documents": "audit restored",
  contested: "contested",
};

/**
 * Stands beside one process and sees every event and effect, nothing else: which branches it took, what it was told
 * of the store, and which faults it met on the way. So the core needs no hook for being counted.
 */
export class Witness {
  readonly #surroundings: Surroundings;
  /** What the flights under way carry. */
  readonly #flights = new Map<number, readonly string[]>();
  /** Ids whose last write was not answered. */
  readonly #unknown = new Set<string>();
  readonly #voids = new Set<string>();
  readonly #looked = new Set<string>();
  readonly #stored = new Set<string>();
  readonly #seen = new Set<string>();
  /** Messages that stand in the store, as far as rows told. */
  readonly #standing = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The ids of a write that took effect and whose answer is not here yet. */
  get inFlight(): number {
    return this.#flights.size;
  }

  saw(event: Event, effects: readonly Effect[]): void {
    this.#sawEvent(event, effects);
    for (const effect of effects) this.#sawEffect(effect);
  }

  #sawEvent(event: Event, effects: readonly Effect[]): void {
    if ("rows" in event) this.#sawRows(event.rows);
    if (event.type === "wrote") this.#wrote(event);
    if (event.type === "looked") this.#looks(event);
    if (event.type === "joined") this.#count("joined");
    if (event.type === "pageRead") this.#count("page read from the store");
    if (event.type === "scanned" && delivers(effects)) this.#count("hole repaired");
    if (event.type === "feedEnded" && effects.some(({ type }) => type === "poll"))
      this.#count("polled while the feed was away");
    if (event.type === "pollFailed" && event.fault.code === "since-refused") this.#count("S28");
  }

  #sawEffect(effect: Effect): void {
    if (effect.type === "write") this.#writes(effect);
    if (effect.type === "look") this.#flights.set(effect.flight, effect.ids);
    if (effect.type === "erase") this.#count("deletion re-erased");
    if (effect.type === "alarm") this.#alarm(effect);
    if (effect.type === "deliver") this.#delivers(effect.arrival.event);
  }

  #delivers(event: ReaderEvent): void {
    if (event.type === "message" && event.lateMs !== undefined) this.#count("late arrival", "S15");
    if (event.type === "deleted" && event.mid !== undefined && this.#standing.has(event.id))
      this.#count("twin hidden");
  }

  #writes({ flight, documents }: EffectOf<"write">): void {
    const ids = documents.map(({ _id }) => _id);
    for (const document of documents) if (document["kind"] === "void") this.#voids.add(document._id);
    this.#flights.set(flight, ids);
    if (ids.some((id) => this.#voids.has(id))) this.#count("void sent");
    if (ids.some((id) => this.#unknown.has(id))) this.#count("retry after unknown");
    if (ids.some((id) => this.#looked.has(id))) this.#count("written again after a look");
    if (ids.some((id) => this.#stored.has(id))) this.#count("re-push");
  }

  #wrote({ flight, result }: EventOf<"wrote">): void {
    const ids = this.#land(flight);
    if (result.type === "rows") return this.#judged(ids, result);
    if (result.type === "fault") for (const id of ids) this.#unknown.add(id);
    if (result.type === "refused") {
      this.#count("S10");
      const [alone] = ids;
      if (ids.length > 1) this.#count("batch halved");
      else if (alone !== undefined) this.#unstorable(alone);
    }
    return undefined;
  }

  #judged(ids: readonly string[], { outcomes }: Extract<WriteResult, { type: "rows" }>): void {
    for (const [place, id] of ids.entries()) {
      const outcome = outcomes[place]?.type;
      if (outcome === "stored") {
        if (!this.#voids.has(id)) this.#confirm(id);
        this.#count("S7");
      } else if (outcome === "refused") this.#unstorable(id);
      else if (outcome === "unconfirmed") this.#count("S8");
      else if (outcome === "conflict") this.#count("S9");
    }
  }

  #looks({ flight, result }: EventOf<"looked">): void {
    const ids = this.#land(flight);
    if (result.type === "fault") return;
    for (const [place, id] of ids.entries()) {
      const found = result.found[place];
      if (found?.type === "missing") this.#looked.add(id);
      if (found?.type === "deleted") this.#count("look found deleted");
      if (found?.type !== "found") continue;
      if (this.#unknown.has(id)) this.#count("look found ours");
      if (isMessage(found.document)) this.#confirm(id);
    }
  }

  #sawRows(rows: readonly Row[]): void {
    for (const row of rows) {
      if (isMessage(row.document)) {
        this.#confirm(row.id);
        this.#standing.add(row.id);
      } else this.#standing.delete(row.id);
      if (this.#seen.has(row.id) && row.document !== undefined && parseMessageId(row.id) !== undefined)
        this.#count("S14");
      this.#seen.add(row.id);
    }
  }

  #alarm({ code }: EffectOf<"alarm">): void {
    const branch = ALARMS[code];
    if (branch !== undefined) this.#count(branch);
  }

  #confirm(id: string): void {
    const slot = parseMessageId(id);
    if (slot === undefined) return;
    this.#stored.add(id);
    const { chronicle, schedule } = this.#surroundings;
    chronicle.confirmed(messageId(slot.room, slot.order), schedule.nowMs);
  }

  #unstorable(id: string): void {
    const slot = parseMessageId(id);
    if (slot !== undefined) this.#surroundings.chronicle.unstorable.add(messageId(slot.room, slot.order));
  }

  #land(flight: number): readonly string[] {
    const ids = this.#flights.get(flight) ?? [];
    this.#flights.delete(flight);
    return ids;
  }

  #count(...met: readonly (FaultId | Branch)[]): void {
    this.#surroundings.tally.count(...met);
  }
}

function delivers(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.type === "deliver" && effect.arrival.event.type === "message");
}

function isMessage(document: unknown): boolean {
  return isRecord(document) && document["kind"] === "message";
}
