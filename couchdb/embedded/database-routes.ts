import { randomBytes } from "node:crypto";
import { allDocs } from "./all-docs.ts";
import type { Catalog } from "./catalog.ts";
import { changes } from "./changes.ts";
import { bulkDocs, documentRoute } from "./document-routes.ts";
import type { Database } from "./engine.ts";
import { declined, json, type Exchange, type Reply } from "./exchange.ts";
import { NO_DATABASE, notImplemented, refusal } from "./refusal.ts";
import { formatSeq } from "./sequence.ts";

const NAME = /^[a-z][a-z0-9_$()+/-]{0,237}$/;
const EXISTS = refusal(412, "file_exists", "The database could not be created, the file already exists.");
/** There is no account but the admin's. */
const ADMINS_ONLY = { members: { roles: ["_admin"] }, admins: { roles: ["_admin"] } };
const ONLY_INDEX = { ddoc: null, name: "_all_docs", type: "special", def: { fields: [{ _id: "asc" }] } };

/** The documents that have a slash in their id. */
const SLASHED = new Set(["_design", "_local"]);

/** `/<name>` and everything under it. */
export async function databaseRoute(exchange: Exchange, catalog: Catalog): Promise<Reply> {
  const { method, path } = exchange;
  const [name = "", first = ""] = path;
  const isWhole = first === "" && path.length <= 2;
  if (isWhole && method === "PUT") return create(exchange, catalog, name);
  const database = catalog.get(name);
  if (!database) return NO_DATABASE;
  if (isWhole && method === "GET") return json(200, await databaseFacts(catalog, database));
  if (isWhole && method === "DELETE")
    return exchange.query.has("rev") ? declined(exchange) : drop(catalog, name);
  if (isWhole || (path.length > 2 && !SLASHED.has(first))) return declined(exchange);
  switch (`${method} ${first}`) {
    case "GET _all_docs":
    case "POST _all_docs":
      return allDocs(exchange, database);
    case "POST _bulk_docs":
      return bulkDocs(exchange, database);
    case "GET _changes":
      return changes(exchange, database);
    case "GET _index":
      return json(200, { total_rows: 1, indexes: [ONLY_INDEX] });
    case "GET _security":
      return json(200, ADMINS_ONLY);
    default:
      return documentRoute(exchange, database, path.slice(1).join("/"));
  }
}

async function create({ query }: Exchange, catalog: Catalog, name: string): Promise<Reply> {
  if (!NAME.test(name)) {
    const reason = `Name: '${name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.`;
    return refusal(400, "illegal_database_name", reason);
  }
  if (query.get("partitioned") === "true") return notImplemented("a partitioned database");
  switch (await catalog.create(name, randomBytes(16).toString("hex"))) {
    case "created":
      return json(201, { ok: true });
    case "exists":
      return EXISTS;
    case "full":
      return notImplemented("more than 1,000 databases");
  }
}

async function drop(catalog: Catalog, name: string): Promise<Reply> {
  const result = await catalog.drop(name);
  return result === "dropped" ? json(200, { ok: true }) : NO_DATABASE;
}

/** `GET /db`. There is one shard, and compaction is LevelDB's own affair. */
export async function databaseFacts(catalog: Catalog, database: Database): Promise<object> {
  const { updateSeq, live, deleted } = database.counts;
  const bytes = await catalog.size(database);
  return {
    instance_start_time: "0",
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
