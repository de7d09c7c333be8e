import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isRecord } from "../sync/json.ts";
import type { DoorLimits } from "./limits.ts";
import { refusal, type Refusal } from "./problem.ts";

/** A request's JSON object: read to its end, parsed once, within its limits, without keys that reach a prototype. */
export interface JsonBody {
  readonly type: "json";
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What JavaScript's objects inherit; a key of that name is an attack, not a field (security A12). */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * A form or a script of another site can send text/plain without asking first, but not this type (A5). A charset
 * other than UTF-8 is not JSON (RFC 8259 §8.1).
 */
export function isDeclaredJson({ headers }: IncomingMessage): boolean {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const saysUtf8 = parameters.every((parameter) => /^\s*charset="?utf-8"?\s*$/.test(parameter));
  return type.trim() === "application/json" && saysUtf8 && headers["content-encoding"] === undefined;
}

/** The body of a request whose headers the gate has let in. */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limits: DoorLimits,
): Promise<JsonBody | Refusal> {
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await readBody(request, limits.bodyBytes);
  return Buffer.isBuffer(body) ? parseJson(body, limits) : body;
}

/** Stops reading at the first byte too many. How long it may take is the server's `requestTimeout`. */
function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) {
        request.pause();
        request.removeAllListeners("data");
        resolve(refusal("body-too-large"));
      } else chunks.push(chunk);
    });
    request.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    // Nobody is left to read the answer; it only ends the wait.
    request.once("close", () => resolve(refusal("malformed-request")));
    request.once("error", () => resolve(refusal("malformed-request")));
  });
}

/** Bytes that are not UTF-8, a byte order mark, more than one value: none of it is JSON. */
export function parseJson(body: Buffer, { jsonDepth, jsonKeys }: DoorLimits): JsonBody | Refusal {
  if (!isUtf8(body)) return refusal("invalid-json");
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return refusal("invalid-json");
  }
  return isRecord(value) && isWithin(value, jsonDepth, jsonKeys)
    ? { type: "json", fields: value }
    : refusal("invalid-json");
}

function isWithin(value: unknown, depth: number, keys: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isWithin(item, depth - 1, keys));
  const entries = Object.entries(value);
  return (
    entries.length <= keys &&
    entries.every(([key, item]) => !FORBIDDEN_KEYS.has(key) && isWithin(item, depth - 1, keys))
  );
}
