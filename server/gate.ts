import type { IncomingMessage } from "node:http";
import type { Context, Middleware } from "koa";
import { refuse } from "./answer.ts";
import type { Connections } from "./connections.ts";
import { isDeclaredJson } from "./json-body.ts";
import type { DoorLimits } from "./limits.ts";
import type { Lobby } from "./lobby.ts";
import type { Log } from "./log.ts";
import type { Origins } from "./origins.ts";
import { refusal, type ProblemCode } from "./problem.ts";
import { setHeaders } from "./secure-headers.ts";

export interface GateOptions {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly limits: DoorLimits;
  readonly origins: Origins;
  readonly connections: Connections;
  readonly lobby: Lobby;
  readonly log: Log;
}

/** What every request passes before a door, and every answer on its way out. */
export function gate({ headers, limits, origins, connections, lobby, log }: GateOptions): Middleware {
  return async (ctx, next) => {
    setHeaders(ctx.res, headers);
    const reason = connections.isRefused(ctx.req.socket) ? "too-many-connections" : unfit(ctx.req, limits);
    if (reason !== undefined) refuse(ctx, refusal(reason));
    else if (!answerPreflight(ctx, origins)) {
      const fault = ctx.method === "POST" ? unfitToPost(ctx, origins) : undefined;
      if (fault === undefined) await pass(ctx, next, log);
      else refuse(ctx, refusal(fault));
    }
    if (!ctx.headerSent && (lobby.isClosing || hasUnreadBody(ctx.req))) ctx.set("Connection", "close");
  };
}

/** Why this is no request to look at more closely. */
function unfit(request: IncomingMessage, limits: DoorLimits): ProblemCode | undefined {
  const hosts = request.rawHeaders.filter(
    (text, place) => place % 2 === 0 && text.toLowerCase() === "host",
  ).length;
  // Node lets two Host lines pass; a proxy in front may have gone by the other one (A11).
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== "1.0")) return "malformed-request";
  if (bytesBesideCursor(request.url ?? "") > limits.urlBytes) return "url-too-long";
  const { expect = "100-continue" } = request.headers;
  if (expect.toLowerCase() !== "100-continue") return "expectation-failed";
  return Number(request.headers["content-length"] ?? 0) > limits.bodyBytes ? "body-too-large" : undefined;
}

function bytesBesideCursor(url: string): number {
  return url.length - (/[?&]cursor=([^&]*)/.exec(url)?.[1]?.length ?? 0);
}

/** State is changed by POST of JSON from our page, a listed origin or a program, and in no other way (A5). */
function unfitToPost(ctx: Context, origins: Origins): ProblemCode | undefined {
  const { origin, host, "sec-fetch-site": fetchSite } = ctx.req.headers;
  if (!origins.mayPost({ origin, host, fetchSite: typeof fetchSite === "string" ? fetchSite : undefined })) {
    return "cross-origin";
  }
  return isDeclaredJson(ctx.req) ? undefined : "unsupported-media-type";
}

/** Tells a listed origin that it may read the answer, and answers its preflight. No cookies, so no credentials (A4). */
function answerPreflight(ctx: Context, origins: Origins): boolean {
  const { origin, "access-control-request-method": asked } = ctx.req.headers;
  if (origin === undefined || !origins.isListed(origin)) return false;
  ctx.set("Access-Control-Allow-Origin", origin);
  ctx.set("Access-Control-Expose-Headers", "Idempotent-Replayed, Link, Retry-After");
  if (ctx.method !== "OPTIONS" || asked === undefined) return false;
  ctx.set("Access-Control-Allow-Methods", "GET, POST");
  ctx.set("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key, last-event-id");
  ctx.set("Access-Control-Max-Age", "600");
  ctx.status = 204;
  return true;
}

/** A bug in a door ends its own request and no other (R15), and tells the client nothing about us (A23). */
async function pass(ctx: Context, next: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await next();
  } catch (error) {
    log.error("request-failed", { method: ctx.method, ...describeBug(error) });
    if (ctx.headerSent) ctx.res.destroy();
    else refuse(ctx, refusal("internal"));
  }
}

/** Where it happened, without the error's message: that may quote what somebody wrote (A15). */
export function describeBug(error: unknown): { error: string; where: string } {
  if (!(error instanceof Error)) return { error: typeof error, where: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    where: frames
      .slice(0, 3)
      .map((line) => line.trim())
      .join(" "),
  };
}

/** What nobody read is not worth reading: without this Node would swallow it, however much it is. */
function hasUnreadBody(request: IncomingMessage): boolean {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  return !request.complete && (length !== "0" || encoding !== undefined);
}
