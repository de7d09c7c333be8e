import { backoffMs } from "../../public/client/backoff.ts";
import { makeMid } from "../../public/client/names.ts";
import type { OutboxEntry } from "../../public/client/outbox.ts";
import type { PostOutcome } from "../../sync/events.ts";
import type { WireMessage } from "../../sync/message.ts";
import { changedKey, ownKey, type Mid } from "../../sync/names.ts";
import type { Answer } from "../checkers/history.ts";
import type { Chance } from "../sync/chance.ts";
import type { OpenAttempt } from "./chronicle.ts";
import type { Machine } from "./machine.ts";
import type { Page } from "./page.ts";

/** A page gives a POST up after this long, and does not know what became of it. */
const PATIENCE_MS = 20_000;
/** While it storms somebody thinks about so long between two messages; afterwards all is said quickly. */
const THINK_MS = 2_500;
const HURRY_MS = 60;
/** Whoever has said everything looks this often whether something has to be said again. */
const IDLE_MS = 700;
/** So many of the things somebody says change what he said before; a third of those take it back. */
const CHANGES = 0.08;
const YEAR_MS = 365 * 24 * 3_600_000;

/** What a POST says beside the text. */
type Said = Pick<OutboxEntry, "room" | "mid" | "change">;

/**
 * Says one thing after the other, the next one when the previous has its answer, and repeats what got none with the
 * same mid, perhaps in another region. What was only accepted is posted again whenever the connection is live anew.
 */
export class Author {
  readonly #page: Page;
  #count: number;
  readonly #clockOffMs: number;
  readonly #machines: () => readonly Machine[];
  #said = 0;
  #attempt = 0;
  #failures = 0;
  #isBusy = false;
  /** What it said and was told to be accepted. */
  readonly #accepted: WireMessage[] = [];
  readonly #mind: Chance;
  /** Where it posts, when that is not where it reads. */
  #where: Machine | undefined;

  constructor(page: Page, count: number, machines: () => readonly Machine[]) {
    this.#page = page;
    this.#count = count;
    this.#machines = machines;
    this.#mind = page.surroundings.chanceFor(`what ${page.name} changes`);
    const { chance, surroundings } = page;
    const yearsOff = chance.below(21) - 10;
    const isOff = surroundings.swarm.traits.has("client-clocks");
    this.#clockOffMs = isOff ? yearsOff * YEAR_MS : 0;
    if (isOff) surroundings.tally.count("C9");
  }

  get isDone(): boolean {
    return this.#said === this.#count && !this.#isBusy && this.#page.screen.outbox.next() === undefined;
  }

  /** Small talk: one thing more, in this region. */
  sayMore(where: Machine): void {
    this.#count++;
    this.#where = where;
  }

  start(): void {
    this.#actAfter(this.#thinkMs());
  }

