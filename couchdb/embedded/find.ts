import { isObject } from "./draft.ts";
import type { Database } from "./engine.ts";
import { json, methodNotAllowed, type Bodies, type Exchange, type Reply } from "./exchange.ts";
import { behind } from "./ground.ts";
import { badRequest, notImplemented, refusal, type Refusal } from "./refusal.ts";

type Test = (document: Readonly<Record<string, unknown>>) => boolean;
type Compare = (value: unknown) => boolean;

const PAGE = 200;

/** `/db/_find`: selectors over single members, in the order of ids. Reads every document up to the limit. */
export async function find(exchange: Exchange, database: Database, bodies: Bodies): Promise<Reply> {
  if (exchange.method !== "POST") return methodNotAllowed("POST");
  const parsed = await bodies.json(exchange, { typed: true });
  if ("type" in parsed) return parsed;
  const asked = parsed.value;
  if (!isObject(asked)) return badRequest("Request body must be a JSON object");
  if (asked["selector"] === undefined)
    return refusal(400, "missing_required_key", "Missing required key: selector");
  const test = readSelector(asked["selector"]);
  if (typeof test !== "function") return test;
  if (Array.isArray(asked["sort"]) && asked["sort"].length > 0) {
    return refusal(400, "no_usable_index", "No index exists for this sort, try indexing by the sort fields.");
  }
  const fields =
    Array.isArray(asked["fields"]) && asked["fields"].length > 0 ? asked["fields"].map(String) : undefined;
  if (fields?.some((field) => field.includes("."))) return notImplemented("a field within a field");
  const limit = typeof asked["limit"] === "number" ? asked["limit"] : 25;
  const skip = typeof asked["skip"] === "number" ? asked["skip"] : 0;
  const found: object[] = [];
  const end = await scan(
    database,
    typeof asked["bookmark"] === "string" ? asked["bookmark"] : "nil",
    (document) => {
      if (found.length < skip + limit && test(document)) found.push(only(document, fields));
      return found.length < skip + limit;
    },
  );
  const warning = "No matching index found, create an index to optimize query time.";
  return json(200, { docs: found.slice(skip), bookmark: end, warning });
}

/** Returns a bookmark: the last id looked at. */
async function scan(
  database: Database,
  bookmark: string,
  take: (document: Readonly<Record<string, unknown>>) => boolean,
): Promise<string> {
  let last = bookmark === "nil" ? "" : Buffer.from(bookmark, "base64url").toString();
  for (;;) {
    const rows = await database.range({ from: last && behind(last), to: undefined, limit: PAGE });
    const contents = await database.bodies(rows.map(({ record }) => record.tree[0]?.bodies[0] ?? 0));
    for (const [i, { id, rev }] of rows.entries()) {
      const body: unknown = JSON.parse(contents[i] ?? "{}");
      last = id;
      const goesOn = id.startsWith("_design/") || !isObject(body) || take({ _id: id, _rev: rev, ...body });
      if (!goesOn) return Buffer.from(last).toString("base64url");
    }
    if (rows.length < PAGE) return last === "" ? "nil" : Buffer.from(last).toString("base64url");
  }
}

function readSelector(selector: unknown): Test | Refusal {
  if (!isObject(selector)) {
    return refusal(
      400,
      "invalid_selector_json",
      `Selector must be a JSON object, not: ${JSON.stringify(selector)}`,
    );
  }
  const tests: Test[] = [];
  for (const [name, condition] of Object.entries(selector)) {
    if (name.startsWith("$") || name.includes(".")) return notImplemented(`the selector ${name}`);
    const conditions = isObject(condition) ? Object.entries(condition) : [["$eq", condition] as const];
    for (const [operator, operand] of conditions) {
      if (!operator.startsWith("$")) return notImplemented("a selector within a member");
      const compare = readOperator(operator, operand);
      if (typeof compare !== "function") return compare;
      tests.push((document) => compare(Object.hasOwn(document, name) ? document[name] : undefined));
    }
  }
  return (document) => tests.every((test) => test(document));
}

function readOperator(operator: string, operand: unknown): Compare | Refusal {
  const text = JSON.stringify(operand);
  switch (operator) {
    case "$eq":
      return (value) => JSON.stringify(value) === text;
    case "$ne":
      return (value) => value !== undefined && JSON.stringify(value) !== text;
    case "$exists":
      return (value) => (value !== undefined) === operand;
    case "$gt":
      return (value) => (order(value, operand) ?? 0) > 0;
    case "$gte":
      return (value) => (order(value, operand) ?? -1) >= 0;
    case "$lt":
      return (value) => (order(value, operand) ?? 0) < 0;
    case "$lte":
      return (value) => (order(value, operand) ?? 1) <= 0;
    default:
      return notImplemented(`the operator ${operator}`);
  }
}

/** Undefined where CouchDB's order of types would have to decide. `$gt: null` means: there is a value. */
function order(value: unknown, operand: unknown): number | undefined {
  if (operand === null) return value === undefined || value === null ? undefined : 1;
  if (typeof value === "number" && typeof operand === "number") return value - operand;
  if (typeof value === "string" && typeof operand === "string")
    return value < operand ? -1 : Number(value > operand);
  return undefined;
}

function only(document: Readonly<Record<string, unknown>>, fields: readonly string[] | undefined): object {
  if (!fields) return document;
  return Object.fromEntries(
    fields.filter((name) => Object.hasOwn(document, name)).map((name) => [name, document[name]]),
  );
}
