import { isRecord } from "../../sync/json.ts";
import {
  badRequest,
  INVALID_JSON,
  INVALID_REVISION,
  notImplemented,
  refusal,
  type Refusal,
} from "./refusal.ts";
import { parseRevision, type Revision } from "./tree.ts";

/** A document on its way in, checked as CouchDB checks it. */
export interface Draft {
  readonly type: "draft";
  readonly id: string;
  readonly revision: Revision | undefined;
  /** From `_revisions`: the hashes before `revision`, newest first. */
  readonly ancestors: readonly string[];
  readonly deleted: boolean;
  /** Everything without a leading underscore, as the text of a JSON object; member order is kept. */
  readonly body: string;
}

/** CouchDB's default is 8,000,000 bytes. A page of 100 documents has to fit in memory here. */
const MAX_DOCUMENT_BYTES = 1_000_000;
/** Deeper documents are refused: `JSON.stringify` gives up at about 4,250. */
const MAX_DEPTH = 3500;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Members that are sent with a document and taken back without looking. */
const IGNORED = new Set(["_id", "_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info"]);

/**
 * `id` is the path of a PUT; without it the document has to bring its own. With `newEdits` false it has to bring
 * its revision, too.
 */
export function parseDraft(
  value: unknown,
  { id: pathId, newEdits = true }: { readonly id?: string; readonly newEdits?: boolean } = {},
): Draft | Refusal {
  if (!isRecord(value)) return badRequest("Document must be a JSON object");
  const id = pathId ?? value["_id"];
  if (id === undefined) return notImplemented("a document without an id");
  if (typeof id !== "string") return illegalId("Document id must be a string");
  const bad = badId(id) ?? badMember(value);
  if (bad) return bad;
  const { revision, ancestors } = parseRevisions(value["_revisions"]) ?? {
    revision: parseRevision(value["_rev"]),
    ancestors: [],
  };
  if (!newEdits && !revision) {
    return badRequest("When `new_edits: false`, the document needs `_rev` or `_revisions` specified");
  }
  const members = Object.entries(value).filter(([name]) => !name.startsWith("_"));
  if (!isStorable(members, 0)) return INVALID_JSON;
  const body = JSON.stringify(Object.fromEntries(members));
  if (Buffer.byteLength(body) > MAX_DOCUMENT_BYTES) return refusal(413, "document_too_large", id);
  return { type: "draft", id, revision, ancestors, deleted: value["_deleted"] === true, body };
}

function badId(id: string): Refusal | undefined {
  if (LONE_SURROGATE.test(id)) return INVALID_JSON;
  if (id === "") return illegalId("Document id must not be empty");
  if (id.startsWith("_") && !/^_(design|local)\/./s.test(id)) {
    return illegalId("Only reserved document ids may start with underscore.");
  }
  return undefined;
}

function illegalId(reason: string): Refusal {
  return refusal(400, "illegal_docid", reason);
}

function badMember(document: Readonly<Record<string, unknown>>): Refusal | undefined {
  for (const [name, member] of Object.entries(document)) {
    if (!name.startsWith("_") || IGNORED.has(name)) continue;
    if (name === "_attachments") return notImplemented("an attachment");
    if (name === "_rev" && !parseRevision(member)) return INVALID_REVISION;
    const isRight =
      name === "_rev" ||
      (name === "_deleted" && typeof member === "boolean") ||
      (name === "_revisions" && parseRevisions(member) !== undefined);
    if (!isRight) return refusal(400, "doc_validation", `Bad special document member: ${name}`);
  }
  return undefined;
}

function parseRevisions(value: unknown): { revision: Revision; ancestors: string[] } | undefined {
  if (!isRecord(value) || !Array.isArray(value["ids"])) return undefined;
  const { start, ids } = value;
  const [hash, ...ancestors] = ids.map(String);
  if (typeof start !== "number" || !Number.isSafeInteger(start) || hash === undefined) return undefined;
  return { revision: { generation: start, hash }, ancestors };
}

/** No CouchDB takes a lone surrogate or a number beyond a double, which `JSON.parse` lets through. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === "string") return !LONE_SURROGATE.test(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  for (const [name, member] of Object.entries(value)) {
    if (LONE_SURROGATE.test(name) || !isStorable(member, depth + 1)) return false;
  }
  return true;
}
