import { randomUUID } from "node:crypto";
import { ADMIN, WRONG_PASSWORD, type Account, type Visitor } from "./account.ts";
import { databaseFacts, databaseRoute, type Databases } from "./database-routes.ts";
import { isObject } from "./draft.ts";
import { json, methodNotAllowed, type Exchange, type Reply } from "./exchange.ts";
import type { Fauxton } from "./fauxton.ts";
import { badRequest, notImplemented, refusal } from "./refusal.ts";

const NOT_ADMIN = refusal(401, "unauthorized", "You are not a server admin.");
const NOT_MEMBER = refusal(401, "unauthorized", "You are not authorized to access this db.");
const NODE = "embedded@127.0.0.1";
const MAX_UUIDS = 1000;

/** What a real CouchDB has at the top and this one has not. */
const ABSENT = new Set(
  "_cluster_setup _db_updates _oauth _prometheus _reload_query_servers _replicate _replicator _reshard _restart _scheduler _search _search_analyze _stats _system _users".split(
    " ",
  ),
);

export interface Server extends Databases {
  readonly account: Account;
  readonly fauxton: Fauxton;
  /** 32 hex digits, the same for the life of the data directory. */
  readonly uuid: string;
}

/** Every request comes in here. Only the welcome, `_up`, `_session` and Fauxton's files are for everybody. */
export async function route(exchange: Exchange, server: Server): Promise<Reply> {
  const { path, method } = exchange;
  const [first = ""] = path;
  const isCreation = method === "PUT" && path.length === 1;
  const isRead = method === "GET" || method === "HEAD";
  if (first === "") return isRead ? welcome(server) : methodNotAllowed("GET,HEAD");
  if (first === "_utils") return isRead ? server.fauxton.serve(exchange) : methodNotAllowed("GET,HEAD");
  if (first === "_up") return json(200, { status: "ok", seeds: {} });
  const visitor = server.account.visitor(exchange.request, server.nowMs());
  if (visitor.type === "refused") return visitor;
  if (first === "_session") return session(exchange, server, visitor);
  if (visitor.type === "anonymous") return first.startsWith("_") || isCreation ? NOT_ADMIN : NOT_MEMBER;
  return first.startsWith("_") ? serverRoute(exchange, server, first) : databaseRoute(exchange, server);
}

function welcome({ uuid }: Server): Reply {
  const vendor = {
    name: "Settee, an embedded stand-in for Apache CouchDB: for laptops, tests and small single machines",
  };
  return json(200, { couchdb: "Welcome", version: "3.5.0", git_sha: "embedded", uuid, features: [], vendor });
}

async function serverRoute(exchange: Exchange, server: Server, name: string): Promise<Reply> {
  const { method, path, query } = exchange;
  switch (name) {
    case "_all_dbs":
      return method === "GET" || method === "HEAD"
        ? json(200, chosenNames(exchange, server))
        : methodNotAllowed("GET,HEAD");
    case "_dbs_info":
      return databasesFacts(exchange, server);
    case "_uuids": {
      const count = Number(query.get("count") ?? 1);
      if (count > MAX_UUIDS) return badRequest("count parameter too large");
      const uuids = Array.from({ length: count || 0 }, () => randomUUID().replaceAll("-", ""));
      return json(200, { uuids }, { "cache-control": "must-revalidate, no-cache" });
    }
    case "_membership":
      return json(200, { all_nodes: [NODE], cluster_nodes: [NODE] });
    case "_active_tasks":
      return json(200, []);
    case "_node":
      if (path.length === 2 && path[1] === "_local") return json(200, { name: NODE });
      if (path[2] !== "_config") return notImplemented(path.slice(2).join("/") || name);
      if (method !== "GET") return notImplemented("changing the configuration");
      return path.length < 5 ? json(200, {}) : refusal(404, "not_found", "unknown_config_value");
    default:
      return ABSENT.has(name) ? notImplemented(name) : databaseRoute(exchange, server);
  }
}

function chosenNames({ query }: Exchange, { catalog }: Server): string[] {
  const bound = (name: string) => query.get(name)?.replace(/^"(.*)"$/, "$1");
  const from = bound("startkey") ?? bound("start_key") ?? "";
  const to = bound("endkey") ?? bound("end_key");
  const names = catalog.names().filter((name) => name >= from && (to === undefined || name <= to));
  if (query.get("descending") === "true") names.reverse();
  const skip = Number(query.get("skip") ?? 0) || 0;
  return names.slice(skip, skip + Number(query.get("limit") ?? Infinity));
}

async function databasesFacts(exchange: Exchange, server: Server): Promise<Reply> {
  let names: unknown = chosenNames(exchange, server);
  if (exchange.method === "POST") {
    const parsed = await server.bodies.json(exchange);
    if ("type" in parsed) return parsed;
    names = isObject(parsed.value) ? parsed.value["keys"] : undefined;
  }
  if (!Array.isArray(names)) return badRequest("`keys` member must exist.");
  const facts: object[] = [];
  for (const key of names.map(String)) {
    const entry = server.catalog.get(key);
    facts.push(
      entry ? { key, info: await databaseFacts(server.catalog, entry) } : { key, error: "not_found" },
    );
  }
  return json(200, facts);
}

/** `_session`: who am I, log in (as a form or as JSON), log out. */
async function session(
  exchange: Exchange,
  { account, bodies, nowMs }: Server,
  visitor: Visitor,
): Promise<Reply> {
  const { request } = exchange;
  switch (exchange.method) {
    case "GET":
    case "HEAD": {
      const isAdmin = visitor.type === "admin";
      const userCtx = { name: isAdmin ? ADMIN : null, roles: isAdmin ? ["_admin"] : [] };
      const info = {
        authentication_handlers: ["cookie", "default"],
        ...(isAdmin && { authenticated: visitor.by }),
      };
      return json(200, { ok: true, userCtx, info });
    }
    case "POST": {
      const text = await bodies.text(request);
      if (typeof text !== "string") return text;
      const login = readLogin(request.headers["content-type"] ?? "", text);
      if (!account.isRight(login.name, login.password)) return WRONG_PASSWORD;
      return json(
        200,
        { ok: true, name: ADMIN, roles: ["_admin"] },
        { "set-cookie": account.cookie(nowMs()) },
      );
    }
    case "DELETE":
      return json(200, { ok: true }, { "set-cookie": account.cookie() });
    default:
      return methodNotAllowed("GET,HEAD,POST,DELETE");
  }
}

function readLogin(type: string, text: string): { name: string; password: string } {
  if (!type.startsWith("application/json")) {
    const form = new URLSearchParams(text);
    return { name: form.get("name") ?? form.get("username") ?? "", password: form.get("password") ?? "" };
  }
  try {
    const value: unknown = JSON.parse(text);
    const { name, username, password } = isObject(value) ? value : {};
    return { name: textOf(name) || textOf(username), password: textOf(password) };
  } catch {
    return { name: "", password: "" };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
