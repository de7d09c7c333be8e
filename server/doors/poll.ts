import type { Batch, Subscription } from "../chat.ts";

/**
 * One long poll, from its subscription to its answer: the first batch, or an empty one with the present cursor once
 * it is due. The cursor moves only when the reader asks with it (C4), so what arrives after the first batch is left
 * for the next poll.
 */
export class Poll {
  #answered: (answer: Buffer | "gone") => void = () => undefined;
  /** Fulfilled with a `SyncAnswer` as JSON, or with "gone" when nobody waits for one any more. */
  readonly answer = new Promise<Buffer | "gone">((resolve) => {
    this.#answered = resolve;
  });
  readonly #encode: (batch: Batch) => Buffer;
  #state: PollState = { type: "asking", isDue: false };

  constructor(encode: (batch: Batch) => Buffer) {
    this.#encode = encode;
  }

  subscribed(subscription: Subscription): void {
    if (this.#state.type !== "asking") return subscription.close();
    const { isDue } = this.#state;
    this.#state = { type: "parked", subscription };
    if (isDue) this.due();
  }

  delivered(batch: Batch): void {
    // In the turn of the fan-out, so that all who get this batch share its bytes.
    if (this.#state.type !== "over") this.#end(this.#encode(batch));
  }

  /** Time is up, or the region stops. Before the chat has answered there is no cursor to go on with. */
  due(): void {
    if (this.#state.type === "asking") this.#state = { type: "asking", isDue: true };
    else if (this.#state.type === "parked") {
      this.#end(this.#encode({ entries: [], cursor: this.#state.subscription.cursor() }));
    }
  }

  gone(): void {
    this.#end("gone");
  }

  #end(answer: Buffer | "gone"): void {
    if (this.#state.type === "parked") this.#state.subscription.close();
    this.#state = { type: "over" };
    this.#answered(answer);
  }
}

type PollState =
  | { readonly type: "asking"; readonly isDue: boolean }
  | { readonly type: "parked"; readonly subscription: Subscription }
  | { readonly type: "over" };
