import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { badRequest, INVALID_JSON, refusal, type Refusal } from "./refusal.ts";

/** One request, its path and query decoded as CouchDB does it. */
export interface Exchange {
  readonly type: "exchange";
  readonly method: string;
  /** Decoded path segments; an id with an encoded slash is one segment. */
  readonly path: readonly string[];
  /** The last of repeated parameters. */
  readonly query: ReadonlyMap<string, string>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Answer {
  readonly type: "answer";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or pieces of it that are made as fast as the client takes them. */
  readonly body: string | AsyncIterable<string>;
}

/** `streamed`: the route has taken the response over. */
export type Reply = Answer | Refusal | { readonly type: "streamed" };

/** Of one request, and of all that are being read: what they may hold in memory. */
const MAX_BODY_BYTES = 64 << 20;
const MAX_BODIES_BYTES = 256 << 20;
const TOO_LARGE = refusal(413, "too_large", "the request entity is too large");

export const HEAD = { server: "CouchDB/3.5.0 (embedded in Settee)", "cache-control": "must-revalidate" };

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { type: "answer", status, headers, body: `${JSON.stringify(value)}\n` };
}

export function jsonText(
  text: string | AsyncIterable<string>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { type: "answer", status: 200, headers, body: text };
}

export function methodNotAllowed(allow: string): Answer {
  const reason = `Only ${allow} allowed`;
  return json(405, { error: "method_not_allowed", reason }, { allow });
}

export function parseExchange(request: IncomingMessage, response: ServerResponse): Exchange | Refusal {
  const [rawPath = "", ...rawQuery] = (request.url ?? "/").split("?");
  const path = rawPath.replace(/^\/+/, "").split("/").map(decode);
  const names: string[] = [];
  for (const segment of path) {
    if (segment === undefined) return refusal(400, "illegal_docid", "Document id must be valid UTF-8");
    names.push(segment);
  }
  const query = new Map(new URLSearchParams(rawQuery.join("?")));
  return { type: "exchange", method: request.method ?? "GET", path: names, query, request, response };
}

/** A plus sign is a space, also in a path. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

export class Bodies {
  #heldBytes = 0;

  /** The request's JSON, or why there is none. An empty body is `empty`, where the route allows it. */
  async json(
    exchange: Exchange,
    options: { empty?: unknown; typed?: boolean } = {},
  ): Promise<{ value: unknown } | Refusal> {
    const { request } = exchange;
    const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "");
    if (options.typed && !isJson) {
      return refusal(415, "bad_content_type", "Content-Type must be application/json");
    }
    const text = await this.text(request);
    if (typeof text !== "string") return text;
    if (text === "" && options.empty !== undefined) return { value: options.empty };
    try {
      return { value: JSON.parse(text) };
    } catch {
      return INVALID_JSON;
    }
  }

  async text(request: IncomingMessage): Promise<string | Refusal> {
    if (request.headers["content-encoding"] !== undefined)
      return badRequest("send the body without content-encoding");
    const pieces: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const piece of request) {
        if (!Buffer.isBuffer(piece)) return INVALID_JSON;
        bytes += piece.length;
        this.#heldBytes += piece.length;
        if (bytes > MAX_BODY_BYTES || this.#heldBytes > MAX_BODIES_BYTES) return TOO_LARGE;
        pieces.push(piece);
      }
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
    } catch {
      return INVALID_JSON;
    } finally {
      this.#heldBytes -= bytes;
    }
  }
}

export async function send(
  exchange: { request: IncomingMessage; response: ServerResponse },
  reply: Answer | Refusal,
): Promise<void> {
  const { request, response } = exchange;
  const answer =
    reply.type === "answer" ? reply : json(reply.status, { error: reply.error, reason: reply.reason });
  const { status, headers, body } = answer;
  // What is left of a body that nobody will read must not be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  if (status === 304) {
    response.writeHead(status, { ...HEAD, ...headers }).end();
    return;
  }
  const typed = body === "" ? {} : { "content-type": "application/json" };
  const head = { ...HEAD, ...typed, ...headers };
  if (typeof body === "string") {
    response.writeHead(status, { ...head, "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  response.writeHead(status, head);
  if (request.method === "HEAD") response.end();
  else await pipeline(Readable.from(body), response);
}
