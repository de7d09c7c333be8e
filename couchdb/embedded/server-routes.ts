import { isRecord } from "../../sync/json.ts";
import { randomUUID } from "node:crypto";
import { ADMIN, WRONG_PASSWORD, type Account, type Visitor } from "./account.ts";
import type { Catalog } from "./catalog.ts";
import { databaseFacts, databaseRoute } from "./database-routes.ts";
import { declined, json, readJson, readText, type Exchange, type Reply } from "./exchange.ts";
import type { Fauxton } from "./fauxton.ts";
import { badRequest, refusal } from "./refusal.ts";
import { VENDOR } from "./vendor.ts";

const NOT_ADMIN = refusal(401, "unauthorized", "You are not a server admin.");
const NODE = "embedded@127.0.0.1";
const MAX_UUIDS = 1000;
/** Whoever logs in is nobody yet. */
const MAX_LOGIN_BYTES = 4096;
const WELCOME = {
  couchdb: "Welcome",
  version: "3.5.0",
  features: [],
  vendor: { name: VENDOR },
};

export interface Server {
  readonly catalog: Catalog;
  readonly account: Account;
  readonly fauxton: Fauxton;
}

/** Every request comes in here. Only the welcome, `_up`, `_session` and Fauxton's files are for everybody. */
export async function route(exchange: Exchange, server: Server): Promise<Reply> {
  const { method, path, query } = exchange;
  const [first = ""] = path;
  const asked = `${method} ${first}`;
  if (asked === "GET ") return json(200, WELCOME);
  if (asked === "GET _utils") return server.fauxton.serve(path.slice(1));
  if (asked === "GET _up") return json(200, { status: "ok", seeds: {} });
  const visitor = server.account.visitor(exchange.request);
  if (visitor.type === "refused") return visitor;
  if (first === "_session") return session(exchange, server.account, visitor);
  if (visitor.type === "anonymous") return NOT_ADMIN;
  if (first !== "" && !first.startsWith("_")) return databaseRoute(exchange, server.catalog);
  switch (asked) {
    case "GET _all_dbs":
      return json(200, namesWithin(server.catalog, query));
    case "POST _dbs_info":
      return databasesFacts(exchange, server.catalog);
    case "GET _uuids": {
      const count = Number(query.get("count") ?? 1);
      if (!(count <= MAX_UUIDS)) return badRequest("count parameter too large");
      return json(200, { uuids: Array.from({ length: count }, () => randomUUID().replaceAll("-", "")) });
    }
    case "GET _membership":
      return json(200, { all_nodes: [NODE], cluster_nodes: [NODE] });
    case "GET _active_tasks":
      return json(200, []);
    default:
      return declined(exchange);
  }
}

/** Fauxton looks names up while one is typed; the keys are JSON, and compared as it. */
function namesWithin(catalog: Catalog, query: URLSearchParams): string[] {
  const [from, to] = [query.get("startkey") ?? "", query.get("endkey") ?? "~"];
  return catalog.names().filter((name) => `"${name}"` >= from && `"${name}"` <= to);
}

async function databasesFacts(exchange: Exchange, catalog: Catalog): Promise<Reply> {
  const parsed = await readJson(exchange);
  if ("type" in parsed) return parsed;
  const keys = isRecord(parsed.value) ? parsed.value["keys"] : undefined;
  if (!Array.isArray(keys)) return badRequest("`keys` member must exist.");
  const facts = keys.map(String).map(async (key) => {
    const database = catalog.get(key);
    return database ? { key, info: await databaseFacts(catalog, database) } : { key, error: "not_found" };
  });
  return json(200, await Promise.all(facts));
}

/** `_session`: who am I, log in, log out. */
async function session(exchange: Exchange, account: Account, visitor: Visitor): Promise<Reply> {
  const { method, request } = exchange;
  switch (method) {
    case "GET": {
      const isAdmin = visitor.type === "admin";
      const userCtx = { name: isAdmin ? ADMIN : null, roles: isAdmin ? ["_admin"] : [] };
      const authenticated = isAdmin && { authenticated: visitor.by };
      const info = { authentication_handlers: ["cookie", "default"], ...authenticated };
      return json(200, { ok: true, userCtx, info });
    }
    case "POST": {
      const text = await readText(request, MAX_LOGIN_BYTES);
      if (typeof text !== "string") return text;
      const form = new URLSearchParams(text);
      const name = form.get("name") ?? form.get("username") ?? "";
      if (!account.isRight(name, form.get("password") ?? "")) return WRONG_PASSWORD;
      const login = { ok: true, name: ADMIN, roles: ["_admin"] };
      return json(200, login, { "set-cookie": account.cookie("begin") });
    }
    case "DELETE":
      return json(200, { ok: true }, { "set-cookie": account.cookie("end") });
    default:
      return declined(exchange);
  }
}
