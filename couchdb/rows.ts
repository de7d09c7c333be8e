import { isRecord } from "../sync/json.ts";
import { branded } from "../sync/brand.ts";
import type { Found, Presence, Row, Since } from "../sync/store.ts";
import { arrayField, textField } from "./json.ts";

/** The shapes of CouchDB's rows, wherever they come from. Undefined is: not a row of this shape. */

/** A document with what it says of itself when it was asked for with `conflicts`. */
export function documentRow(id: string, document: unknown): Row {
  const isContested = conflictsOf(document).length > 0;
  return isContested ? { id, document, isContested } : { id, document };
}

/** A row of `_changes` with `include_docs`. A deletion's own body, if it has one, is not shown. */
export function parseChange(value: unknown): Row | undefined {
  const id = textField(value, "id");
  if (id === undefined || !isRecord(value)) return undefined;
  if (value["deleted"] === true) return { id };
  // A body that could not be read must not look like a deletion.
  return isRecord(value["doc"]) ? documentRow(id, value["doc"]) : undefined;
}

/** A row's bookmark. With a sequence interval most rows have none (`seq: null`). */
export function parseSeq(value: unknown): Since | undefined {
  const seq = textField(value, "seq");
  return seq === undefined ? undefined : branded<Since>(seq);
}

/** The bookmark a normal answer, and a continuous feed that the server ends, closes with. */
export function parseLastSeq(value: unknown): Since | undefined {
  const seq = textField(value, "last_seq");
  return seq === undefined ? undefined : branded<Since>(seq);
}

/** A row of `_all_docs` over a range. `gone` was deleted after the range was looked up. */
export function parseEntry(value: unknown, idsOnly: boolean): Row | "gone" | undefined {
  const id = textField(value, "id");
  if (id === undefined || !isRecord(value)) return undefined;
  if (idsOnly) return { id };
  if (isRecord(value["doc"])) return documentRow(id, value["doc"]);
  return value["doc"] === null ? "gone" : undefined;
}

/** A row of `_all_docs` with `keys`, which has to be about the id we asked for: with or without the document. */
export function parsePresence(value: unknown, id: string): Presence | undefined {
  if (!isRecord(value) || value["key"] !== id) return undefined;
  if (value["error"] === "not_found") return "missing";
  if (isRecord(value["value"]) && value["value"]["deleted"] === true) return "deleted";
  return textField(value["value"], "rev") === undefined ? undefined : "present";
}

export function parseFound(value: unknown, id: string): Found | undefined {
  const presence = parsePresence(value, id);
  if (presence !== "present") return presence && { type: presence };
  return isRecord(value) && isRecord(value["doc"]) ? { type: "found", document: value["doc"] } : undefined;
}

export type Standing = readonly string[] | "missing";

/** The revisions that stand at an id, read with `conflicts`: none when it is deleted. */
export function parseStanding(value: unknown, id: string): Standing | undefined {
  const found = parseFound(value, id);
  if (found?.type === "missing") return "missing";
  if (found?.type !== "found") return found && [];
  const shown = textField(found.document, "_rev");
  return shown === undefined ? undefined : [shown, ...conflictsOf(found.document)];
}

function conflictsOf(document: unknown): readonly string[] {
  const revisions = arrayField(document, "_conflicts") ?? [];
  return revisions.filter((revision) => typeof revision === "string");
}
