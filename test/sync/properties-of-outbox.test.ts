import test from "ava";
import * as fc from "fast-check";
import { BACKOFF_LAST_MS, BATCH_DOCUMENTS, LONE_FAILURES } from "../../sync/limits.ts";
import type { OrderKey } from "../../sync/names.ts";
import { Outbox, type Flight } from "../../sync/outbox.ts";
import type {
  Found,
  ReadResult,
  StoreDocument,
  StoreFault,
  WriteOutcome,
  WriteResult,
} from "../../sync/store.ts";
import { waitingFor, type Settled } from "../../sync/waiting.ts";
import { LOBBY, messageOf, NOON_MS, orderAt } from "./names.ts";

/** How the store meets a request. Whatever it says, some of what it was given may be in it afterwards. */
const MOODS = [
  "well",
  "unanswered",
  "stored unanswered",
  "failing",
  "unavailable",
  "denied",
  "missing",
  "no quorum",
  "quorum lost",
  "lagging",
] as const;
type Mood = (typeof MOODS)[number];

/** Every one of these makes its batch be refused. */
const CURSED = 7;

/** A store with moods, which keeps account of what it was asked. It complains of what must never be asked. */
class MoodyStore {
  readonly #documents = new Map<string, StoreDocument | "deleted">();
  /** Written with an outcome nobody knows, and not looked up since. */
  readonly #doubtful = new Set<string>();
  readonly #loneFailures = new Map<string, number>();
  readonly complaints: string[] = [];

  at(id: string): StoreDocument | "deleted" | undefined {
    return this.#documents.get(id);
  }

  /** After a restart nobody knows what became of these. */
  forgetOutcomeOf(ids: readonly string[]): void {
    for (const id of ids) this.#doubtful.add(id);
  }

