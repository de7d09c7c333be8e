import {
  badRequest,
  INVALID_JSON,
  INVALID_REVISION,
  notImplemented,
  refusal,
  type Refusal,
} from "./refusal.ts";
import { parseRevision, type Revision } from "./revision.ts";
import { LONE_SURROGATE, TermWriter } from "./term.ts";

/** A document on its way in, checked as CouchDB checks it. */
export interface Draft {
  readonly type: "draft";
  readonly id: string;
  readonly revision?: Revision;
  /** From `_revisions`: the hashes before `revision`, newest first. */
  readonly ancestors: readonly string[];
  readonly deleted: boolean;
  /** Everything without a leading underscore, as the text of a JSON object; member order is kept. */
  readonly body: string;
  /** The same in Erlang's term format, for the revision's hash. */
  readonly term: Uint8Array;
}

/** CouchDB's `max_document_size`: bytes of the JSON without white space, `_id` and `_rev`. */
const MAX_DOCUMENT_BYTES = 8_000_000;

/** A 500, as a real server answers. */
const INVALID_LOCAL_REVISION = refusal(500, "error", "Invalid rev format");

/** Members that CouchDB sends and takes back without looking. */
const IGNORED = new Set(["_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info"]);

/**
 * `id` is what the caller knows better than the body: the path of a PUT, or an id made for a document without
 * one. With `mustName`, as `new_edits: false` demands, the document has to bring its revision.
 */
export function parseDraft(
  value: unknown,
  options: { id: string; fromPath: boolean; mustName: boolean },
): Draft | Refusal {
  if (!isObject(value)) return badRequest("Document must be a JSON object");
  const ownId = value["_id"];
  if (ownId !== undefined && typeof ownId !== "string") return illegalId("Document id must be a string");
  const id = options.fromPath ? options.id : (ownId ?? options.id);
  const named = parseId(id) ?? parseNames(value, isLocal(id));
  if (named.type === "refused") return named;
  if (options.mustName && !named.revision) {
    return badRequest("When `new_edits: false`, the document needs `_rev` or `_revisions` specified");
  }
  const members = Object.entries(value).filter(([name]) => !name.startsWith("_"));
  const term = new TermWriter();
  if (!term.members(members)) return INVALID_JSON;
  const body = `{${members.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`).join(",")}}`;
  if (body.length * 3 > MAX_DOCUMENT_BYTES && utf8Bytes(body) > MAX_DOCUMENT_BYTES) {
    return refusal(413, "document_too_large", options.fromPath ? "" : id);
  }
  return { ...named, type: "draft", id, body, term: term.take() };
}

/** Undefined when the id may be used. */
export function parseId(id: string): Refusal | undefined {
  if (LONE_SURROGATE.test(id)) return INVALID_JSON;
  if (id === "") return illegalId("Document id must not be empty");
  if (id.startsWith("_") && !/^_(design|local)\/./s.test(id)) {
    return illegalId("Only reserved document ids may start with underscore.");
  }
  return undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the underscored members say. */
type Names = Pick<Draft, "revision" | "ancestors" | "deleted"> & { readonly type: "names" };

function parseNames(value: Readonly<Record<string, unknown>>, local: boolean): Names | Refusal {
  for (const name of Object.keys(value)) {
    if (!name.startsWith("_")) continue;
    const bad = IGNORED.has(name) ? undefined : badMember(name, value[name], local);
    if (bad) return bad;
  }
  const deleted = value["_deleted"] === true;
  const revisions = parseRevisions(value["_revisions"]);
  if (revisions) return { type: "names", deleted, ...revisions };
  const revision = parseRevision(value["_rev"]);
  return { type: "names", deleted, ancestors: [], ...(revision && { revision }) };
}

function badMember(name: string, member: unknown, local: boolean): Refusal | undefined {
  const bad = refusal(400, "doc_validation", `Bad special document member: ${name}`);
  switch (name) {
    case "_id":
      return undefined;
    case "_rev":
      if (local) return isLocalRevision(member) ? undefined : INVALID_LOCAL_REVISION;
      return parseRevision(member) ? undefined : INVALID_REVISION;
    case "_deleted":
      return typeof member === "boolean" ? undefined : bad;
    case "_revisions":
      return parseRevisions(member) ? undefined : bad;
    case "_attachments":
      if (!isObject(member)) return bad;
      return Object.keys(member).length === 0 ? undefined : notImplemented("an attachment");
    default:
      return bad;
  }
}

function parseRevisions(value: unknown): { revision: Revision; ancestors: string[] } | undefined {
  if (!isObject(value) || !Array.isArray(value["ids"])) return undefined;
  const start = value["start"];
  const [newest, ...older] = value["ids"].map((hash) => parseRevision(`1-${String(hash)}`)?.hash ?? "");
  if (typeof start !== "number" || !Number.isSafeInteger(start) || newest === undefined) return undefined;
  return { revision: { generation: start, hash: newest }, ancestors: older };
}

/** Documents of one server only: no history, no conflicts, not in the feed. */
export function isLocal(id: string): boolean {
  return id.startsWith("_local/");
}

function isLocalRevision(value: unknown): boolean {
  return typeof value === "string" && /^0-\d{1,15}$/.test(value);
}

function illegalId(reason: string): Refusal {
  return refusal(400, "illegal_docid", reason);
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