  #actAfter(waitMs: number): void {
    this.#page.surroundings.schedule.after(waitMs, () => this.#act());
  }

  #act(): void {
    if (this.#isBusy) return;
    const entry = this.#page.screen.outbox.next();
    if (entry !== undefined) return this.#post(entry);
    if (this.#said === this.#count) return this.#actAfter(IDLE_MS);
    this.#say();
    return this.#actAfter(this.#thinkMs());
  }

  #thinkMs(): number {
    const { chance, surroundings } = this.#page;
    return 1 + chance.below(surroundings.isStormy ? THINK_MS : HURRY_MS);
  }

  #say(): void {
    const { chance, sender, rooms, screen, session, surroundings } = this.#page;
    const room = chance.pick(rooms);
    if (room === undefined) return;
    const at = surroundings.schedule.nowMs + this.#clockOffMs;
    const mid = makeMid(
      at,
      Uint8Array.from({ length: 10 }, () => chance.below(256)),
    );
    this.#said++;
    const words = wordsOf(sender, this.#said, chance.below(20));
    const before = this.#mind.happens(CHANGES) ? this.#mind.pick(this.#accepted) : undefined;
    if (before !== undefined) return this.#change(before, mid, words, at);
    surroundings.chronicle.says({ session, mid, room, sender, text: words });
    screen.outbox.add({
      room,
      mid,
      text: words,
      name: sender,
      at,
      session: screen.author,
      state: { type: "waiting" },
    });
  }

  #change({ room, mid: changed, order }: WireMessage, mid: Mid, words: string, at: number): void {
    const { sender, screen, session, surroundings } = this.#page;
    const type = this.#mind.below(3) === 0 ? "delete" : "edit";
    const text = type === "delete" ? "" : words;
    const change = { type, mid: changed, order: ownKey(order) } as const;
    surroundings.tally.count(type === "delete" ? "taken back" : "edited");
    surroundings.chronicle.says({ session, mid, room, sender, text, change: { type, mid: changed } });
    const entry = { room, mid, text, change, name: sender, at, session: screen.author } as const;
    screen.outbox.add({ ...entry, state: { type: "waiting" } });
  }

  #post(entry: OutboxEntry): void {
    const { mid, text } = entry;
    const { chance, home, surroundings } = this.#page;
    const goesElsewhere = surroundings.strikes("elsewhere", chance);
    const other = chance.pick(this.#machines());
    const isRepeat = this.#failures > 0;
    const machine = isRepeat && goesElsewhere && other !== undefined ? other : (this.#where ?? home);
    if (machine === other && machine !== home) surroundings.tally.count("C2");
    this.#isBusy = true;
    this.#attempt++;
    const attempt = this.#attempt;
    const isLost = surroundings.strikes("lost-posts", chance);
    const { process } = machine;
    if (process === undefined || isLost) {
      surroundings.tally.count("C13");
      return surroundings.schedule.after(this.#page.travelMs(), () => this.#unanswered(attempt));
    }
    const open = this.#open(mid, text, machine);
    const hangUp = process.connect(() => this.#unanswered(attempt));
    surroundings.schedule.after(PATIENCE_MS, () => this.#unanswered(attempt));
    return surroundings.schedule.after(this.#page.travelMs(), () =>
      process.hear(() => {
        process.door.post(this.#request(entry, open), (outcome) => {
          hangUp();
          this.#answer(attempt, open, outcome, machine);
        });
      }),
    );
  }

  #open(mid: Mid, text: string, machine: Machine): OpenAttempt {
    const { screen, session, surroundings } = this.#page;
    const { newest } = screen;
    return surroundings.chronicle.attempted({
      session,
      mid,
      text,
      region: machine.origin,
      sentMs: surroundings.schedule.nowMs,
      ...(newest === undefined ? {} : { after: newest }),
    });
  }

  #request({ room, mid, change }: Said, { attempt }: OpenAttempt) {
    const { sender, session } = this.#page;
    const { text, after } = attempt;
    return {
      room,
      mid,
      text,
      sender,
      session,
      ...(after === undefined ? {} : { after }),
      ...(change?.order === undefined ? {} : { change: { ...change, order: change.order } }),
    };
  }

  /** In the region: the answer sets out, and may not arrive. */
  #answer(attempt: number, open: OpenAttempt, outcome: PostOutcome, machine: Machine): void {
    const { chance, surroundings } = this.#page;
    if (outcome.type === "taken" && outcome.isReplay) surroundings.tally.count("C1");
    if (surroundings.strikes("lost-answers", chance)) return;
    surroundings.schedule.after(this.#page.travelMs(), () => {
      if (attempt === this.#attempt && this.#isBusy) this.#hear(open, outcome, machine);
    });
  }

  #hear(open: OpenAttempt, outcome: PostOutcome, machine: Machine): void {
    const { screen, surroundings } = this.#page;
    const { mid } = open.attempt;
    open.answer = answerOf(outcome, surroundings.schedule.nowMs);
    this.#isBusy = false;
    switch (outcome.type) {
      case "taken":
        this.#failures = 0;
        screen.answered(outcome.message);
        if (changedKey(outcome.message.order) === undefined) this.#accepted.push(outcome.message);
        this.#reuse(open, outcome.message, machine);
        return this.#actAfter(this.#thinkMs());
      case "mid-reused":
      case "rejected":
        this.#failures = 0;
        screen.outbox.rejected(mid, outcome.type);
        return this.#actAfter(this.#thinkMs());
      case "cannot-store":
      case "overloaded":
        return this.#retryLater();
    }
  }

  /** The same mid with another text, where the first one is known: it must be refused (C3). */
  #reuse({ attempt }: OpenAttempt, taken: WireMessage, { process, origin }: Machine): void {
    const { chance, surroundings } = this.#page;
    const isReused = surroundings.strikes("reused-mids", chance);
    if (
      !isReused ||
      attempt.text === "" ||
      process === undefined ||
      process.isAsleep ||
      origin !== attempt.region
    )
      return;
    const open = surroundings.chronicle.attempted({
      ...attempt,
      text: `${attempt.text}, or something else`,
      sentMs: surroundings.schedule.nowMs,
    });
    process.door.post(this.#request(asPosted(taken), open), (outcome) => {
      open.answer = answerOf(outcome, surroundings.schedule.nowMs);
      if (outcome.type === "mid-reused") surroundings.tally.count("C3");
    });
  }

  #unanswered(attempt: number): void {
    if (attempt !== this.#attempt || !this.#isBusy) return;
    this.#isBusy = false;
    this.#retryLater();
  }

  #retryLater(): void {
    this.#failures++;
    const { chance } = this.#page;
    this.#actAfter(1 + backoffMs(this.#failures, chance.fraction()));
  }
}

function asPosted({ room, mid, change, order }: WireMessage): Said {
  const changed = changedKey(order);
  return change === undefined || changed === undefined
    ? { room, mid }
    : { room, mid, change: { ...change, order: changed } };
}

function answerOf(outcome: PostOutcome, atMs: number): Answer {
  return outcome.type === "taken"
    ? { type: "acknowledged", atMs, message: outcome.message }
    : { type: "refused", atMs, code: outcome.type };
}

/** Mostly short; now and then long, in another script, or with what a careless program would trip over. */
function wordsOf(name: string, number: number, kind: number): string {
  const words = `${name} says ${number}`;
  switch (kind) {
    case 0:
      return `${words} ${"at length ".repeat(40)}`;
    case 1:
      return `${words} שלום 🛋️ <b>"quoted"</b> \u202e`;
    default:
      return words;
  }
}
