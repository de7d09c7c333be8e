import type { Exchange } from "../bugs.ts";
import type { Batch, Recipient, Subscription } from "../chat.ts";
import type { Guest } from "../lobby.ts";
import type { Slot, Waiting } from "../wheel.ts";
import { attend, type Place, type Reading } from "./reading.ts";

/** A poll that may wait: where it stands, for how many seconds (0: not at all), and who says it is. */
export interface Asked extends Place {
  readonly seconds: number;
  readonly authorization: string | undefined;
}

/** Who asked. Told one of the two, once, unless it left before; perhaps before `ask` has returned. */
export interface Asker extends Exchange {
  /** A `SyncAnswer` as JSON. */
  answered(answer: Buffer): void;
  /** A bug of ours. */
  failed(error: unknown): void;
}

/** What all polls share. */
export interface Polling extends Reading {
  readonly encode: (batch: Batch) => Buffer;
}

/**
 * One long poll, from its subscription to its answer: the first batch, or an empty one with the present cursor once
 * it is due. The cursor moves only when the reader asks with it (C4), so what arrives after the first batch is left
 * for the next poll.
 *
 * Ten thousand of them wait: it is itself its seat, its place on the wheel and the reader, without functions of its own.
 */
export class Poll implements Guest, Waiting, Recipient {
  readonly #polling: Polling;
  readonly #asker: Asker;
  #state: PollState = { type: "asking", isDue: false };
  #slot: Slot | undefined;
  #stopAttending: (() => void) | undefined;

  constructor(polling: Polling, asker: Asker) {
    this.#polling = polling;
    this.#asker = asker;
  }

  /** To be called once. Returns why there is no seat for it, if there is none. */
  ask({ rooms, cursor, seconds, authorization }: Asked): "closing" | "overloaded" | undefined {
    const { chat, lobby, wheel } = this.#polling;
    const refused = lobby.enter(this);
    if (refused !== undefined) return refused;
    if (seconds === 0) this.#state = { type: "asking", isDue: true };
    else this.#slot = wheel.park(seconds, this);
    this.#stopAttending = attend(this.#polling, authorization, rooms);
    try {
      const subscription = chat.subscribe(rooms, cursor, this);
      if (subscription instanceof Promise)
        subscription.then(
          (later) => this.#subscribed(later),
          (error) => this.#fail(error),
        );
      else this.#subscribed(subscription);
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  deliver(batch: Batch): void {
    // In the turn of the fan-out, so that all who get this batch share its bytes.
    this.#confine(() => this.#answer(batch));
  }

  /** Time is up. Before the chat has answered there is no cursor to go on with. */
  due(): void {
    const state = this.#state;
    if (state.type === "asking") this.#state = { type: "asking", isDue: true };
    else if (state.type === "parked")
      this.#confine(() => this.#answer({ entries: [], cursor: state.subscription.cursor() }));
  }

  dismiss(): void {
    this.due();
  }

  /** Nobody waits for its answer any more. */
  leave(): void {
    if (this.#state.type === "parked") this.#state.subscription.close();
    this.#state = { type: "over" };
    this.#slot?.delete(this);
    this.#stopAttending?.();
    this.#polling.lobby.leave(this);
  }

  #subscribed(subscription: Subscription): void {
    if (this.#state.type !== "asking") return subscription.close();
    const { isDue } = this.#state;
    this.#state = { type: "parked", subscription };
    if (isDue) this.due();
  }

  #answer(batch: Batch): void {
    if (this.#state.type === "over") return;
    const answer = this.#polling.encode(batch);
    this.leave();
    this.#asker.answered(answer);
  }

  #fail(error: unknown): void {
    this.leave();
    this.#asker.failed(error);
  }

  #confine(act: () => void): void {
    this.#polling.bugs.confine(this.#asker, act);
  }
}

type PollState =
  | { readonly type: "asking"; readonly isDue: boolean }
  | { readonly type: "parked"; readonly subscription: Subscription }
  | { readonly type: "over" };
