import { isRecord } from "../sync/json.ts";
import { branded } from "../sync/brand.ts";
import type { Found, Row, Since } from "../sync/store.ts";
import { textField } from "./json.ts";

/** The shapes of CouchDB's rows, wherever they come from. Undefined is: not a row of this shape. */

/** A row of `_changes` with `include_docs`. A deletion's own body, if it has one, is not shown. */
export function parseChange(value: unknown): Row | undefined {
  const id = textField(value, "id");
  if (id === undefined || !isRecord(value)) return undefined;
  if (value["deleted"] === true) return { id };
  // A body that could not be read must not look like a deletion.
  return isRecord(value["doc"]) ? { id, document: value["doc"] } : undefined;
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
  if (isRecord(value["doc"])) return { id, document: value["doc"] };
  return value["doc"] === null ? "gone" : undefined;
}

/** A row of `_all_docs` with `keys`, which has to be about the id we asked for. */
export function parseFound(value: unknown, id: string): Found | undefined {
  if (!isRecord(value) || value["key"] !== id) return undefined;
  if (value["error"] === "not_found") return { type: "missing" };
  if (isRecord(value["value"]) && value["value"]["deleted"] === true) return { type: "deleted" };
  return isRecord(value["doc"]) ? { type: "found", document: value["doc"] } : undefined;
}

/** The revision to name when the document of such a row is written again: none when it is not there. */
export function parseStanding(value: unknown, id: string): { readonly rev: string | undefined } | undefined {
  if (!isRecord(value) || value["key"] !== id) return undefined;
  if (value["error"] === "not_found") return { rev: undefined };
  if (isRecord(value["value"]) && value["value"]["deleted"] === true) return { rev: undefined };
  const rev = textField(value["value"], "rev");
  return rev === undefined ? undefined : { rev };
}
