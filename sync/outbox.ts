import { backoffMs } from "./backoff.ts";
import { BATCH_DOCUMENTS, BATCH_UNITS, LONE_FAILURES } from "./limits.ts";
import { isEarlier, type OrderKey } from "./names.ts";
import type { Found, ReadResult, StoreFault, WriteOutcome, WriteResult } from "./store.ts";
import { isOurDocument, newItem, type Item, type Settled, type Waiting } from "./waiting.ts";

/** The one request of the outbox that is under way. */
export interface Flight {
  readonly number: number;
  readonly type: "write" | "look";
  readonly items: readonly Item[];
  /** The store answered 500 to these before: perhaps one of them is at fault. */
  readonly isSuspect: boolean;
}

interface Group {
  readonly type: "write" | "look";
  readonly items: readonly Item[];
  readonly isSuspect: boolean;
  readonly dueMs: number;
}

/**
 * The way of own documents into the store (design §4, "the store says"). One flight at a time: what gathers while
 * it is under way goes out in the next, so a quiet chat writes at once and a busy one in batches. A document whose
 * fate is unknown is looked up before it is written again, and never written over a deletion.
 */
export class Outbox {
  readonly #items = new Map<OrderKey, Item>();
  readonly #ready: Item[] = [];
  #groups: Group[] = [];
  #flight: Flight | undefined;
  #flights = 0;
  #failures = 0;
  #closedUntilMs = 0;
  /** What the store itself asked for. */
  #askedUntilMs = 0;
  #isWoken = false;
  #stored = 0;

  get size(): number {
    return this.#items.size;
  }

  has(order: OrderKey): boolean {
    return this.#items.has(order);
  }

  /** What was written first of all that waits. */
  get oldest(): OrderKey | undefined {
    let oldest: OrderKey | undefined;
    for (const order of this.#items.keys())
      if (oldest === undefined || isEarlier(order, oldest)) oldest = order;
    return oldest;
  }

  add(waiting: Waiting): void {
    const item = newItem(waiting);
    this.#items.set(item.order, item);
    this.#ready.push(item);
  }

  /** Documents that the store may have, as those found waiting in the journal at start (R3): they are looked up first. */
  lookUp(documents: readonly Waiting[]): void {
    const items = documents.map(newItem);
    for (const item of items) this.#items.set(item.order, item);
    while (items.length > 0)
      this.#groups.push({ type: "look", items: takeBatch(items), isSuspect: false, dueMs: 0 });
  }

  /** The feed shows this document, so its fate is known, whatever our own request said or will say. */
  confirm(order: OrderKey, isOurs: (waiting: Waiting) => boolean): Waiting | undefined {
    const item = this.#items.get(order);
    if (item === undefined || !isOurs(item)) return undefined;
    this.#remove(item);
    this.#stored++;
    return item;
  }

  /**
   * The store answers others of our requests again: the pause that its absence made is over, unless it asked for one.
   * Only once, for if it fails again, then it is our requests that fail.
   */
  storeIsBack(nowMs: number, jitter: number): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    const soonMs = Math.min(this.#closedUntilMs, nowMs + backoffMs(1, jitter));
    this.#closedUntilMs = Math.max(soonMs, this.#askedUntilMs);
  }

  /** The next request, or undefined while one is under way, the store needs a pause, or nothing waits. */
  next(nowMs: number): Flight | undefined {
    if (this.#flight !== undefined || nowMs < this.#closedUntilMs) return undefined;
    const group = this.#takeGroup(nowMs) ?? this.#takeReady();
    if (group === undefined) return undefined;
    this.#flights++;
    this.#flight = {
      number: this.#flights,
      type: group.type,
      items: group.items,
      isSuspect: group.isSuspect,
    };
    return this.#flight;
  }

  wrote(number: number, result: WriteResult, nowMs: number, jitter: number): Settled[] {
    const flight = this.#land(number);
    if (flight === undefined) return [];
    switch (result.type) {
      case "rows":
        this.#answered();
        return this.#judgeRows(flight, result.outcomes, nowMs);
      case "refused":
        this.#answered();
        return this.#judgeRefusal(flight, result.reason, nowMs);
      case "fault":
        return this.#judgeFault(flight, result.fault, nowMs, jitter);
    }
  }

  looked(number: number, result: ReadResult, nowMs: number, jitter: number): Settled[] {
    const flight = this.#land(number);
    if (flight === undefined) return [];
    if (result.type === "fault") {
      this.#regroup(flight, "look", nowMs);
      this.#pause(result.fault, nowMs, jitter);
      return [];
    }
    this.#answered();
    const settled: Settled[] = [];
    const missing: Item[] = [];
    for (const [index, item] of flight.items.entries()) {
      const found: Found = result.found[index] ?? { type: "missing" };
      if (!this.#items.has(item.order)) continue;
      if (found.type === "missing") missing.push(item);
      else settled.push(this.#settleFound(item, found));
    }
    // A copy that lags behind says "taken" and then "not there": no haste in asking it again and again.
    const conflicts = missing.reduce((most, item) => Math.max(most, item.conflicts), 0);
    const pauseMs = conflicts === 0 ? 0 : backoffMs(conflicts, jitter);
    this.#regroup({ ...flight, items: missing }, "write", nowMs + pauseMs);
    return settled;
  }

  #settleFound(item: Item, found: Exclude<Found, { type: "missing" }>): Settled {
    this.#remove(item);
    if (found.type === "deleted") return { type: "deleted", waiting: item };
    if (!isOurDocument(item, found.document))
      return { type: "clashed", waiting: item, there: found.document };
    this.#stored++;
    return { type: "stored", waiting: item };
  }

  #judgeRows(flight: Flight, outcomes: readonly WriteOutcome[], nowMs: number): Settled[] {
    const settled: Settled[] = [];
    const conflicting: Item[] = [];
    const unconfirmed: Item[] = [];
    for (const [index, item] of flight.items.entries()) {
      const outcome: WriteOutcome = outcomes[index] ?? { type: "unconfirmed" };
      if (!this.#items.has(item.order)) continue;
      switch (outcome.type) {
        case "stored":
          this.#remove(item);
          this.#stored++;
          settled.push({ type: "stored", waiting: item });
          break;
        case "refused":
          this.#remove(item);
          settled.push({ type: "rejected", waiting: item, reason: outcome.reason });
          break;
        case "conflict":
          item.conflicts++;
          conflicting.push(item);
          break;
        case "unconfirmed":
          unconfirmed.push(item);
          break;
      }
    }
    this.#regroup({ ...flight, items: conflicting }, "look", nowMs);
    this.#regroup({ ...flight, items: unconfirmed }, "look", nowMs + UNCONFIRMED_MS);
    return settled;
  }

  /** One bad document fails its whole batch: halve it until the culprit stands alone. */
  #judgeRefusal(flight: Flight, reason: string, nowMs: number): Settled[] {
    const [culprit] = flight.items;
    if (flight.items.length === 1 && culprit !== undefined) {
      if (!this.#items.has(culprit.order)) return [];
      this.#remove(culprit);
      return [{ type: "rejected", waiting: culprit, reason }];
    }
    this.#halve(flight, "write", nowMs);
    return [];
  }

  #judgeFault(flight: Flight, fault: StoreFault, nowMs: number, jitter: number): Settled[] {
    if (fault.code === "denied" || fault.code === "missing") {
      this.#regroup(flight, "write", nowMs);
      this.#pause(fault, nowMs, jitter);
      return [];
    }
    if (fault.code !== "failing" || !flight.isSuspect) {
      this.#regroup({ ...flight, isSuspect: flight.isSuspect || fault.code === "failing" }, "look", nowMs);
      this.#pause(fault, nowMs, jitter);
      return [];
    }
    return this.#judgeSuspects(flight, fault, nowMs, jitter);
  }

  /** 500 once more for documents that were looked up in between: reading works, so one of them may be at fault. */
  #judgeSuspects(flight: Flight, fault: StoreFault, nowMs: number, jitter: number): Settled[] {
    const [alone] = flight.items;
    if (flight.items.length > 1 || alone === undefined) {
      this.#halve(flight, "look", nowMs + backoffMs(1, jitter));
      return [];
    }
    if (alone.loneFailures === 0) alone.storedBefore = this.#stored;
    alone.loneFailures++;
    if (
      alone.loneFailures >= LONE_FAILURES &&
      this.#stored > alone.storedBefore &&
      this.#items.has(alone.order)
    ) {
      this.#remove(alone);
      return [{ type: "rejected", waiting: alone, reason: fault.text }];
    }
    this.#regroup(flight, "look", nowMs + backoffMs(alone.loneFailures, jitter));
    return [];
  }

