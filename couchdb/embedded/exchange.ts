import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { INVALID_JSON, notImplemented, refusal, type Refusal } from "./refusal.ts";

/** One request, its path and query decoded. */
export interface Exchange {
  readonly type: "exchange";
  readonly method: string;
  /** Decoded path segments; an id with an encoded slash is one segment. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Answer {
  readonly type: "answer";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or in pieces that are made as fast as the client takes them. */
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** `streamed`: the route has taken the response over. */
export type Reply = Answer | Refusal | { readonly type: "streamed" };

/** What a request may hold in memory; a batch of Settee's has at most 1 MB. */
const MAX_BODY_BYTES = 16_000_000;

export const HEAD = {
  server: "CouchDB/3.5.0 (embedded in Settee)",
  "cache-control": "must-revalidate",
  "content-type": "application/json",
};

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { type: "answer", status, headers, body: `${JSON.stringify(value)}\n` };
}

/** The honest answer to a method or a path that only a real CouchDB knows. */
export function declined({ method, path }: Exchange): Refusal {
  return notImplemented(`${method} /${path.join("/")}`);
}

export function parseExchange(request: IncomingMessage, response: ServerResponse): Exchange | Refusal {
  const [path = "", ...query] = (request.url ?? "/").split("?");
  try {
    return {
      type: "exchange",
      method: request.method ?? "GET",
      path: path.replace(/^\/+/, "").split("/").map(decodeURIComponent),
      query: new URLSearchParams(query.join("?")),
      request,
      response,
    };
  } catch {
    return refusal(400, "illegal_docid", "Document id must be valid UTF-8");
  }
}

/** The name of a parameter that is none of these. */
export function unknownParameter(query: URLSearchParams, known: readonly string[]): string | undefined {
  return [...query.keys()].find((name) => !known.includes(name));
}

/** Undefined when it is no integer, or negative. */
export function readInteger(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The request's JSON, or why there is none. */
export async function readJson({ request }: Exchange): Promise<{ value: unknown } | Refusal> {
  // A foreign page can send a form's types without asking first; this one it cannot.
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    return refusal(415, "bad_content_type", "Content-Type must be application/json");
  }
  const text = await readText(request, MAX_BODY_BYTES);
  if (typeof text !== "string") return text;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return INVALID_JSON;
  }
}

export async function readText(request: IncomingMessage, maxBytes: number): Promise<string | Refusal> {
  if (request.headers["content-encoding"] !== undefined) return notImplemented("content-encoding");
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request) {
      if (!Buffer.isBuffer(piece)) return INVALID_JSON;
      bytes += piece.length;
      if (bytes > maxBytes) return refusal(413, "too_large", "the request entity is too large");
      pieces.push(piece);
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
  } catch {
    return INVALID_JSON;
  }
}

export async function send(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  reply: Answer | Refusal,
): Promise<void> {
  const answer =
    reply.type === "answer" ? reply : json(reply.status, { error: reply.error, reason: reply.reason });
  const { status, body } = answer;
  // What is left of a body that nobody will read must not be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  const head = { ...HEAD, ...answer.headers };
  if (typeof body === "string" || Buffer.isBuffer(body)) {
    response.writeHead(status, { ...head, "content-length": Buffer.byteLength(body) }).end(body);
  } else {
    response.writeHead(status, head);
    await pipeline(Readable.from(body), response);
  }
}
