import { arrayField, parseJson } from "../../../couchdb/json.ts";
import { isRecord } from "../../../sync/json.ts";
import type { Cluster } from "./cluster.ts";
import type { Coordinator, Written } from "./coordinator.ts";
import type { Database } from "./database.ts";
import { INVALID_JSON, namedRevision, parseDraft, type Draft, type Refusal } from "./draft.ts";
import {
  answer,
  complaint,
  declined,
  unknownParameter,
  type Question,
  type Reply,
  troubled,
} from "./http-question.ts";
import { parseName } from "./revision.ts";
import { documentText, withConflicts } from "./rows.ts";
import { merged, type Tree } from "./tree.ts";

/** Behind every id there is. */
const HIGHEST = "\u{10ffff}".repeat(4);
const MISSING = complaint(404, "not_found", "missing");
const DELETED = complaint(404, "not_found", "deleted");
const CONFLICT = { error: "conflict", reason: "Document update conflict." };

/** Documents and ranges over HTTP. */
export class HttpDocuments {
  readonly #cluster: Cluster;
  readonly #coordinator: Coordinator;

  constructor(cluster: Cluster, coordinator: Coordinator) {
    this.#cluster = cluster;
    this.#coordinator = coordinator;
  }

  one(question: Question, id: string): Reply {
    switch (question.method) {
      case "GET":
      case "HEAD":
        return this.#get(question, id);
      case "PUT":
        return this.#put(question, id);
      case "DELETE":
        return this.#delete(question, id);
      default:
        return declined("odd methods");
    }
  }

  post({ json, headers, query }: Question): Reply {
    if (!headers["content-type"]?.startsWith("application/json")) return declined("content types");
    const unknown = unknownParameter(query, []);
    if (unknown !== undefined) return unknown;
    return this.#write(this.#named(json));
  }

  bulk({ json, headers, query }: Question): Reply {
    if (!headers["content-type"]?.startsWith("application/json")) return declined("content types");
    const unknown = unknownParameter(query, []);
    if (unknown !== undefined) return unknown;
    if (json === undefined) return refused(INVALID_JSON);
    if (!isRecord(json)) return complaint(400, "bad_request", "Request body must be a JSON object");
    const documents = arrayField(json, "docs");
    if (documents === undefined || json["all_or_nothing"] !== undefined) return declined("odd batches");
    if (json["new_edits"] !== undefined && typeof json["new_edits"] !== "boolean")
      return declined("odd batches");
    const drafts: Draft[] = [];
    for (const document of documents) {
      const draft = this.#draft(this.#named(document));
      if (draft.type === "refused") return refused(draft);
      if (draft.id.startsWith("_local/")) return declined("_local documents");
      drafts.push(draft);
    }
    return json["new_edits"] === false ? this.#copyAll(drafts) : this.#writeAll(drafts);
  }

  list({ method, json, query }: Question): Reply {
    const known =
      "startkey start_key endkey end_key key keys limit skip descending include_docs inclusive_end conflicts";
    const unknown = unknownParameter(query, known.split(" "));
    if (unknown !== undefined) return unknown;
    if (method !== "GET" && method !== "POST" && method !== "HEAD") return declined("odd methods");
    if (
      Object.entries(query).some(([name, value]) => name.includes("key") && parseJson(value) === undefined)
    ) {
      return refused(INVALID_JSON);
    }
    const parsed = new Map(Object.entries(query).map(([name, value]) => [name, parseJson(value)]));
    const keys = arrayField(json, "keys") ?? parsed.get("keys");
    if (isRecord(json) && (Object.keys(json).some((name) => name !== "keys") || !Array.isArray(keys)))
      return declined("options in a body");
    if (Array.isArray(keys)) return this.#listKeys(keys, query);
    return this.#listRange(parsed, query);
  }

  /** Leaves are purged only all together. */
  purge({ json }: Question, database: Database): Reply {
    if (!isRecord(json)) return declined("odd purges");
    const purged: Record<string, unknown> = {};
    for (const [id, names] of Object.entries(json)) {
      const leaves = (database.merged(id) ?? []).map(({ name }) => name);
      if (!Array.isArray(names) || !leaves.every((name) => names.includes(name)))
        return declined("odd purges");
      purged[id] = database.purge(id) ? leaves : [];
    }
    return answer(201, { purge_seq: null, purged });
  }

