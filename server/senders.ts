import type { Effect, PostOutcome } from "../sync/events.ts";
import type { MessageId } from "../sync/names.ts";

/** How long a POST waits for the store before it answers 202: a store nearby needs 2 to 10 ms, people notice 300. */
const STORE_WAIT_MS = 250;
/** How long a POST without a disk waits for the store before it answers 503: the store's own deadline is 10 s. */
const ANSWER_WAIT_MS = 12_000;

type Resolve = (outcome: PostOutcome) => void;

/** Everybody who waits for the answer to a POST. At most as many as there are open connections. */
export class Senders {
  readonly #answers = new Map<number, Resolve>();
  readonly #settling = new Map<MessageId, Set<Resolve>>();
  #lastRequest = 0;

  /** Runs `post` with a new request number and waits for its answer. */
  async answer(post: (request: number) => void): Promise<PostOutcome> {
    this.#lastRequest++;
    const request = this.#lastRequest;
    const outcome = await waitFor((resolve) => {
      this.#answers.set(request, resolve);
      post(request);
    }, ANSWER_WAIT_MS);
    this.#answers.delete(request);
    return outcome ?? { type: "cannot-store" };
  }

  /** The last state of an accepted message, or undefined when the store is not that quick. */
  async settled(id: MessageId): Promise<PostOutcome | undefined> {
    const waiting = this.#settling.get(id) ?? new Set();
    this.#settling.set(id, waiting);
    let own: Resolve | undefined;
    const outcome = await waitFor((resolve) => {
      own = resolve;
      waiting.add(resolve);
    }, STORE_WAIT_MS);
    if (own !== undefined) waiting.delete(own);
    if (waiting.size === 0) this.#settling.delete(id);
    return outcome;
  }

  take(effect: Extract<Effect, { type: "answer" | "settle" }>): void {
    if (effect.type === "answer") this.#answers.get(effect.request)?.(effect.outcome);
    else for (const resolve of this.#settling.get(effect.id) ?? []) resolve(effect.outcome);
  }
}

function waitFor(begin: (resolve: Resolve) => void, waitMs: number): Promise<PostOutcome | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs, undefined);
    begin((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
  });
}
