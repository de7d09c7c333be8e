import { allDocs } from "./all-docs.ts";
import { randomBytes } from "node:crypto";
import type { Catalog, Entry } from "./catalog.ts";
import { changes } from "./changes-routes.ts";
import { bulkDocs, documentRoute, postDocument } from "./documents-routes.ts";
import { isObject } from "./draft.ts";
import { json, jsonText, methodNotAllowed, type Bodies, type Exchange, type Reply } from "./exchange.ts";
import { find } from "./find.ts";
import { badRequest, MISSING, NO_DATABASE, notImplemented, refusal } from "./refusal.ts";
import { formatSeq } from "./sequence.ts";

const NAME = /^[a-z][a-z0-9_$()+/-]*$/;
const MAX_NAME = 238;
const EXISTS = refusal(412, "file_exists", "The database could not be created, the file already exists.");
const METHODS = "DELETE,GET,HEAD,POST,PUT,COPY";
const ADMINS_ONLY = '{"members":{"roles":["_admin"]},"admins":{"roles":["_admin"]}}';
const ONLY_INDEX = { ddoc: null, name: "_all_docs", type: "special", def: { fields: [{ _id: "asc" }] } };

/** What a real CouchDB has under `/db/` and this one has not. */
const ABSENT = new Set(
  "_auto_purge _bulk_get _design_cleanup _explain _local_docs _missing_revs _partition _purge _purged_infos _revs_diff _revs_limit _shards _sync_shards _view_cleanup".split(
    " ",
  ),
);

export interface Databases {
  readonly catalog: Catalog;
  readonly bodies: Bodies;
  readonly nowMs: () => number;
}

/** `/<name>` and everything under it. */
export async function databaseRoute(exchange: Exchange, databases: Databases): Promise<Reply> {
  const [name = "", ...rest] = exchange.path;
  const isWhole = rest.length === 0 || (rest.length === 1 && rest[0] === "");
  if (isWhole && exchange.method === "PUT") return create(exchange, databases, name);
  const entry = databases.catalog.get(name);
  if (!entry) return NO_DATABASE;
  return isWhole ? wholeDatabase(exchange, databases, entry) : partOf(exchange, databases, entry, rest);
}

async function create(
  { query, request }: Exchange,
  { catalog, nowMs }: Databases,
  name: string,
): Promise<Reply> {
  if (!NAME.test(name)) {
    const reason = `Name: '${name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.`;
    return refusal(400, "illegal_database_name", reason);
  }
  if (name.length > MAX_NAME) {
    return refusal(400, "database_name_too_long", `At least one path segment of \`${name}\` is too long.`);
  }
  for (const option of ["q", "n"]) {
    const isCount = /^[1-9]\d*$/.test(query.get(option) ?? "1");
    if (!isCount) return badRequest(`The \`${option}\` value should be a positive integer.`);
  }
  if (query.get("partitioned") === "true") return notImplemented("a partitioned database");
  const life = randomBytes(16).toString("hex");
  const result = await catalog.create(name, life, Math.floor(nowMs() / 1000));
  if (result === "exists") return EXISTS;
  if (result === "full") return notImplemented("more than 1,000 databases");
  return json(
    201,
    { ok: true },
    { location: `http://${request.headers.host ?? ""}/${encodeURIComponent(name)}` },
  );
}

async function wholeDatabase(exchange: Exchange, databases: Databases, entry: Entry): Promise<Reply> {
  switch (exchange.method) {
    case "GET":
    case "HEAD":
      return json(200, await databaseFacts(databases.catalog, entry));
    case "POST":
      return postDocument(exchange, entry.database, databases.bodies);
    case "DELETE": {
      const isMistaken = exchange.query.has("rev");
      if (isMistaken) {
        return badRequest(
          "You tried to DELETE a database with a ?=rev parameter. Did you mean to DELETE a document instead?",
        );
      }
      const result = await databases.catalog.drop(entry.database.name);
      return result === "dropped" ? json(200, { ok: true }) : NO_DATABASE;
    }
    default:
      return methodNotAllowed(METHODS);
  }
}