  #pause(fault: StoreFault, nowMs: number, jitter: number): void {
    this.#failures++;
    this.#askedUntilMs = nowMs + (fault.retryAfterMs ?? 0);
    this.#closedUntilMs = Math.max(nowMs + backoffMs(this.#failures, jitter), this.#askedUntilMs);
  }

  #answered(): void {
    this.#failures = 0;
    this.#isWoken = false;
  }

  #halve(flight: Flight, type: "write" | "look", dueMs: number): void {
    const middle = Math.ceil(flight.items.length / 2);
    this.#regroup({ ...flight, items: flight.items.slice(0, middle) }, type, dueMs);
    this.#regroup({ ...flight, items: flight.items.slice(middle) }, type, dueMs);
  }

  #regroup(flight: Flight, type: "write" | "look", dueMs: number): void {
    const items = flight.items.filter((item) => this.#items.has(item.order));
    if (items.length > 0) this.#groups.push({ type, items, isSuspect: flight.isSuspect, dueMs });
  }

  #takeGroup(nowMs: number): Group | undefined {
    const index = this.#groups.findIndex((group) => group.dueMs <= nowMs);
    return index === -1 ? undefined : this.#groups.splice(index, 1)[0];
  }

  #takeReady(): Group | undefined {
    while (this.#ready.length > 0) {
      const items = takeBatch(this.#ready).filter((item) => this.#items.has(item.order));
      if (items.length > 0) return { type: "write", items, isSuspect: false, dueMs: 0 };
    }
    return undefined;
  }

  #land(number: number): Flight | undefined {
    const flight = this.#flight;
    if (flight?.number !== number) return undefined;
    this.#flight = undefined;
    return flight;
  }

  #remove(item: Item): void {
    this.#items.delete(item.order);
  }
}

/** A write on fewer copies than a quorum is asked about again after this long. */
const UNCONFIRMED_MS = 1_000;

/** Takes as many as one request may hold off the front. One always fits. */
function takeBatch(items: Item[]): Item[] {
  let count = 0;
  let units = 0;
  for (const item of items) {
    units += item.units;
    if (count === BATCH_DOCUMENTS || (count > 0 && units > BATCH_UNITS)) break;
    count++;
  }
  return items.splice(0, count);
}
