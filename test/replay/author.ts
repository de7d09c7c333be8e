import { randomBytes } from "node:crypto";
import type { OrderKey, Room } from "../../sync/names.ts";
import type { Answer, Api } from "../../public/client/api.ts";
import { backoffMs } from "../../public/client/backoff.ts";
import { makeMid } from "../../public/client/names.ts";
import type { Session } from "../../public/client/parse.ts";
import type { Post, PostOutcome } from "./evidence.ts";
import { pause } from "./pause.ts";
import type { Reader } from "./reader.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** How often a request without an answer is sent: about two minutes in all, longer than any restart. */
const ATTEMPTS = 16;

/** What all authors of one region share. */
export interface Seat {
  readonly region: string;
  readonly api: Api;
  /** What its authors see before they write. */
  readonly reader: Reader;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
}

/** What the last attempt came to; no answer at all is `unavailable`. */
type Settled<T> = Exclude<Answer<T>, { type: "unauthorized" }>;

/** One nick in one room: a session of its own, in one region, that says one thing after the other. */
export class Author {
  readonly #name: string;
  readonly #room: Room;
  readonly #seat: Seat;
  #session: Session | undefined;
  #ownNewest: OrderKey | undefined;
  #repeats = 0;

  constructor(name: string, room: Room, seat: Seat) {
    this.#name = name;
    this.#room = room;
    this.#seat = seat;
  }

  get region(): string {
    return this.#seat.region;
  }

  /** Requests that were sent again because there was no answer. */
  get repeats(): number {
    return this.#repeats;
  }

  /** Posts until there is an answer, always with the same mid. One at a time: the caller waits. */
  async say(text: string): Promise<Post> {
    const room = this.#room;
    const name = this.#name;
    const mid = makeMid(Date.now(), randomBytes(10));
    const after = newer(this.#seat.reader.newest(room), this.#ownNewest);
    const session = this.#session ?? (await this.#signIn());
    const post = { room, mid, text, sender: name, after };
    if ("type" in session) return { ...post, session: "", outcome: session };

    const entry = { room, mid, text, name, at: Date.now(), state: { type: "waiting" } } as const;
    this.#seat.stopwatch.sent(mid);
    const answer = await this.#repeat(() => this.#seat.api.post(entry, after, session.token));
    this.#seat.stopwatch.answered(mid);
    if (answer.type !== "ok") return { ...post, session: session.session, outcome: outcomeOf(answer) };
    const { order } = answer.value.message;
    this.#ownNewest = order;
    return { ...post, session: session.session, outcome: { type: "acknowledged", order } };
  }

  async #signIn(): Promise<Session | PostOutcome> {
    const answer = await this.#repeat(() => this.#seat.api.openSession(this.#name));
    if (answer.type !== "ok") return outcomeOf(answer);
    this.#session = answer.value;
    return answer.value;
  }

  async #repeat<T>(ask: () => Promise<Answer<T>>): Promise<Settled<T>> {
    const { signal } = this.#seat;
    for (let attempt = 1; ; attempt++) {
      const answer = await ask();
      if (answer.type === "unauthorized")
        return { type: "refused", code: "unauthorized", reason: "its own region does not know its token" };
      if (answer.type !== "unavailable" || attempt === ATTEMPTS || signal.aborted) return answer;
      this.#repeats++;
      await pause((answer.retryAfterMs ?? 0) + backoffMs(attempt, Math.random()), signal);
    }
  }
}

function outcomeOf(answer: Exclude<Settled<unknown>, { type: "ok" }>): PostOutcome {
  return answer.type === "refused" ? { type: "refused", code: answer.code } : { type: "unanswered" };
}

function newer(one: OrderKey | undefined, other: OrderKey | undefined): OrderKey | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
