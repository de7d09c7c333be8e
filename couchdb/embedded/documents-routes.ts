import { randomUUID } from "node:crypto";
import { isLocal, isObject, parseDraft, parseId, type Draft } from "./draft.ts";
import type { Database, WriteResult } from "./engine.ts";
import { json, jsonText, methodNotAllowed, type Bodies, type Exchange, type Reply } from "./exchange.ts";
import type { DocumentRecord } from "./records.ts";
import {
  badRequest,
  CONFLICT,
  DELETED,
  INVALID_REVISION,
  MISSING,
  NO_DATABASE,
  notImplemented,
  refusal,
  type Refusal,
} from "./refusal.ts";
import { formatRevision, parseRevision } from "./revision.ts";
import { documentText } from "./text.ts";
import { history, isLive, leafRevision, locate, type Branch, type Tree } from "./tree.ts";

const METHODS = "DELETE,GET,HEAD,POST,PUT,COPY";

/** `/db/<id>`. */
export async function documentRoute(
  exchange: Exchange,
  database: Database,
  bodies: Bodies,
  id: string,
): Promise<Reply> {
  const local = isLocal(id);
  switch (exchange.method) {
    case "GET":
    case "HEAD":
      return local ? readLocal(database, id) : readDocument(exchange, database, id);
    case "PUT":
      return putDocument(exchange, database, bodies, id);
    case "DELETE":
      return local ? deleteLocal(database, id) : deleteDocument(exchange, database, id);
    case "POST":
    case "COPY":
      return notImplemented(`${exchange.method} on a document`);
    default:
      return methodNotAllowed(METHODS);
  }
}

async function readDocument({ query, request }: Exchange, database: Database, id: string): Promise<Reply> {
  if (query.has("open_revs")) return notImplemented("open_revs");
  const [record] = await database.find([id]);
  const shown = record ? choose(record.tree, query) : MISSING;
  if (!record || shown.type === "refused") return shown.type === "refused" ? shown : MISSING;
  const { branch, at } = shown;
  const revisions = history(branch).slice(at);
  const contents = await database.bodies(revisions.map(({ body }) => body));
  const [body] = contents;
  const rev = revisions[0]?.rev ?? "";
  if (body === undefined) return MISSING;
  const meta = query.get("meta") === "true";
  const extra: [string, string][] = [];
  if (branch.deleted && at === 0) extra.push(["_deleted", "true"]);
  if (query.get("revs") === "true") {
    const ids = branch.hashes.slice(at);
    extra.push(["_revisions", JSON.stringify({ start: branch.generation - at, ids })]);
  }
  if (meta || query.get("revs_info") === "true") {
    const info = revisions.map((each, i) => ({
      rev: each.rev,
      status: contents[i] === undefined ? "missing" : "available",
    }));
    extra.push(["_revs_info", JSON.stringify(info)]);
  }
  // Asked for one revision, a real server names no conflicts.
  if (!query.has("rev")) extra.push(...conflicts(record.tree, meta ? ALL : query));
  if (query.get("local_seq") === "true") extra.push(["_local_seq", String(record.seq)]);
  const isPlain = extra.every(([name]) => name === "_deleted" || name === "_revisions");
  const headers = isPlain ? { etag: `"${rev}"` } : {};
  if (isPlain && request.headers["if-none-match"] === `"${rev}"`)
    return { ...jsonText("", headers), status: 304 };
  return jsonText(`${documentText(id, rev, body, extra)}\n`, headers);
}

const ALL = new Map([
  ["conflicts", "true"],
  ["deleted_conflicts", "true"],
]);

function choose(
  tree: Tree,
  query: ReadonlyMap<string, string>,
): { type: "shown"; branch: Branch; at: number } | Refusal {
  const [winner] = tree;
  if (!winner) return MISSING;
  if (!query.has("rev")) {
    return winner.deleted && query.get("deleted") !== "true"
      ? DELETED
      : { type: "shown", branch: winner, at: 0 };
  }
  const revision = parseRevision(query.get("rev"));
  if (!revision) return INVALID_REVISION;
  const found = locate(tree, revision);
  if (!found) return MISSING;
  return { type: "shown", branch: found.branch, at: query.get("latest") === "true" ? 0 : found.at };
}

/** The leaves that lost, as `_conflicts` and `_deleted_conflicts`; nothing where there is none. */
function conflicts(tree: Tree, query: ReadonlyMap<string, string>): [string, string][] {
  const losers = tree.slice(1);
  const names = (deleted: boolean) =>
    JSON.stringify(losers.filter((b) => b.deleted === deleted).map((b) => formatRevision(leafRevision(b))));
  const members: [string, string][] = [];
  if (query.get("conflicts") === "true") members.push(["_conflicts", names(false)]);
  if (query.get("deleted_conflicts") === "true") members.push(["_deleted_conflicts", names(true)]);
  return members.filter(([, list]) => list !== "[]");
}

