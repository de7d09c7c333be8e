import { winnerText } from "./documents-routes.ts";
import { isObject } from "./draft.ts";
import type { Database } from "./engine.ts";
import { jsonText, methodNotAllowed, type Bodies, type Exchange, type Reply } from "./exchange.ts";
import { behind } from "./ground.ts";
import type { IdRow } from "./reader.ts";
import type { DocumentRecord } from "./records.ts";
import { badRequest, INVALID_JSON, notImplemented, refusal, type Refusal } from "./refusal.ts";
import { formatRevision } from "./revision.ts";
import { formatSeq } from "./sequence.ts";
import { leafRevision } from "./tree.ts";

/** Documents read and sent at once. */
const PAGE = 200;
/** `offset` counts every id before the first one: told in databases up to this many documents, else null. */
const OFFSET_DOCUMENTS = 2000;
/** Behind every id: U+10FFFF is the last character in the order of bytes. */
const END = "\u{10ffff}\u{10ffff}";

const KEYS = new Set(["key", "keys", "startkey", "start_key", "endkey", "end_key"]);

interface Question {
  readonly from: string;
  readonly to: string | undefined;
  readonly keys: readonly unknown[] | undefined;
  readonly limit: number;
  readonly skip: number;
  readonly descending: boolean;
  readonly includeDocs: boolean;
  readonly updateSeq: boolean;
}

/** `/db/_all_docs`; with `within` only ids that begin so (`_design_docs`). */
export async function allDocs(
  exchange: Exchange,
  database: Database,
  bodies: Bodies,
  within = "",
): Promise<Reply> {
  const { method } = exchange;
  if (method !== "GET" && method !== "HEAD" && method !== "POST") return methodNotAllowed("GET,HEAD,POST");
  const parsed = method === "POST" ? await bodies.json(exchange, { empty: {}, typed: true }) : { value: {} };
  if ("type" in parsed) return parsed;
  const options = readOptions(exchange, parsed.value);
  if (!(options instanceof Map)) return options;
  const question = readQuestion(options, within);
  if ("type" in question) return question;
  const offset = question.keys ? null : await offsetOf(database, question);
  const seq = question.updateSeq
    ? `"update_seq":"${formatSeq(database.counts.updateSeq, database.life)}",`
    : "";
  const head = `{"total_rows":${database.counts.live},"offset":${offset},${seq}"rows":[\r\n`;
  const rows = question.keys
    ? keyRows(database, question, question.keys, exchange)
    : rangeRows(database, question, exchange);
  return jsonText(joined(head, rows, "\r\n]}\n"));
}

/** Query parameters, each a JSON value; a body's members count before them. */
function readOptions(exchange: Exchange, body: unknown): Map<string, unknown> | Refusal {
  if (!isObject(body)) return badRequest("Request body must be a JSON object");
  if (body["queries"] !== undefined || exchange.path.length > 2)
    return notImplemented("several queries in one");
  const options = new Map<string, unknown>();
  for (const [name, text] of exchange.query) {
    try {
      options.set(name, JSON.parse(text));
    } catch {
      if (KEYS.has(name)) return INVALID_JSON;
      options.set(name, text);
    }
  }
  for (const [name, value] of Object.entries(body)) options.set(name, value);
  return options;
}

function readQuestion(options: ReadonlyMap<string, unknown>, within: string): Question | Refusal {
  const limit = readCount(options.get("limit"));
  if (typeof limit !== "number") return limit;
  const skip = readCount(options.get("skip") ?? 0);
  if (typeof skip !== "number") return skip;
  if (options.get("group") === true)
    return refusal(400, "query_parse_error", "Invalid use of grouping on a map view.");
  if (options.get("reduce") === true)
    return refusal(400, "query_parse_error", "Reduce is invalid for map-only views.");
  const keys = options.get("keys");
  if (keys !== undefined && !Array.isArray(keys)) return badRequest("`keys` body member must be an array.");
  const descending = options.get("descending") === true;
  const key = options.get("key");
  const start = key ?? options.get("startkey") ?? options.get("start_key");
  const end = key ?? options.get("endkey") ?? options.get("end_key");
  const inclusive = options.get("inclusive_end") !== false;
  const [low, high] = descending ? [end, start] : [start, end];
  const from = low === undefined ? within : bound(low, descending && !inclusive);
  const to = high === undefined ? within && within.replace(/\/$/, "0") : bound(high, descending || inclusive);
  return {
    from,
    to: to === "" && high === undefined ? undefined : to,
    keys,
    limit,
    skip,
    descending,
    includeDocs: options.get("include_docs") === true,
    updateSeq: options.get("update_seq") === true,
  };
}

