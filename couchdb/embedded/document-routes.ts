import { isRecord } from "../../sync/json.ts";
import { parseDraft, type Draft } from "./draft.ts";
import type { Database, WriteResult } from "./engine.ts";
import { declined, json, readJson, unknownParameter, type Exchange, type Reply } from "./exchange.ts";
import { isLocal } from "./records.ts";
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
import { documentText } from "./text.ts";
import { findLeaf, isLive, leafName, parseRevision } from "./tree.ts";

/** `/db/<id>`. */
export async function documentRoute(exchange: Exchange, database: Database, id: string): Promise<Reply> {
  // Views, attachments, and whatever else a real server has there.
  if (/^_(?!(design|local)\/[^/]+$)/.test(id)) return declined(exchange);
  switch (exchange.method) {
    case "GET":
      return readDocument(exchange, database, id);
    case "PUT":
      return putDocument(exchange, database, id);
    case "DELETE":
      return deleteDocument(exchange, database, id);
    default:
      return declined(exchange);
  }
}

async function readDocument({ query }: Exchange, database: Database, id: string): Promise<Reply> {
  const unknown = unknownParameter(query, ["rev", "conflicts"]);
  if (unknown !== undefined) return notImplemented(`a document with ${unknown}`);
  const [record] = await database.find([id]);
  if (!record) return MISSING;
  const rev = query.get("rev");
  if (rev !== null) {
    const revision = parseRevision(rev);
    if (!revision) return INVALID_REVISION;
    const leaf = findLeaf(record.tree, revision);
    return leaf ? text(documentText(id, [leaf]), leafName(leaf)) : MISSING;
  }
  const [winner] = record.tree;
  if (winner.deleted) return DELETED;
  return text(documentText(id, record.tree, query.get("conflicts") === "true"), leafName(winner));
}

function text(body: string, rev: string): Reply {
  return { type: "answer", status: 200, headers: { etag: `"${rev}"` }, body: `${body}\n` };
}

async function putDocument(exchange: Exchange, database: Database, id: string): Promise<Reply> {
  const parsed = await readJson(exchange);
  if ("type" in parsed) return parsed;
  const { value } = parsed;
  const rev = namedRevision(exchange);
  const named = rev !== undefined && isRecord(value) ? { ...value, _rev: rev } : value;
  const newEdits = exchange.query.get("new_edits") !== "false";
  const draft = parseDraft(named, { id, newEdits });
  return draft.type === "refused" ? draft : writeOne(database, draft, newEdits);
}

/** From the query, or from `If-Match` with or without quotes. */
function namedRevision({ query, request }: Exchange): string | undefined {
  return query.get("rev") ?? request.headers["if-match"]?.replaceAll('"', "");
}

async function deleteDocument(exchange: Exchange, database: Database, id: string): Promise<Reply> {
  const [record] = await database.find([id]);
  if (!record) return MISSING;
  if (!isLive(record.tree)) return DELETED;
  const rev = namedRevision(exchange);
  if (rev === undefined && !isLocal(id)) return CONFLICT;
  const value = { _deleted: true, ...(rev !== undefined && { _rev: rev }) };
  const draft = parseDraft(value, { id });
  return draft.type === "refused" ? draft : writeOne(database, draft, true);
}

async function writeOne(database: Database, draft: Draft, newEdits: boolean): Promise<Reply> {
  const result = await database.write([draft], { newEdits });
  if (result.type !== "written") return unwritten(result);
  const [outcome] = result.outcomes;
  if (outcome?.type !== "written") return CONFLICT;
  const { id, rev } = outcome;
  return json(draft.deleted ? 200 : 201, { ok: true, id, rev }, { etag: `"${rev}"` });
}

/** `POST /db/_bulk_docs`. One bad document refuses all of them; conflicts are told row by row. */
export async function bulkDocs(exchange: Exchange, database: Database): Promise<Reply> {
  const parsed = await readJson(exchange);
  if ("type" in parsed) return parsed;
  const { docs, new_edits: newEdits = true, ...others } = isRecord(parsed.value) ? parsed.value : {};
  const [other] = Object.keys(others);
  if (other !== undefined) return notImplemented(`_bulk_docs with ${other}`);
  if (!Array.isArray(docs)) return badRequest("POST body must include `docs` parameter.");
  if (typeof newEdits !== "boolean") return badRequest("`new_edits` must be true or false.");
  const drafts: Draft[] = [];
  for (const document of docs) {
    const draft = parseDraft(document, { newEdits });
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