/** `GET /db`. There is one shard, and compaction is LevelDB's own affair. */
export async function databaseFacts(catalog: Catalog, { database, createdAt }: Entry): Promise<object> {
  const { updateSeq, live, deleted } = database.counts;
  const bytes = await catalog.size(database.name);
  return {
    instance_start_time: String(createdAt),
    db_name: database.name,
    purge_seq: formatSeq(0, database.life),
    update_seq: formatSeq(updateSeq, database.life),
    sizes: { file: bytes, external: bytes, active: bytes },
    props: {},
    doc_del_count: deleted,
    doc_count: live,
    disk_format_version: 8,
    compact_running: false,
    cluster: { q: 1, n: 1, w: 1, r: 1 },
  };
}

async function partOf(
  exchange: Exchange,
  databases: Databases,
  entry: Entry,
  rest: readonly string[],
): Promise<Reply> {
  const { database } = entry;
  const { bodies } = databases;
  const [first = "", second = ""] = rest;
  const { method } = exchange;
  switch (first) {
    case "_all_docs":
      return allDocs(exchange, database, bodies);
    case "_design_docs":
      return allDocs(exchange, database, bodies, "_design/");
    case "_bulk_docs":
      return bulkDocs(exchange, database, bodies);
    case "_changes":
      return changes(exchange, database, bodies);
    case "_find":
      return find(exchange, database, bodies);
    case "_index":
      if (method !== "GET") return notImplemented("an index");
      return json(200, { total_rows: 1, indexes: [ONLY_INDEX] });
    case "_security":
      return security(exchange, databases, entry);
    case "_ensure_full_commit":
      return json(201, { ok: true, instance_start_time: String(entry.createdAt) });
    case "_compact":
      return json(202, { ok: true });
    case "_design":
    case "_local":
      return special(exchange, databases, entry, first, rest.slice(1));
    default:
      break;
  }
  if (ABSENT.has(first)) return notImplemented(first);
  if (first.startsWith("_") && !first.includes("/")) {
    const isWrite = method === "PUT" || method === "POST";
    return isWrite
      ? refusal(400, "illegal_docid", "Only reserved document ids may start with underscore.")
      : MISSING;
  }
  if (rest.length > 1 && second !== "") return notImplemented("an attachment");
  return documentRoute(exchange, database, bodies, first);
}

/** `_design/<name>` and `_local/<name>`: documents with a slash in their id. */
function special(
  exchange: Exchange,
  { bodies }: Databases,
  { database }: Entry,
  kind: string,
  rest: readonly string[],
): Reply | Promise<Reply> {
  const [name = "", part] = rest;
  if (kind === "_local") {
    if (name === "") return badRequest("Invalid _local document id.");
    if (part !== undefined) return badRequest("_local documents do not accept attachments.");
  } else if (name === "") {
    return refusal(400, "illegal_docid", "Only reserved document ids may start with underscore.");
  } else if (part !== undefined) {
    return notImplemented(part.startsWith("_") ? part : "an attachment");
  }
  return documentRoute(exchange, database, bodies, `${kind}/${name}`);
}

/** Kept and shown, without effect: there is no account but the admin's. */
async function security(exchange: Exchange, { bodies }: Databases, { database }: Entry): Promise<Reply> {
  if (exchange.method === "GET") return jsonText(`${(await database.property("security")) ?? ADMINS_ONLY}\n`);
  if (exchange.method !== "PUT") return methodNotAllowed("PUT,GET");
  const parsed = await bodies.json(exchange);
  if ("type" in parsed) return parsed;
  // Recorded: a body that is no object answers so.
  if (!isObject(parsed.value)) return refusal(500, "error", "no_majority");
  await database.setProperty("security", JSON.stringify(parsed.value));
  return json(200, { ok: true });
}
