import { isObject } from "./draft.ts";
import type { Database } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { Row } from "./records.ts";
import { badRequest, notImplemented, refusal, type Refusal } from "./refusal.ts";
import { parseSince } from "./sequence.ts";
import { documentText } from "./text.ts";

/** What a request of the feed asks for. */
export interface Question {
  readonly type: "question";
  readonly feed: "normal" | "longpoll" | "continuous";
  readonly after: number;
  readonly limit: number;
  readonly descending: boolean;
  readonly includeDocs: boolean;
  /** All leaves in a row's `changes`, not the winner alone. */
  readonly allLeaves: boolean;
  readonly conflicts: boolean;
  /** Only these; undefined: all. */
  readonly wanted: ((id: string) => boolean) | undefined;
  /** How often an empty line is sent. Undefined: never, and the feed ends after `timeoutMs` without a row. */
  readonly heartbeatMs: number | undefined;
  readonly timeoutMs: number;
}

/** Default and greatest value of both timers; a larger one is cut. */
const MAX_WAIT_MS = 60_000;
const FEEDS = new Map([
  ["normal", "normal"],
  ["longpoll", "longpoll"],
  ["continuous", "continuous"],
  ["live", "continuous"],
] as const);
// Recorded: what an Erlang function answers that was given no integer.
const BAD_ARGUMENT = refusal(500, "unknown_error", "badarg");
const BAD_SINCE = badRequest("Malformed sequence supplied in 'since' parameter.");

export function readQuestion({ query }: Exchange, body: unknown, database: Database): Question | Refusal {
  const name = query.get("feed") ?? "normal";
  if (name === "eventsource") return notImplemented("feed=eventsource");
  const feed = [...FEEDS].find(([each]) => each === name)?.[1];
  if (!feed) return badRequest("Supported `feed` types: normal, continuous, live, longpoll, eventsource");
  const since = parseSince(query.get("since") ?? query.get("last-event-id") ?? "0", database.life);
  if (since.type === "malformed") return BAD_SINCE;
  const wanted = readFilter(query, body);
  if (wanted && "type" in wanted) return wanted;
  const style = query.get("style") ?? "main_only";
  if (style !== "main_only" && style !== "all_docs") return BAD_ARGUMENT;
  // Rows without a bookmark would be allowed, and help nobody here.
  if (readInteger(query.get("seq_interval"), 1) === undefined) return badRequest("invalid_seq_interval");
  const limit = readInteger(query.get("limit"), Number.MAX_SAFE_INTEGER);
  const timeoutMs = readInteger(query.get("timeout"), MAX_WAIT_MS);
  if (limit === undefined || timeoutMs === undefined || timeoutMs < 0) return BAD_ARGUMENT;
  const heartbeat = readHeartbeat(query.get("heartbeat"));
  if (typeof heartbeat === "object") return heartbeat;
  const descending = query.get("descending") === "true";
  if (descending && feed !== "normal") return notImplemented("a descending live feed");
  return {
    type: "question",
    feed,
    after: since.type === "now" ? database.counts.updateSeq : since.seq,
    limit: limit < 0 ? Number.MAX_SAFE_INTEGER : limit,
    descending,
    includeDocs: query.get("include_docs") === "true",
    allLeaves: style === "all_docs",
    conflicts: query.get("conflicts") === "true",
    wanted: wanted?.has,
    heartbeatMs: heartbeat,
    timeoutMs: Math.min(timeoutMs, MAX_WAIT_MS),
  };
}

function readFilter(
  query: ReadonlyMap<string, string>,
  body: unknown,
): { has: (id: string) => boolean } | Refusal | undefined {
  const filter = query.get("filter");
  switch (filter) {
    case undefined:
      return undefined;
    case "_design":
      return { has: (id) => id.startsWith("_design/") };
    case "_doc_ids": {
      const ids =
        isObject(body) && body["doc_ids"] !== undefined ? body["doc_ids"] : parse(query.get("doc_ids"));
      if (!Array.isArray(ids)) return badRequest("`doc_ids` filter parameter is not a list of doc ids.");
      const wanted = new Set(ids.map(String));
      return { has: (id) => wanted.has(id) };
    }
    default:
      if (filter.startsWith("_") && filter !== "_selector" && filter !== "_view") {
        return badRequest("unknown builtin filter name");
      }
      return notImplemented(`filter=${filter}`);
  }
}

function readHeartbeat(text: string | undefined): number | undefined | Refusal {
  if (text === undefined) return undefined;
  if (text === "true") return MAX_WAIT_MS;
  const ms = readInteger(text, 0);
  if (ms === undefined) {
    return badRequest("Invalid heartbeat value. Expecting a positive integer value (in milliseconds).");
  }
  if (ms <= 0) return badRequest("The heartbeat value should be a positive integer (in milliseconds).");
  return Math.min(ms, MAX_WAIT_MS);
}

/** Undefined when it is no integer. */
function readInteger(text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A row as a line of JSON; undefined when its document changed while it was read, as a newer row follows. */
export function rowText(row: Row, seq: string, question: Question): string | undefined {
  const [winner] = row.leaves;
  if (!winner || (question.includeDocs && row.body === undefined)) return undefined;
  const leaves = question.allLeaves ? row.leaves : [winner];
  const changes = JSON.stringify(leaves.map(({ rev }) => ({ rev })));
  const deleted = winner.deleted ? `,"deleted":true` : "";
  const head = `{"seq":"${seq}","id":${JSON.stringify(row.id)},"changes":${changes}${deleted}`;
  if (!question.includeDocs) return `${head}}`;
  const extra: [string, string][] = winner.deleted ? [["_deleted", "true"]] : [];
  const losers = row.leaves.slice(1).filter((leaf) => !leaf.deleted);
  if (question.conflicts && losers.length > 0)
    extra.push(["_conflicts", JSON.stringify(losers.map(({ rev }) => rev))]);
  return `${head},"doc":${documentText(row.id, winner.rev, row.body ?? "{}", extra)}}`;
}
