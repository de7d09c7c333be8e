import type { OrderKey, Room } from "../../sync/names.ts";
import type { HistoryAnswer, PostAnswer, RegionsAnswer, SyncAnswer } from "../../sync/wire.ts";
import { parseRetryAfter } from "./backoff.ts";
import type { OutboxEntry } from "./outbox.ts";
import {
  parseHistory,
  parsePost,
  parseProblem,
  parseRegions,
  parseSession,
  parseSync,
  type Session,
} from "./parse.ts";
import type { Platform } from "./platform.ts";
import { syncPath, type SyncQuery } from "./sync-query.ts";

/** What became of a request, as far as a client has to decide by it. */
export type Answer<T> =
  | { readonly type: "ok"; readonly value: T }
  /** Asking the same again will not help. `reason` is for people. */
  | { readonly type: "refused"; readonly code: string; readonly reason: string }
  /** The token is not, or no longer, good here. */
  | { readonly type: "unauthorized" }
  /** No answer, not in time, not now, or not intelligible. What was asked may have been done. */
  | { readonly type: "unavailable"; readonly retryAfterMs?: number };

/** A POST waits up to 250 ms for the store; the rest is for slow networks. */
const DEADLINE_MS = 15_000;
/** A region that has not begun to answer in this time, beyond what it was asked to wait, may hang. */
const QUIET_MS = 3_000;
/** Whether a region answers at all is found out in this time: what it is asked then, it has in its memory. */
const PROBE_MS = 3_000;
/** How much longer than the wait asked for a long poll's answer may take. */
const POLL_GRACE_MS = 10_000;
/** Of the 4xx these pass by themselves: 408 Request Timeout, 425 Too Early, 429 Too Many Requests. */
const PASSING = new Set([408, 425, 429]);

interface Request<T> {
  readonly path: string;
  readonly parse: (body: unknown) => T | undefined;
  readonly token?: string | undefined;
  readonly body?: unknown;
  /** How long the region was asked to wait before it answers. */
  readonly waitMs?: number;
  /** Beyond that. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** A region that is only asked whether it answers. */
  readonly base?: string;
}

/** A place in a room's history, by order key; neither: its end. */
export interface PageQuery {
  readonly room: Room;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The doors of one region (design §6). Never throws: whatever happens is an `Answer`. */
export class Api {
  readonly #platform: Platform;
  readonly #quiet: () => void;
  #base: string;
  #stay = new AbortController();

  /**
   * `base` is the region's address without a slash at its end; empty for the one that served the page. `quiet` is
   * called when it has not begun to answer a request for three seconds.
   */
  constructor(platform: Platform, base: string, quiet: () => void = () => {}) {
    this.#platform = platform;
    this.#base = base;
    this.#quiet = quiet;
  }

  get base(): string {
    return this.#base;
  }

  /** From now on the doors of another region are asked. For what the one before has not answered nobody waits. */
  moveTo(base: string): void {
    this.#base = base;
    this.#stay.abort();
    this.#stay = new AbortController();
  }

  openSession(name: string): Promise<Answer<Session>> {
    return this.#ask({ path: "/sessions", parse: parseSession, body: { name } });
  }

  post(
    entry: OutboxEntry,
    after: OrderKey | undefined,
    token: string,
    signal?: AbortSignal,
  ): Promise<Answer<PostAnswer>> {
    const { room, mid, text, change } = entry;
    const parse = (body: unknown): PostAnswer | undefined => {
      const answer = parsePost(body);
      return answer?.message.mid === mid ? answer : undefined;
    };
    const body = { mid, text, after, change };
    return this.#ask({ path: `/rooms/${room}/messages`, parse, token, signal, body });
  }

  sync(query: SyncQuery, token: string | undefined, signal: AbortSignal): Promise<Answer<SyncAnswer>> {
    const [waitMs, deadlineMs] = [query.timeoutS * 1000, POLL_GRACE_MS];
    return this.#ask({ path: syncPath(query), parse: parseSync, token, waitMs, deadlineMs, signal });
  }

  /** Up to `limit` messages, ascending: the newest before `before`, the oldest after `after`, or the newest at all. */
  history(
    { room, before, after, limit }: PageQuery,
    token: string | undefined,
  ): Promise<Answer<HistoryAnswer>> {
    const search = new URLSearchParams({ limit: `${limit}` });
    if (before !== undefined) search.set("before", before);
    if (after !== undefined) search.set("after", after);
    return this.#ask({ path: `/rooms/${room}/messages?${search}`, parse: parseHistory, token });
  }

  regions(): Promise<Answer<RegionsAnswer>> {
    return this.#ask({ path: "/regions", parse: parseRegions });
  }

  /** Does the region at this address answer, and how does it stand? */
  probe(base: string): Promise<Answer<RegionsAnswer>> {
    return this.#ask({ path: "/regions", parse: parseRegions, base, deadlineMs: PROBE_MS });
  }

  async #ask<T>(request: Request<T>): Promise<Answer<T>> {
    const { waitMs = 0, deadlineMs = DEADLINE_MS, base } = request;
    const abort = new AbortController();
    const giveUp = (): void => abort.abort();
    const ends = [request.signal, base === undefined ? this.#stay.signal : undefined];
    for (const end of ends) end?.addEventListener("abort", giveUp, { once: true });
    if (request.signal?.aborted === true) giveUp();
    const cancelDeadline = this.#platform.after(waitMs + deadlineMs, giveUp);
    const quiet = base === undefined ? this.#quiet : () => {};
    const cancelQuiet = this.#platform.after(waitMs + QUIET_MS, quiet);
    try {
      const response = await this.#platform.fetch(`${base ?? this.#base}/api/v1${request.path}`, {
        ...requestInit(request),
        signal: abort.signal,
      });
      cancelQuiet();
      const body: unknown = await response.json().catch(() => undefined);
      return understand(response, body, request.parse, this.#platform.now());
    } catch {
      // Refused, reset, gone: fetch tells nobody which, and it makes no difference to what we do.
      return { type: "unavailable" };
    } finally {
      cancelQuiet();
      cancelDeadline();
      for (const end of ends) end?.removeEventListener("abort", giveUp);
    }
  }
}

function requestInit({ token, body }: Request<unknown>): RequestInit {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (body === undefined) return { headers };
  headers["content-type"] = "application/json";
  return { method: "POST", headers, body: JSON.stringify(body) };
}

function understand<T>(
  response: Response,
  body: unknown,
  parse: (body: unknown) => T | undefined,
  nowMs: number,
): Answer<T> {
  const { status } = response;
  if (response.ok) {
    const value = parse(body);
    return value === undefined ? { type: "unavailable" } : { type: "ok", value };
  }
  if (status === 401) return { type: "unauthorized" };
  if (status >= 400 && status < 500 && !PASSING.has(status)) {
    const problem = parseProblem(body);
    return {
      type: "refused",
      code: problem?.code ?? `${status}`,
      reason: problem?.detail ?? `error ${status}`,
    };
  }
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), nowMs);
  return retryAfterMs === undefined ? { type: "unavailable" } : { type: "unavailable", retryAfterMs };
}
