import { parseJson } from "../../../couchdb/json.ts";
import type { Trouble } from "./reach.ts";

/** A request as it was recorded. */
export interface Ask {
  /** Counted from 0. */
  readonly node: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Question {
  readonly node: number;
  readonly method: string;
  /** Undefined: the server itself is asked. */
  readonly database: string | undefined;
  /** What is below the database, decoded: a document's id, or `_changes` and the like. */
  readonly path: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: there is none, or it is not JSON as CouchDB reads it. */
  readonly json: unknown;
}

export type Reply =
  | { readonly type: "answered"; readonly status: number; readonly text: string }
  /** Its rows come with time. */
  | { readonly type: "following"; readonly feed: HttpFeed }
  | { readonly type: "silence" }
  /** The model does not know that part of CouchDB. */
  | { readonly type: "declined"; readonly reason: string };

/** An open feed, continuous or long polling. */
export interface HttpFeed {
  /** Takes what came since it was asked last. True when the feed has come to its end by that. */
  look(): boolean;
  /** Time is up, or its database is gone. */
  end(): void;
  /** Everything it said. */
  readonly text: string;
}

/** What no CouchDB takes, and JSON.parse does. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function parseQuestion({ node, method, path, headers, body }: Ask): Question | Reply {
  const [place = "", search = ""] = path.split("?", 2);
  const [, database = "", ...rest] = place.split("/");
  const decoded = [database, ...rest].map(decode);
  if (decoded.includes(undefined)) return complaint(400, "illegal_docid", "Document id must be valid UTF-8");
  const [name = "", ...below] = decoded;
  const isServer = name === "" || (name.startsWith("_") && method !== "PUT") || name === "_node";
  const isReserved = below[0] === "_design" || below[0] === "_local";
  if (below.length > 1 && !isReserved && !below[0]?.startsWith("_")) return declined("attachments");
  if (below.length > 2) return declined("attachments, views and the like");
  if (/[\\/]_design\/.*\//.test(place)) return declined("attachments, views and the like");
  const named = below.join("/");
  return {
    node,
    method,
    database: isServer ? undefined : name,
    path: named === "" ? undefined : named,
    query: Object.fromEntries(new URLSearchParams(search.replaceAll("+", "%2B"))),
    headers,
    json: body === undefined ? undefined : parseBody(body),
  };
}

/** Numbers beyond a double and lone surrogates are no JSON to CouchDB. */
function parseBody(body: string): unknown {
  const json = parseJson(body);
  return isStorable(json) ? json : undefined;
}

/** Step by step, and not by recursion: CouchDB takes documents nested thousands deep. */
function isStorable(json: unknown): boolean {
  const rest: unknown[] = [json];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === "number" && !Number.isFinite(value)) return false;
    if (typeof value === "string" && LONE_SURROGATE.test(value)) return false;
    if (typeof value === "object" && value !== null)
      rest.push(...Object.keys(value), ...Object.values(value));
  }
  return true;
}

/** A plus sign in a path is a space to CouchDB. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** A parameter that is asked for and not known here, if there is one. */
export function unknownParameter(query: Question["query"], known: readonly string[]): Reply | undefined {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : declined(`the parameter ${unknown}`);
}

export function answer(status: number, body: unknown): Reply {
  return { type: "answered", status, text: `${JSON.stringify(body)}\n` };
}

export function complaint(status: number, error: string, reason: string): Reply {
  return answer(status, { error, reason });
}

export function declined(reason: string): Reply {
  return { type: "declined", reason };
}

export function troubled(trouble: Trouble): Reply {
  return trouble.type === "hangs" ? { type: "silence" } : complaint(412, "nodedown", "progress not possible");
}
