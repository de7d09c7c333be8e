import type { OrderKey } from "../../sync/names.ts";
import type { PostAnswer } from "../../sync/wire.ts";
import type { Answer, Api } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";
import type { Session } from "./parse.ts";
import { Pause } from "./pause.ts";
import type { Platform } from "./platform.ts";
import type { Sessions } from "./sessions.ts";

export interface SenderListener {
  /** There is a new session, or (undefined) none any more. */
  sessionChanged(session: Session | undefined): void;
  /** By the end of a session. */
  outboxChanged(): void;
  nameRefused(reason: string): void;
  answered(answer: PostAnswer): void;
  rejected(entry: OutboxEntry, reason: string): void;
  /** The region gave no usable answer: whoever believed the connection to be live should look. */
  unanswered(): void;
}

/**
 * Posts what is in the outbox while it is this client's turn: one message at a time, the next one when the previous
 * has its answer, so that an author's messages keep their order. Whatever gets no answer is repeated with the same
 * mid. Opens the session that posting needs, and another one when the region does not accept it any more.
 */
export class Sender {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #outbox: Outbox;
  readonly #sessions: Sessions;
  readonly #listener: SenderListener;
  readonly #newest: () => OrderKey | undefined;
  readonly #idle: Pause;
  readonly #backoff: Pause;
  #post = new AbortController();
  #name: string | undefined;
  #hasTurn = false;
  #failures = 0;
  #isStopped = false;

  /** `newest` tells the newest order key seen: what is posted will sort after it. */
  constructor(
    platform: Platform,
    api: Api,
    outbox: Outbox,
    sessions: Sessions,
    newest: () => OrderKey | undefined,
    listener: SenderListener,
  ) {
    this.#platform = platform;
    this.#api = api;
    this.#outbox = outbox;
    this.#sessions = sessions;
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
      this.#post.abort();
      this.hurry();
    };
  }

  /** It is this client's turn to post, whoever wrote it. */
  begin(): void {
    this.#hasTurn = true;
    this.wake();
  }

  get hasTurn(): boolean {
    return this.#hasTurn;
  }

  get name(): string | undefined {
    return this.#name;
  }

  get session(): Session | undefined {
    return this.#name === undefined ? undefined : this.#sessions.of(this.#name);
  }

  /** Messages wait although they could have been posted. */
  get isHeldUp(): boolean {
    return this.#failures > 0 && this.#outbox.next() !== undefined;
  }

  /** From now on this is the author. A session kept from before is used as long as it is accepted. */
  signIn(name: string, kept?: Session): void {
    this.#name = name;
    if (kept?.name === name) this.#sessions.use(name, kept);
    this.#listener.sessionChanged(this.session);
    this.wake();
  }

  /** Somebody was answered 401 with this token. */
  tokenRefused(token: string): void {
    const refused = this.#sessions.refused(token);
    if (refused === undefined) return;
    this.#outbox.sessionEnded(refused.session);
    this.#listener.outboxChanged();
    if (refused.name === this.#name) this.#listener.sessionChanged(undefined);
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

  /** Another region is asked now: what the one before has not answered is asked again. */
  moved(): void {
    this.#post.abort();
    this.hurry();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const entry = this.#hasTurn ? this.#outbox.next() : undefined;
      const name = entry?.name ?? this.#name;
      const session = entry?.session ?? (name === undefined ? undefined : this.#sessions.of(name));
      if (session === undefined && name !== undefined) await this.#openSession(name);
      else if (entry !== undefined && session !== undefined) await this.#send(entry, session);
      else await this.#idle.wait();
    }
  }

  async #openSession(name: string): Promise<void> {
    const answer = await this.#sessions.open(name);
    if (this.#isStopped) return;
    switch (answer.type) {
      case "ok":
        if (name === this.#name) this.#listener.sessionChanged(answer.value);
        return;
      case "refused":
        return this.#nameRefused(name, answer.reason);
      case "unauthorized":
      case "unavailable":
        return this.#retryLater(answer);
    }
  }

  /** What was written under a name that no region takes cannot be posted either. */
  #nameRefused(name: string, reason: string): void {
    for (const entry of this.#outbox.entries()) {
      if (entry.name === name && entry.session === undefined) this.#listener.rejected(entry, reason);
    }
    if (name !== this.#name) return;
    this.#name = undefined;
    this.#listener.nameRefused(reason);
  }

  async #send(entry: OutboxEntry, session: Session): Promise<void> {
    await this.#outbox.assign(entry, session);
    if (this.#isStopped) return;
    this.#post = new AbortController();
    const answer = await this.#api.post(entry, this.#newest(), session.token, this.#post.signal);
    if (this.#isStopped) return;
    switch (answer.type) {
      case "ok":
        this.#failures = 0;
        return this.#listener.answered(answer.value);
      case "refused":
        this.#failures = 0;
        return this.#listener.rejected(entry, answer.reason);
      case "unauthorized":
        // A session that another page opened is not among ours.
        this.#outbox.sessionEnded(session);
        this.#listener.outboxChanged();
        this.tokenRefused(session.token);
        // A session that ended is replaced at once; new ones that are refused as well are not made without end.
        if (this.#failures > 0) return this.#retryLater(answer);
        this.#failures = 1;
        return;
      case "unavailable":
        return this.#post.signal.aborted ? undefined : this.#retryLater(answer);
    }
  }

  async #retryLater(answer: Answer<never>): Promise<void> {
    this.#failures++;
    this.#listener.unanswered();
    const askedMs = answer.type === "unavailable" ? (answer.retryAfterMs ?? 0) : 0;
    await this.#backoff.wait(askedMs + backoffMs(this.#failures, this.#platform.random()));
  }
}