async function putDocument(
  exchange: Exchange,
  database: Database,
  bodies: Bodies,
  id: string,
): Promise<Reply> {
  const badId = parseId(id);
  if (badId) return badId;
  const { query } = exchange;
  if (query.get("batch") === "ok") return notImplemented("batch=ok");
  const parsed = await bodies.json(exchange);
  if ("type" in parsed) return parsed;
  const rev = namedRevision(exchange);
  const own = isObject(parsed.value) ? parsed.value["_rev"] : undefined;
  if (rev !== undefined && own !== undefined && own !== rev) return MISMATCH;
  const value = rev !== undefined && isObject(parsed.value) ? { ...parsed.value, _rev: rev } : parsed.value;
  const newEdits = query.get("new_edits") !== "false";
  const draft = parseDraft(value, { id, fromPath: true, mustName: !newEdits });
  if (draft.type === "refused") return draft;
  return writeOne(exchange, database, draft, newEdits, draft.deleted ? 200 : 201);
}

const MISMATCH = badRequest("Document rev from request body and query string have different values");

/** From the query, or from `If-Match` with or without quotes. */
function namedRevision({ query, request }: Exchange): string | undefined {
  return query.get("rev") ?? request.headers["if-match"]?.replace(/^"(.*)"$/, "$1");
}

/** `POST /db`. */
export async function postDocument(exchange: Exchange, database: Database, bodies: Bodies): Promise<Reply> {
  const parsed = await bodies.json(exchange, { typed: true });
  if ("type" in parsed) return parsed;
  const draft = parseDraft(parsed.value, { id: newId(), fromPath: false, mustName: false });
  return draft.type === "refused" ? draft : writeOne(exchange, database, draft, true, 201);
}

async function writeOne(
  exchange: Exchange,
  database: Database,
  draft: Draft,
  newEdits: boolean,
  status: number,
): Promise<Reply> {
  const result = await database.write([draft], { newEdits });
  if (result.type !== "written") return unwritten(result);
  const [outcome] = result.outcomes;
  if (outcome?.type !== "written") return CONFLICT;
  const { id, rev } = outcome;
  const place = encodeURIComponent(id).replaceAll("%3A", ":");
  const location = `http://${exchange.request.headers.host ?? ""}/${encodeURIComponent(database.name)}/${place}`;
  return json(status, { ok: true, id, rev }, { etag: `"${rev}"`, location });
}

async function deleteDocument(exchange: Exchange, database: Database, id: string): Promise<Reply> {
  const rev = namedRevision(exchange);
  if (rev !== undefined && !parseRevision(rev)) return INVALID_REVISION;
  const [record] = await database.find([id]);
  if (!record) return MISSING;
  if (!isLive(record.tree)) return DELETED;
  if (rev === undefined) return CONFLICT;
  const draft = parseDraft({ _rev: rev, _deleted: true }, { id, fromPath: true, mustName: true });
  return draft.type === "refused" ? draft : writeOne(exchange, database, draft, true, 200);
}

async function readLocal(database: Database, id: string): Promise<Reply> {
  const record = await database.findLocal(id);
  return record ? jsonText(`${documentText(id, `0-${record.revision}`, record.body)}\n`) : MISSING;
}

async function deleteLocal(database: Database, id: string): Promise<Reply> {
  if (!(await database.findLocal(id))) return MISSING;
  const draft = parseDraft({ _deleted: true }, { id, fromPath: true, mustName: false });
  if (draft.type === "refused") return draft;
  const result = await database.write([draft], { newEdits: true });
  return result.type === "written" ? json(200, { ok: true, id, rev: "0-0" }) : unwritten(result);
}

/** `POST /db/_bulk_docs`. One bad document refuses all of them; conflicts are told row by row. */
export async function bulkDocs(exchange: Exchange, database: Database, bodies: Bodies): Promise<Reply> {
  if (exchange.method !== "POST") return methodNotAllowed("POST");
  const parsed = await bodies.json(exchange, { typed: true });
  if ("type" in parsed) return parsed;
  const { value } = parsed;
  if (!isObject(value)) return badRequest("Request body must be a JSON object");
  const documents = value["docs"];
  if (documents === undefined) return badRequest("POST body must include `docs` parameter.");
  if (!Array.isArray(documents)) return badRequest("`docs` parameter must be an array.");
  if (value["all_or_nothing"] === true) return notImplemented("all_or_nothing");
  const newEdits = value["new_edits"] ?? true;
  if (typeof newEdits !== "boolean") return refusal(500, "unknown_error", "function_clause");
  const drafts: Draft[] = [];
  for (const document of documents) {
    const draft = parseDraft(document, { id: newId(), fromPath: false, mustName: !newEdits });
    if (draft.type === "refused") return draft;
    drafts.push(draft);
  }
  const result = await database.write(drafts, { newEdits });
  if (result.type !== "written") return unwritten(result);
  const rows = result.outcomes.map((outcome) =>
    outcome.type === "written"
      ? { ok: true, id: outcome.id, rev: outcome.rev }
      : { id: outcome.id, error: CONFLICT.error, reason: CONFLICT.reason },
  );
  return json(201, newEdits ? rows : []);
}

function unwritten(result: Exclude<WriteResult, { type: "written" }>): Refusal {
  return result.type === "dropped"
    ? NO_DATABASE
    : refusal(500, "internal_server_error", `not stored: ${result.reason}`);
}

function newId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The winner's text for a row, with the conflicts that were asked for. */
export function winnerText(
  id: string,
  record: DocumentRecord,
  body: string,
  query: ReadonlyMap<string, string>,
): string {
  const [winner] = record.tree;
  const rev = winner ? formatRevision(leafRevision(winner)) : "";
  return documentText(id, rev, body, conflicts(record.tree, query));
}