  #get({ query, headers }: Question, id: string): Reply {
    if (headers["if-none-match"] !== undefined) return declined("the header if-none-match");
    const unknown = unknownParameter(query, ["conflicts", "deleted_conflicts", "r", "rev"]);
    if (unknown !== undefined) return unknown;
    const opened = this.#coordinator.open(id);
    if (opened.type !== "opened") return troubled(opened);
    const { tree } = opened;
    if (query["rev"] !== undefined) return getRevision(tree, id, query["rev"]);
    if (tree === undefined) return MISSING;
    if (tree[0].isDeleted) return DELETED;
    const text = documentText(id, tree, {
      hasConflicts: query["conflicts"] === "true",
      hasDeleted: query["deleted_conflicts"] === "true",
    });
    return { type: "answered", status: 200, text };
  }

  #put({ json, query, headers }: Question, id: string): Reply {
    const unknown = unknownParameter(query, ["rev", "new_edits", "w", "batch"]);
    if (unknown !== undefined) return unknown;
    if (headers["content-type"]?.startsWith("multipart/") === true) return declined("attachments");
    if (json === undefined) return refused(INVALID_JSON);
    if (!isRecord(json)) return this.#write(json);
    if ("_id" in json && typeof json["_id"] !== "string") return this.#write(json);
    const named = query["rev"] ?? headers["if-match"]?.replaceAll('"', "");
    if (named !== undefined && json["_rev"] !== undefined && json["_rev"] !== named) {
      const reason = "Document rev from request body and query string have different values";
      return complaint(400, "bad_request", reason);
    }
    const document = { ...json, _id: id, ...(named !== undefined && { _rev: named }) };
    if (query["new_edits"] !== "false") return this.#write(document, query);
    const draft = this.#draft(document);
    if (draft.type === "refused") return refused(draft);
    const copied = this.#copyAll([draft]);
    const rev = `${draft.name?.generation}-${draft.name?.hash}`;
    return copied.type === "answered" && copied.status === 201 ? answer(201, { ok: true, id, rev }) : copied;
  }

  #delete({ query, headers }: Question, id: string): Reply {
    const unknown = unknownParameter(query, ["rev"]);
    if (unknown !== undefined) return unknown;
    const opened = this.#coordinator.open(id);
    if (opened.type !== "opened") return troubled(opened);
    if (opened.tree === undefined) return MISSING;
    if (opened.tree[0].isDeleted) return DELETED;
    const named = query["rev"] ?? headers["if-match"]?.replaceAll('"', "");
    const mark = named === undefined ? {} : { _rev: named };
    return this.#write({ _id: id, _deleted: true, ...mark });
  }

  /** With `query` it came by PUT. */
  #write(document: unknown, query?: Question["query"]): Reply {
    const draft = this.#draft(document);
    if (draft.type === "refused") return refused(draft, query !== undefined);
    if (draft.id.startsWith("_local/")) return declined("_local documents");
    const written = this.#coordinator.write(draft.id, { ...draft, after: draft.name });
    if (written.type === "nodedown" || written.type === "hangs") return troubled(written);
    if (written.type === "conflict") return answer(409, CONFLICT);
    const { id, isDeleted } = draft;
    if (query?.["batch"] === "ok") return answer(202, { ok: true, id });
    const wanted = Number(query?.["w"] ?? 0);
    const isEnough = wanted > 0 ? written.copies >= wanted : written.type === "stored";
    return answer(isEnough ? (isDeleted ? 200 : 201) : 202, { ok: true, id, rev: written.leaf.name });
  }

  #writeAll(drafts: readonly Draft[]): Reply {
    const written: Written[] = [];
    for (const draft of drafts) {
      const one = this.#coordinator.write(draft.id, { ...draft, after: draft.name });
      if (one.type === "nodedown" || one.type === "hangs") return troubled(one);
      written.push(one);
    }
    const isPartial = written.some(({ type }) => type === "unconfirmed");
    return answer(
      isPartial ? 202 : 201,
      written.map((one, place) => batchRow(drafts[place]?.id ?? "", one)),
    );
  }

  /** Replicated documents: whoever has them already says nothing. Of one id all are one change. */
  #copyAll(drafts: readonly Draft[]): Reply {
    const trees = new Map<string, Tree>();
    for (const draft of drafts) {
      const revision = namedRevision(draft);
      if (revision === undefined) {
        const reason = "When `new_edits: false`, the document needs `_rev` or `_revisions` specified";
        return complaint(400, "bad_request", reason);
      }
      const tree = trees.get(draft.id);
      trees.set(draft.id, tree === undefined ? [revision] : merged(tree, [revision]));
    }
    for (const [id, tree] of trees) {
      const trouble = this.#coordinator.graft(id, tree);
      if (trouble !== undefined) return troubled(trouble);
    }
    return answer(201, []);
  }

  #listKeys(keys: readonly unknown[], query: Question["query"]): Reply {
    const unknown = unknownParameter(query, ["keys", "include_docs", "conflicts"]);
    if (unknown !== undefined) return unknown;
    const rows: object[] = [];
    for (const key of keys) {
      if (typeof key !== "string") return declined("keys that are not texts");
      const opened = this.#coordinator.open(key);
      if (opened.type !== "opened") return troubled(opened);
      rows.push(opened.tree === undefined ? { key, error: "not_found" } : keyRow(key, opened.tree, query));
    }
    return this.#listed(rows, null);
  }

  #listRange(parsed: ReadonlyMap<string, unknown>, query: Question["query"]): Reply {
    const key = parsed.get("key");
    const from = key ?? parsed.get("startkey") ?? parsed.get("start_key");
    const to = key ?? parsed.get("endkey") ?? parsed.get("end_key");
    const descending = query["descending"] === "true";
    const [low = "", high = HIGHEST] = descending ? [to, from] : [from, to];
    if (typeof low !== "string" || typeof high !== "string") return declined("keys that are not texts");
    const [skip, limit] = [Number(query["skip"] ?? 0), Number(query["limit"] ?? 1e9)];
    if (!(skip >= 0 && limit >= 0)) return declined("odd limits");
    const result = this.#coordinator.range({ low, high, limit: 1e9, descending });
    if (result.type !== "range") return troubled(result);
    const isWithout = query["inclusive_end"] === "false";
    const rows = result.rows.filter(({ id }) => !isWithout || id !== to).slice(skip, skip + limit);
    return this.#listed(
      rows.map(({ id, tree }) => keyRow(id, tree, query)),
      0,
    );
  }

  #listed(rows: readonly object[], offset: number | null): Reply {
    const counted = this.#coordinator.count();
    if (counted.type !== "counted") return troubled(counted);
    return answer(200, { total_rows: counted.standing, offset, rows });
  }

  #draft(document: unknown): Draft | Refusal {
    return document === undefined ? INVALID_JSON : parseDraft(document, this.#cluster.rules);
  }

  /** The server makes up the id that is missing. */
  #named(document: unknown): unknown {
    if (!isRecord(document) || "_id" in document) return document;
    const digits = () =>
      this.#cluster.chance
        .below(2 ** 32)
        .toString(16)
        .padStart(8, "0");
    return { _id: digits() + digits() + digits() + digits(), ...document };
  }
}

