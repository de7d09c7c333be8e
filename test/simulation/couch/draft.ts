import { isRecord } from "../../../sync/json.ts";
import { parseName, unknownRevision, Revision, type Name } from "./revision.ts";

/** A document on its way in, as CouchDB has understood it. */
export interface Draft {
  readonly type: "draft";
  readonly id: string;
  /** Everything without a leading underscore, in the order it came. */
  readonly text: string;
  readonly isDeleted: boolean;
  /** From `_rev`, or the newest of `_revisions`: what it follows or, when copied from elsewhere, what it is. */
  readonly name: Name | undefined;
  /** From `_revisions`: the hashes before `name`, newest first. */
  readonly ancestors: readonly string[];
}

/** One bad document refuses the whole request. */
export interface Refusal {
  readonly type: "refused";
  readonly status: 400 | 412 | 413;
  readonly error: string;
  readonly reason: string;
}

/** What an operator may set. */
export interface Rules {
  maxDocumentBytes: number;
  /** Documents that a validation function does not let pass, whoever writes them. */
  readonly verdicts: Map<string, Verdict>;
}

export type Verdict = "throws" | "forbids";

const LONE_SURROGATE = /\p{Surrogate}/u;
/** Members that are sent with a document and taken back without looking. */
const IGNORED = new Set(["_id", "_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info", "_access"]);

export function parseDraft(value: unknown, rules: Rules): Draft | Refusal {
  if (!isRecord(value)) return badRequest("Document must be a JSON object");
  const id = value["_id"];
  if (typeof id !== "string") return illegalId("Document id must be a string");
  const text = JSON.stringify(bodyOf(value));
  // JSON.stringify writes a lone surrogate as an escape, and so a text that was meant to hold a backslash.
  if (LONE_SURROGATE.test(id) || (text.includes("\\ud") && !isWellFormed(value))) return INVALID_JSON;
  const bad = badId(id) ?? badMember(value, id);
  if (bad !== undefined) return bad;
  if (Buffer.byteLength(text) > rules.maxDocumentBytes) return refusal(413, "document_too_large", id);
  const { name, ancestors } = parseRevisions(value["_revisions"]) ?? {
    name: parseName(value["_rev"]),
    ancestors: [],
  };
  return { type: "draft", id, text, isDeleted: value["_deleted"] === true, name, ancestors };
}

/** The revision of a document that brings its own name, as a replicator sends it. */
export function namedRevision({ text, isDeleted, name, ancestors }: Draft): Revision | undefined {
  const [hash, ...older] = ancestors;
  if (name === undefined) return undefined;
  const generation = name.generation - 1;
  const parent = hash === undefined ? undefined : unknownRevision({ generation, hash }, older);
  return new Revision({ text, isDeleted }, parent, name);
}

function bodyOf(document: Readonly<Record<string, unknown>>): object {
  const body: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(document)) if (!name.startsWith("_")) body[name] = member;
  return body;
}

function badId(id: string): Refusal | undefined {
  if (id === "") return illegalId("Document id must not be empty");
  const isReserved = !id.startsWith("_") || /^_(design|local)\/./s.test(id);
  return isReserved ? undefined : illegalId("Only reserved document ids may start with underscore.");
}

function badMember(document: Readonly<Record<string, unknown>>, id: string): Refusal | undefined {
  for (const [name, member] of Object.entries(document)) {
    if (!name.startsWith("_") || IGNORED.has(name)) continue;
    const bad = badSpecial(name, member, id);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function badSpecial(name: string, member: unknown, id: string): Refusal | undefined {
  switch (name) {
    case "_rev":
      return parseName(member) === undefined ? badRequest("Invalid rev format") : undefined;
    case "_deleted":
      return typeof member === "boolean" ? undefined : badSpecialMember(name);
    case "_revisions":
      return parseRevisions(member) === undefined ? badSpecialMember(name) : undefined;
    case "_attachments":
      return isRecord(member) ? badAttachment(member, id) : badSpecialMember(name);
    default:
      return badSpecialMember(name);
  }
}

/** Attachments are not kept here; a stub for one that is nowhere is refused as it is there. */
function badAttachment(attachments: Readonly<Record<string, unknown>>, id: string): Refusal | undefined {
  for (const [name, attachment] of Object.entries(attachments)) {
    if (!isRecord(attachment) || attachment["stub"] !== true) continue;
    return refusal(412, "missing_stub", `Invalid attachment stub in ${id} for ${name}`);
  }
  return undefined;
}

function parseRevisions(value: unknown): { readonly name: Name; readonly ancestors: string[] } | undefined {
  if (!isRecord(value) || !Array.isArray(value["ids"])) return undefined;
  const { start, ids } = value;
  const [hash, ...ancestors] = ids.map(String);
  if (typeof start !== "number" || hash === undefined) return undefined;
  return { name: { generation: start, hash }, ancestors };
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return !LONE_SURROGATE.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, member]) => !LONE_SURROGATE.test(name) && isWellFormed(member));
}

function illegalId(reason: string): Refusal {
  return refusal(400, "illegal_docid", reason);
}

function badSpecialMember(name: string): Refusal {
  return refusal(400, "doc_validation", `Bad special document member: ${name}`);
}

export function badRequest(reason: string): Refusal {
  return refusal(400, "bad_request", reason);
}

function refusal(status: Refusal["status"], error: string, reason: string): Refusal {
  return { type: "refused", status, error, reason };
}

export const INVALID_JSON = badRequest("invalid UTF-8 JSON");