  delete(id: string): void {
    if (this.#documents.has(id)) this.#documents.set(id, "deleted");
  }

  mayReject(id: string): boolean {
    return isCursed(id) || (this.#loneFailures.get(id) ?? 0) >= LONE_FAILURES;
  }

  write(documents: readonly StoreDocument[], mood: Mood): WriteResult {
    for (const { _id: id } of documents) {
      if (this.#doubtful.has(id)) this.complaints.push(`${id} was written again without a look`);
      if (this.#documents.get(id) === "deleted") this.complaints.push(`${id} was written over a deletion`);
    }
    switch (mood) {
      case "denied":
      case "missing":
        return { type: "fault", fault: faultOf(mood) };
      case "failing": {
        const [alone] = documents;
        if (documents.length === 1 && alone !== undefined)
          this.#loneFailures.set(alone._id, (this.#loneFailures.get(alone._id) ?? 0) + 1);
        return this.#unknown(documents, "failing");
      }
      case "unanswered":
      case "unavailable":
        return this.#unknown(documents, mood === "unanswered" ? "unreachable" : mood);
      case "stored unanswered":
        this.#store(documents);
        return this.#unknown(documents, "unreachable");
      case "well":
      case "no quorum":
      case "quorum lost":
      case "lagging":
        if (documents.some(({ _id }) => isCursed(_id))) return { type: "refused", reason: "too large" };
        return { type: "rows", outcomes: documents.map((document) => this.#row(document, mood)) };
    }
  }

  read(ids: readonly string[]): Found[] {
    return ids.map((id): Found => {
      this.#doubtful.delete(id);
      const there = this.#documents.get(id);
      if (there === undefined) return { type: "missing" };
      return there === "deleted" ? { type: "deleted" } : { type: "found", document: there };
    });
  }

  #row(document: StoreDocument, mood: Mood): WriteOutcome {
    if (mood === "well" && !this.#documents.has(document._id)) {
      this.#store([document]);
      return { type: "stored" };
    }
    this.#doubtful.add(document._id);
    // One copy says taken, the other does not have it.
    if (mood === "lagging" || this.#documents.has(document._id)) return { type: "conflict" };
    if (mood === "no quorum") this.#store([document]);
    return { type: "unconfirmed" };
  }

  #unknown(documents: readonly StoreDocument[], code: StoreFault["code"]): WriteResult {
    for (const { _id } of documents) this.#doubtful.add(_id);
    return { type: "fault", fault: faultOf(code) };
  }

  #store(documents: readonly StoreDocument[]): void {
    for (const document of documents) {
      if (!isCursed(document._id) && !this.#documents.has(document._id))
        this.#documents.set(document._id, document);
    }
  }
}

type Answered =
  | { readonly type: "write"; readonly result: WriteResult }
  | { readonly type: "look"; readonly result: ReadResult };

/** An outbox at work, and what became of each of its documents. */
class Post {
  #outbox = new Outbox();
  readonly store = new MoodyStore();
  readonly fates = new Map<OrderKey, Settled["type"]>();
  readonly complaints: string[] = [];
  readonly #waiting = new Map<OrderKey, number>();
  /** What is under way, and what the store has answered already: its row may come before its answer. */
  #flight: { readonly number: number; readonly answer: Answered } | undefined;
  #said = 0;
  nowMs = NOON_MS;

  get said(): number {
    return this.#said;
  }

  get waiting(): number {
    return this.#outbox.size;
  }

  say(count: number): void {
    for (let n = 0; n < count; n++) {
      this.#said++;
      this.#waiting.set(orderAt(this.#said), this.#said);
      this.#outbox.add(documentOf(this.#said));
    }
  }

  /** What waits is what the journal holds. */
  restart(): void {
    this.#outbox = new Outbox();
    this.#flight = undefined;
    const documents = [...this.#waiting.values()].map(documentOf);
    this.store.forgetOutcomeOf(documents.map(({ document }) => document._id));
    this.#outbox.lookUp(documents);
  }

  send(mood: Mood): void {
    const flight = this.#outbox.next(this.nowMs);
    if (flight === undefined) return;
    if (this.#flight !== undefined) this.complaints.push("two flights at once");
    if (flight.items.length > BATCH_DOCUMENTS) this.complaints.push("too many in one flight");
    this.#flight = { number: flight.number, answer: this.#ask(flight, mood) };
  }

  #ask({ type, items }: Flight, mood: Mood): Answered {
    const documents = items.map(({ document }) => document);
    if (type === "write") return { type, result: this.store.write(documents, mood) };
    const isRead = mood === "well" || mood === "no quorum" || mood === "lagging";
    if (!isRead) return { type, result: { type: "fault", fault: faultOf("unreachable") } };
    return { type, result: { type: "found", found: this.store.read(documents.map(({ _id }) => _id)) } };
  }

  land(): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    this.#flight = undefined;
    const { number, answer } = flight;
    if (answer.type === "write") this.#settle(this.#outbox.wrote(number, answer.result, this.nowMs, 0.5));
    else this.#settle(this.#outbox.looked(number, answer.result, this.nowMs, 0.5));
  }

  /** An admin deletes the first document that waits, not while an answer is on its way: it could not know. */
  deleteFirst(): void {
    const [order] = this.#waiting.keys();
    if (order !== undefined && this.#flight === undefined) this.store.delete(idOf(order));
  }

  /** The feed shows what the store has of the first document that waits. */
  showRow(): void {
    const [order] = this.#waiting.keys();
    if (order === undefined || typeof this.store.at(idOf(order)) !== "object") return;
    const waiting = this.#outbox.confirm(order, () => true);
    if (waiting !== undefined) this.#settle([{ type: "stored", waiting }]);
  }

  #settle(settled: readonly Settled[]): void {
    for (const { type, waiting } of settled) {
      const { order } = waiting;
      const there = this.store.at(idOf(order));
      if (this.fates.has(order)) this.complaints.push(`${order} was settled twice`);
      if (type === "stored" && typeof there !== "object")
        this.complaints.push(`${order} is not in the store`);
      if (type === "deleted" && there !== "deleted") this.complaints.push(`${order} was not deleted`);
      if (type === "rejected" && !this.store.mayReject(idOf(order)))
        this.complaints.push(`${order} was rejected for nothing`);
      this.fates.set(order, type);
      this.#waiting.delete(order);
    }
  }
}

const someMood = fc.oneof(fc.constant("well" as const), fc.constantFrom(...MOODS));
const someStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("say" as const), count: fc.constantFrom(1, 2, 130) }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("send" as const), mood: someMood }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.constantFrom(300, 5_000) }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom("land" as const, "delete" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom("row" as const, "row" as const, "restart" as const) }),
  },
);

test("[OB6] [DL2] [S2] [S8] [S9] [S10] [I1] whatever the store answers, nothing is written again without a look nor over a deletion, and in the end each document has one fate, the true one", (t) => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 60, size: "max" }), (steps) => {
      const post = new Post();
      for (const step of steps) {
        switch (step.type) {
          case "say":
            post.say(step.count);
            break;
          case "send":
            post.send(step.mood);
            break;
          case "land":
            post.land();
            break;
          case "wait":
            post.nowMs += step.ms;
            break;
          case "delete":
            post.deleteFirst();
            break;
          case "row":
            post.showRow();
            break;
          case "restart":
            post.restart();
        }
      }
      // The store is well again. Halving batches and looking first takes no more requests than this.
      for (let round = 0; round < 100 + 2 * post.said && post.waiting > 0; round++) {
        post.nowMs += BACKOFF_LAST_MS;
        post.land();
        post.send("well");
      }
      t.deepEqual([...post.complaints, ...post.store.complaints], []);
      t.is(post.waiting, 0);
      t.is(post.fates.size, post.said);
    }),
    { numRuns: 100 },
  );
});

function documentOf(n: number) {
  return waitingFor(LOBBY, orderAt(n), messageOf(n));
}

function idOf(order: OrderKey): string {
  return `${LOBBY}:${order}`;
}

function isCursed(id: string): boolean {
  return Number(id.slice(id.lastIndexOf("-") + 1)) % 50 === CURSED;
}

function faultOf(code: StoreFault["code"]): StoreFault {
  return { code, text: code };
}
