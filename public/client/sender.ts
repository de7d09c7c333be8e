import type { OrderKey } from "../../sync/names.ts";
import type { PostAnswer } from "../../sync/wire.ts";
import type { Answer, Api } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";
import type { Session } from "./parse.ts";
import { Pause } from "./pause.ts";
import type { Platform } from "./platform.ts";

export interface SenderListener {
  /** There is a new session, or (undefined) none any more. */
  sessionChanged(session: Session | undefined): void;
  nameRefused(reason: string): void;
  answered(answer: PostAnswer): void;
  rejected(entry: OutboxEntry, reason: string): void;
  /** The region gave no usable answer: whoever believed the connection to be live should look. */
  unanswered(): void;
}

/**
 * Posts what is in the outbox: one message at a time, the next one when the previous has its answer, so that an
 * author's messages keep their order. Whatever gets no answer is repeated with the same mid. Opens the session
 * that posting needs, and another one when the region does not accept it any more.
 */
export class Sender {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #outbox: Outbox;
  readonly #listener: SenderListener;
  readonly #newest: () => OrderKey | undefined;
  readonly #idle: Pause;
  readonly #backoff: Pause;
  #name: string | undefined;
  #session: Session | undefined;
  #failures = 0;
  #isStopped = false;

  /** `newest` tells the newest order key seen: what is posted will sort after it. */
  constructor(
    platform: Platform,
    api: Api,
    outbox: Outbox,
    newest: () => OrderKey | undefined,
    listener: SenderListener,
  ) {
    this.#platform = platform;
    this.#api = api;
    this.#outbox = outbox;
    this.#newest = newest;
    this.#listener = listener;
    this.#idle = new Pause(platform);
    this.#backoff = new Pause(platform);
  }

  /** Returns what stops it. */
  start(): () => void {
    void this.#run();
    return () => {
      this.#isStopped = true;
      this.hurry();
    };
  }

  get name(): string | undefined {
    return this.#name;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** From now on this is the author. A session kept from before is used as long as it is accepted. */
  signIn(name: string, kept?: Session): void {
    this.#name = name;
    this.#use(kept?.name === name ? kept : undefined);
    this.wake();
  }

  /** Somebody was answered 401 with this token. */
  tokenRefused(token: string): void {
    if (token !== this.#session?.token) return;
    this.#use(undefined);
    this.wake();
  }

  /** There is something to do. Does not cut short a wait that the region asked for. */
  wake(): void {
    this.#idle.end();
  }

  /** There is reason to believe that now it will get through. */
  hurry(): void {
    this.#idle.end();
    this.#backoff.end();
  }

  #use(session: Session | undefined): void {
    this.#session = session;
    this.#listener.sessionChanged(session);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const entry = this.#outbox.next();
      if (this.#name === undefined || (this.#session !== undefined && entry === undefined)) {
        await this.#idle.wait();
      } else if (this.#session === undefined) {
        await this.#openSession(this.#name);
      } else if (entry !== undefined) {
        await this.#post(entry, this.#session);
      }
    }
  }

  async #openSession(name: string): Promise<void> {
    const answer = await this.#api.openSession(name);
    if (this.#isStopped || this.#name !== name) return;
    switch (answer.type) {
      case "ok":
        return this.#use(answer.value);
      case "refused":
        this.#name = undefined;
        return this.#listener.nameRefused(answer.reason);
      case "unauthorized":
      case "unavailable":
        return this.#retryLater(answer);
    }
  }

  async #post(entry: OutboxEntry, session: Session): Promise<void> {
    const answer = await this.#api.post(entry, this.#newest(), session.token);
    if (this.#isStopped) return;
    switch (answer.type) {
      case "ok":
        this.#failures = 0;
        return this.#listener.answered(answer.value);
      case "refused":
        this.#failures = 0;
        return this.#listener.rejected(entry, answer.reason);
      case "unauthorized":
        this.tokenRefused(session.token);
        // A session that ended is replaced at once; new ones that are refused as well are not made without end.
        if (this.#failures > 0) return this.#retryLater(answer);
        this.#failures = 1;
        return;
      case "unavailable":
        return this.#retryLater(answer);
    }
  }

  async #retryLater(answer: Answer<never>): Promise<void> {
    this.#failures++;
    this.#listener.unanswered();
    const askedMs = answer.type === "unavailable" ? (answer.retryAfterMs ?? 0) : 0;
    await this.#backoff.wait(askedMs + backoffMs(this.#failures, this.#platform.random()));
  }
}
