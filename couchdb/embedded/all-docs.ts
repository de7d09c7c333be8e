import { isRecord } from "../../sync/json.ts";
import { PAGE, type Database } from "./engine.ts";
import { readInteger, readJson, unknownParameter, type Exchange, type Reply } from "./exchange.ts";
import { behind } from "./ground.ts";
import type { Row } from "./records.ts";
import { notImplemented, refusal, type Refusal } from "./refusal.ts";
import { documentText } from "./text.ts";
import { leafName } from "./tree.ts";

interface Question {
  readonly type: "question";
  readonly from: string;
  /** Not in the range itself. */
  readonly to: string;
  readonly limit: number;
  readonly skip: number;
  readonly descending: boolean;
}

/** What is shown of each document. */
interface Shape {
  readonly documents: boolean;
  readonly conflicts: boolean;
}

/** Behind every id: U+10FFFF is the last character in the order of bytes. */
const LAST = "\u{10ffff}\u{10ffff}";
const SHAPE = ["include_docs", "conflicts"];
const RANGE = ["startkey", "endkey", "key", "inclusive_end", "limit", "skip", "descending"];

/** `/db/_all_docs`: a range in the order of ids, or, with POST, the ids in `keys`. */
export async function allDocs(exchange: Exchange, database: Database): Promise<Reply> {
  const { method, query } = exchange;
  const known = method === "GET" ? [...SHAPE, ...RANGE] : SHAPE;
  const unknown = unknownParameter(query, known);
  if (unknown !== undefined) return notImplemented(`_all_docs with ${unknown}`);
  const shape = {
    documents: query.get("include_docs") === "true",
    conflicts: query.get("conflicts") === "true",
  };
  if (method === "GET") {
    const question = readQuestion(query);
    return question.type === "refused" ? question : listed(database, rangeRows(database, question, shape));
  }
  const parsed = await readJson(exchange);
  if ("type" in parsed) return parsed;
  const { keys, ...others } = isRecord(parsed.value) ? parsed.value : {};
  if (!Array.isArray(keys) || Object.keys(others).length > 0) return notImplemented("anything but `keys`");
  return listed(database, keyRows(database, keys, shape));
}

/** Where in all ids the range begins, `offset`, is not counted: that would read every id before it. */
function listed(database: Database, pages: AsyncIterable<readonly string[]>): Reply {
  const head = `{"total_rows":${database.counts.live},"offset":null,"rows":[\r\n`;
  return { type: "answer", status: 200, headers: {}, body: joined(head, pages, "\r\n]}\n") };
}

async function* joined(
  head: string,
  pages: AsyncIterable<readonly string[]>,
  tail: string,
): AsyncGenerator<string> {
  yield head;
  let between = "";
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    yield between + rows.join(",\r\n");
    between = ",\r\n";
  }
  yield tail;
}

function readQuestion(query: URLSearchParams): Question | Refusal {
  const limit = readInteger(query.get("limit"), Number.MAX_SAFE_INTEGER);
  const skip = readInteger(query.get("skip"), 0);
  if (limit === undefined || skip === undefined) {
    return refusal(400, "query_parse_error", "limit and skip are integers");
  }
  const descending = query.get("descending") === "true";
  const start = readKey(query.get("key") ?? query.get("startkey"), descending ? LAST : "");
  const end = readKey(query.get("key") ?? query.get("endkey"), descending ? "" : LAST);
  // Where other JSON sorts among texts is not known here.
  if (start === undefined || end === undefined) return notImplemented("a key that is no text");
  const hasEnd = query.get("inclusive_end") !== "false";
  const [from, to] = descending
    ? [hasEnd ? end : behind(end), behind(start)]
    : [start, hasEnd ? behind(end) : end];
  return { type: "question", from, to, limit, skip, descending };
}

/** Undefined when it is no text. */
function readKey(json: string | null, otherwise: string): string | undefined {
  if (json === null) return otherwise;
  try {
    const key: unknown = JSON.parse(json);
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}

async function* rangeRows(
  database: Database,
  question: Question,
  shape: Shape,
): AsyncGenerator<readonly string[]> {
  let { skip, limit } = question;
  if (limit === 0) return;
  for await (const page of database.range(question)) {
    const rows = page.slice(skip, skip + limit);
    skip -= Math.min(skip, page.length);
    limit -= rows.length;
    yield rows.map((row) => rowText(row, shape));
    if (limit === 0) return;
  }
}

async function* keyRows(
  database: Database,
  keys: readonly unknown[],
  shape: Shape,
): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < keys.length; at += PAGE) {
    const ids = keys.slice(at, at + PAGE).map((key) => (typeof key === "string" ? key : ""));
    const records = await database.find(ids);
    yield ids.map((id, i) => {
      const record = records[i];
      if (!record) return JSON.stringify({ key: keys[at + i], error: "not_found" });
      return rowText({ id, ...record }, shape);
    });
  }
}

function rowText({ id, tree }: Row, shape: Shape): string {
  const key = JSON.stringify(id);
  const [{ deleted }] = tree;
  const value = JSON.stringify({ rev: leafName(tree[0]), ...(deleted && { deleted }) });
  const text = deleted ? "null" : documentText(id, tree, shape.conflicts);
  return `{"id":${key},"key":${key},"value":${value}${shape.documents ? `,"doc":${text}` : ""}}`;
}