function getRevision(tree: Tree | undefined, id: string, text: string): Reply {
  const name = parseName(text);
  if (name === undefined) return complaint(400, "bad_request", "Invalid rev format");
  for (const leaf of tree ?? []) {
    for (let each = leaf; ; each = each.parent) {
      if (each.generation === name.generation && each.hash === name.hash)
        return answer(200, each.document(id));
      if (each.parent === undefined) break;
    }
  }
  return MISSING;
}

function keyRow(id: string, tree: Tree, query: Question["query"]): object {
  const [winner] = tree;
  const value = { rev: winner.name, ...(winner.isDeleted && { deleted: true }) };
  if (query["include_docs"] !== "true") return { id, key: id, value };
  const document = query["conflicts"] === "true" ? withConflicts(id, tree) : winner.document(id);
  return { id, key: id, value, doc: winner.isDeleted ? null : document };
}

function batchRow(id: string, written: Written): object {
  if (!("leaf" in written)) return { id, ...CONFLICT };
  const mark = written.type === "unconfirmed" ? { accepted: true } : {};
  return { ok: true, id, rev: written.leaf.name, ...mark };
}

/** A PUT does not name the document that is too large; its path does. */
function refused({ status, error, reason }: Refusal, isPut = false): Reply {
  return complaint(status, error, isPut && status === 413 ? "" : reason);
}
