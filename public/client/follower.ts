import type { Room } from "../../sync/names.ts";
import type { Cursor, SyncAnswer } from "../../sync/wire.ts";
import type { Api } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import { Pause } from "./pause.ts";
import type { Platform } from "./platform.ts";

/** How we stand with the region, judged by its answers and by nothing else. */
export type Connection =
  | { readonly type: "connecting" }
  | { readonly type: "live" }
  /** The next attempt is made at `retryAt`, milliseconds since 1970. */
  | { readonly type: "offline"; readonly retryAt: number };

export interface FollowerListener {
  /** Called before the cursor moves on: what was not applied would be asked for again. */
  received(answer: SyncAnswer): void;
  connectionChanged(connection: Connection): void;
  tokenRefused(token: string): void;
  token(): string | undefined;
}

/** Below the minute after which proxies and home routers cut idle connections. */
const POLL_TIMEOUT_S = 25;
/** A long poll with nothing to say should have waited; one that answers sooner than this is not asked again at once. */
const QUICK_MS = 1000;

/**
 * Follows rooms by long poll. The cursor is acknowledged by the next request, so an answer that was cut off on its
 * way simply comes again.
 */
export class Follower {
  readonly #platform: Platform;
  readonly #api: Api;
  #rooms: readonly Room[];
  readonly #listener: FollowerListener;
  readonly #pause: Pause;
  #poll = new AbortController();
  #cursor: Cursor | undefined;
  #connection: Connection = { type: "connecting" };
  /** Ask for an answer at once: whether the connection is live is not known, or is doubted. */
  #isPrompt = true;
  #failures = 0;
  #quickAnswers = 0;
  #isStopped = false;

  constructor(platform: Platform, api: Api, rooms: readonly Room[], listener: FollowerListener) {
    this.#platform = platform;
    this.#api = api;
    this.#rooms = rooms;
    this.#listener = listener;
    this.#pause = new Pause(platform);
  }

  /** Returns what stops it; nothing is reported after that. */
  start(): () => void {
    this.#listener.connectionChanged(this.#connection);
    void this.#run();
    return () => {
      this.#isStopped = true;
      this.#poll.abort();
      this.#pause.end();
    };
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Everything up to here has been received; undefined before the first answer. */
  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  /**
   * Follows these rooms instead, from the same cursor on. What was said before it in a room that was not followed is
   * for the history to tell: asked for from now on, it leaves no gap.
   */
  follow(rooms: readonly Room[]): void {
    this.#rooms = rooms;
    this.#poll.abort();
  }

  /** Something hints that the connection came or went: find out now, instead of when the poll or the pause ends. */
  check(): void {
    if (!this.#isPrompt) this.#poll.abort();
    this.#isPrompt = true;
    this.#pause.end();
  }

  /** The region does not answer at all. It is asked on, but nobody should believe any longer that we are live. */
  silent(): void {
    if (this.#connection.type === "offline") return;
    this.check();
    this.#become({ type: "offline", retryAt: this.#platform.now() });
  }

  /** Another region is asked from now on: what the one before has not answered is asked of this one. */
  moved(): void {
    this.#become({ type: "connecting" });
    this.#isPrompt = true;
    this.#failures = 0;
    this.#poll.abort();
    this.#pause.end();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const wasPrompt = this.#isPrompt;
      const startedAt = this.#platform.now();
      const token = this.#listener.token();
      this.#poll = new AbortController();
      const answer = await this.#api.sync(
        { rooms: this.#rooms, cursor: this.#cursor, timeoutS: wasPrompt ? 0 : POLL_TIMEOUT_S },
        token,
        this.#poll.signal,
      );
      if (this.#isStopped) return;
      if (answer.type === "ok") {
        this.#apply(answer.value);
        if (!wasPrompt && isIdle(answer.value) && this.#platform.now() - startedAt < QUICK_MS) {
          await this.#pause.wait(backoffMs(++this.#quickAnswers, this.#platform.random()));
        } else {
          this.#quickAnswers = 0;
        }
      } else if (!this.#poll.signal.aborted) {
        if (answer.type === "unauthorized" && token !== undefined) this.#listener.tokenRefused(token);
        await this.#retryLater(answer.type === "unavailable" ? (answer.retryAfterMs ?? 0) : 0);
      }
    }
  }

  #apply(answer: SyncAnswer): void {
    this.#failures = 0;
    this.#isPrompt = false;
    this.#listener.received(answer);
    this.#cursor = answer.cursor;
    if (this.#connection.type !== "live") this.#become({ type: "live" });
  }

  async #retryLater(askedMs: number): Promise<void> {
    this.#failures++;
    this.#isPrompt = true;
    const waitMs = askedMs + backoffMs(this.#failures, this.#platform.random());
    const waited = this.#pause.wait(waitMs);
    this.#become({ type: "offline", retryAt: this.#platform.now() + waitMs });
    await waited;
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    this.#listener.connectionChanged(connection);
  }
}

function isIdle(answer: SyncAnswer): boolean {
  return answer.events.length === 0 || answer.reset !== undefined;
}
