import { isRecord } from "../../../sync/json.ts";
import type { Connection, WholeAnswer } from "../../replay/connection.ts";

/** A region that hangs is asked no longer than this: a POST waits 250 ms for the store, the rest is bad weather. */
export const DEADLINE_MS = 4_000;
/** How long somebody waits before asking again: an impatient person, so that the faults are met. */
const AGAIN_MS = 50;
const AGAIN_SPREAD_MS = 200;

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface JsonAsk {
  readonly body?: unknown;
  readonly token?: string;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Undefined: no answer in time, or none that is whole. */
export async function askJson(
  connection: Connection,
  url: string,
  { body, token, deadlineMs = DEADLINE_MS, signal }: JsonAsk = {},
): Promise<JsonAnswer | undefined> {
  // A timer of our own: in Node 20 `AbortSignal.any` may lose an `AbortSignal.timeout` to the garbage collector.
  const cut = new AbortController();
  const abort = (): void => cut.abort();
  const timer = setTimeout(abort, deadlineMs);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  try {
    const answer = await connection.ask(new URL(url), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? "" : JSON.stringify(body),
      signal: cut.signal,
    });
    return { status: answer.status, body: parseBody(answer) };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

export function pauseMs(random: number): number {
  return AGAIN_MS + random * AGAIN_SPREAD_MS;
}

/** The code of a problem of ours, if it is one. */
export function problemCode(body: unknown): string | undefined {
  return isRecord(body) && typeof body["code"] === "string" ? body["code"] : undefined;
}

function parseBody({ body }: WholeAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