/** Ids are texts: null, booleans and numbers sort before them, lists and objects behind. */
function bound(key: unknown, isBehind: boolean): string {
  if (typeof key === "string") return isBehind ? behind(key) : key;
  return typeof key === "object" && key !== null ? END : "";
}

function readCount(value: unknown): number | Refusal {
  if (value === undefined) return Number.MAX_SAFE_INTEGER;
  const number = Number(value);
  if (!Number.isInteger(number) || value === "")
    return refusal(400, "query_parse_error", `Invalid value for integer: ${JSON.stringify(value)}`);
  if (number < 0) return refusal(400, "query_parse_error", `Invalid value for positive integer: "${number}"`);
  return number;
}

async function offsetOf(
  database: Database,
  { from, to, skip, descending }: Question,
): Promise<number | null> {
  const { live, deleted } = database.counts;
  if (live + deleted > OFFSET_DOCUMENTS) return null;
  const before = descending
    ? live - (to === undefined ? live : await database.countBefore(to))
    : await database.countBefore(from);
  return Math.min(live, before + skip);
}

async function* rangeRows(
  database: Database,
  question: Question,
  { query }: Exchange,
): AsyncGenerator<string[]> {
  let { from, to, skip, limit } = question;
  while (limit > 0) {
    const rows = await database.range({
      from,
      to,
      skip,
      limit: Math.min(limit, PAGE),
      descending: question.descending,
    });
    const texts = question.includeDocs ? await documents(database, rows, query) : [];
    yield rows.map(({ id, rev }, i) => row(id, { rev }, texts[i]));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    limit -= rows.length;
    skip = 0;
    if (question.descending) to = last.id;
    else from = behind(last.id);
  }
}

async function* keyRows(
  database: Database,
  question: Question,
  asked: readonly unknown[],
  { query }: Exchange,
): AsyncGenerator<string[]> {
  const ordered = question.descending ? asked.toReversed() : asked;
  const keys = ordered.slice(question.skip, Math.min(ordered.length, question.skip + question.limit));
  for (let at = 0; at < keys.length; at += PAGE) {
    const page = keys.slice(at, at + PAGE);
    const records = await database.find(page.map((key) => (typeof key === "string" ? key : "")));
    const found = page.map((key, i) => idRow(String(key), records[i]));
    const live = found.filter((each) => each !== undefined && !each.record.tree[0]?.deleted);
    const texts = question.includeDocs ? await documents(database, live, query) : undefined;
    yield page.map((key, i) => {
      const each = found[i];
      if (!each) return `{"key":${JSON.stringify(key)},"error":"not_found"}`;
      const isDeleted = each.record.tree[0]?.deleted === true;
      const value = isDeleted ? { rev: each.rev, deleted: true } : { rev: each.rev };
      return row(each.id, value, texts && (texts[live.indexOf(each)] ?? "null"));
    });
  }
}

function idRow(id: string, record: DocumentRecord | undefined): IdRow | undefined {
  const winner = record?.tree[0];
  return record && winner && { id, record, rev: formatRevision(leafRevision(winner)) };
}

function row(id: string, value: object, document: string | undefined): string {
  const key = JSON.stringify(id);
  const doc = document === undefined ? "" : `,"doc":${document}`;
  return `{"id":${key},"key":${key},"value":${JSON.stringify(value)}${doc}}`;
}

/** The winners' texts. A document that changes meanwhile may be null. */
async function documents(
  database: Database,
  rows: readonly (IdRow | undefined)[],
  query: ReadonlyMap<string, string>,
): Promise<string[]> {
  const bodies = await database.bodies(rows.map((each) => each?.record.tree[0]?.bodies[0] ?? 0));
  return rows.map((each, i) => {
    const body = bodies[i];
    return each && body !== undefined ? winnerText(each.id, each.record, body, query) : "null";
  });
}

/** A JSON list in pieces. */
export async function* joined(
  head: string,
  pages: AsyncIterable<readonly string[]>,
  tail: string,
): AsyncGenerator<string> {
  let before = head;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    yield before + rows.join(",\r\n");
    before = ",\r\n";
  }
  yield (before === head ? head : "") + tail;
}
