import type { IncomingMessage } from "node:http";
import type { Context, Middleware } from "koa";
import { refuse } from "./answer.ts";
import type { Bugs } from "./bugs.ts";
import { addressKey, type Connections } from "./connections.ts";
import { isDeclaredJson } from "./json-body.ts";
import type { DoorLimits } from "./limits.ts";
import type { Lobby } from "./lobby.ts";
import type { Origins } from "./origins.ts";
import { refusal, type ProblemCode, type Refusal } from "./problem.ts";
import type { Rates } from "./rates.ts";
import { setHeaders } from "./secure-headers.ts";
import type { Tally } from "./tally.ts";

export interface GateOptions {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly limits: DoorLimits;
  readonly origins: Origins;
  readonly connections: Connections;
  readonly lobby: Lobby;
  readonly rates: Rates;
  readonly tally: Tally;
  readonly bugs: Bugs;
}

/** What every request passes before a door, and every answer on its way out. */
export function gate(options: GateOptions): Middleware {
  const { headers, origins, lobby, tally, bugs } = options;
  return async (ctx, next) => {
    setHeaders(ctx.res, headers);
    const isPreflight = answerPreflight(ctx, origins);
    const refused = whyNot(ctx.req, options);
    if (refused !== undefined) {
      refuse(ctx, refused);
      tally.add("gate", ctx.status);
    } else if (!isPreflight) await pass(ctx, next, bugs);
    if (!ctx.headerSent && (lobby.isClosing || hasUnreadBody(ctx.req))) ctx.set("Connection", "close");
  };
}

/** Why this request is not let in. One that is counts against its address's rate. */
export function whyNot(
  request: IncomingMessage,
  { limits, origins, connections, rates }: Pick<GateOptions, "limits" | "origins" | "connections" | "rates">,
): Refusal | undefined {
  const { socket, method = "" } = request;
  if (connections.isRefused(socket)) return refusal("too-many-connections");
  const reason = unfit(request, limits) ?? (method === "POST" ? unfitToPost(request, origins) : undefined);
  return reason === undefined
    ? rates.ofRequest(addressKey(socket.remoteAddress ?? ""), method)
    : refusal(reason);
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
function unfitToPost(request: IncomingMessage, origins: Origins): ProblemCode | undefined {
  const { origin, host, "sec-fetch-site": fetchSite } = request.headers;
  if (!origins.mayPost({ origin, host, fetchSite: typeof fetchSite === "string" ? fetchSite : undefined })) {
    return "cross-origin";
  }
  return isDeclaredJson(request) ? undefined : "unsupported-media-type";
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
async function pass(ctx: Context, next: () => Promise<unknown>, bugs: Bugs): Promise<void> {
  try {
    await next();
  } catch (error) {
    bugs.tell(ctx, error);
    if (ctx.headerSent) ctx.res.destroy();
    else refuse(ctx, refusal("internal"));
  }
}

/** What nobody read is not worth reading: without this Node would swallow it, however much it is. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  return !request.complete && (length !== "0" || encoding !== undefined);
}
