import { isRecord } from "../sync/json.ts";
import type {
  ChangesResult,
  CheckResult,
  HeadResult,
  PrepareResult,
  RangeResult,
  ReadResult,
  Row,
  Since,
  StoreDocument,
  StoreFault,
  StoreFaultCode,
  WriteOutcome,
  WriteResult,
} from "../sync/store.ts";
import { branded } from "../sync/brand.ts";
import { arrayField, textField } from "./json.ts";
import type { Answer } from "./requests.ts";
import {
  parseChange,
  parseEntry,
  parseFound,
  parseLastSeq,
  parsePresence,
  parseStanding,
  type Standing,
} from "./rows.ts";

/**
 * What CouchDB's answers mean. The one place that knows status codes and error words; they are those of
 * CouchDB 3.5, single and clustered, and of the proxies in front of it.
 *
 * A success counts only if its body holds what it must: a proxy says 200 to anything, and an answer that was cut
 * off arrives here as an empty text.
 */

type Answered = Extract<Answer, { type: "answered" }>;

const MAX_TEXT = 200;

/** The fault of a request that was refused or failed as a whole. */
export function faultOf(answer: Answer): StoreFault {
  if (answer.type === "silence") return unreachable(answer.reason);
  const retryAfterMs = parseRetryAfter(answer.retryAfter);
  const fault = { code: codeOf(answer), text: textOf(answer) };
  return retryAfterMs === undefined ? fault : { ...fault, retryAfterMs };
}

/** The fault of a feed or a poll: the only requests whose 400 is about a bookmark. */
export function changesFault(answer: Answer): StoreFault {
  const isSinceRefused = answer.type === "answered" && answer.status === 400 && hasComplaint(answer);
  return isSinceRefused ? { code: "since-refused", text: textOf(answer) } : faultOf(answer);
}

export function unreachable(text: string): StoreFault {
  return { code: "unreachable", text: text.slice(0, MAX_TEXT) };
}

/** Whether rows may follow this head. A proxy's page has status 200, too; a compressed feed cannot be followed. */
export function isFeed(status: number, headers: Readonly<Record<string, unknown>>): boolean {
  const isPage = String(headers["content-type"]).startsWith("text/html");
  return status === 200 && !isPage && headers["content-encoding"] === undefined;
}

export function writeResult(answer: Answer, documents: readonly StoreDocument[]): WriteResult {
  if (answer.type === "answered" && isRefusal(answer)) return { type: "refused", reason: textOf(answer) };
  const rows = successRows(answer, documents.length);
  if (answer.type === "silence" || rows === undefined) return { type: "fault", fault: faultOf(answer) };
  const outcomes: WriteOutcome[] = [];
  for (const [place, document] of documents.entries()) {
    const outcome = outcomeOf(rows[place], document._id, answer.status);
    // A row may fail alone (`compilation_error`, a shard's timeout): what was stored, only reading tells.
    if (outcome === undefined) return { type: "fault", fault: rowFault(rows[place]) };
    outcomes.push(outcome);
  }
  return { type: "rows", outcomes };
}

export function readResult(answer: Answer, ids: readonly string[]): ReadResult {
  const result = keyedResult(answer, ids, parseFound);
  return result.type === "fault" ? result : { type: "found", found: result.rows };
}

export function checkResult(answer: Answer, ids: readonly string[]): CheckResult {
  const result = keyedResult(answer, ids, parsePresence);
  return result.type === "fault" ? result : { type: "checked", presences: result.rows };
}

export type StandingResult =
  /** For each id the revisions of what stands there. */
  | { readonly type: "standing"; readonly standings: readonly Standing[] }
  | { readonly type: "fault"; readonly fault: StoreFault };

export function standingResult(answer: Answer, ids: readonly string[]): StandingResult {
  const result = keyedResult(answer, ids, parseStanding);
  return result.type === "fault" ? result : { type: "standing", standings: result.rows };
}

export function rangeResult(answer: Answer, idsOnly: boolean): RangeResult {
  const entries = successRows(answer);
  if (entries === undefined) return { type: "fault", fault: faultOf(answer) };
  const rows: Row[] = [];
  for (const entry of entries) {
    const row = parseEntry(entry, idsOnly);
    if (row === undefined) return { type: "fault", fault: rowFault(entry) };
    if (row !== "gone") rows.push(row);
  }
  return { type: "range", rows };
}

/** A row that is none is left out: its slot stays open, and the repair of holes asks for it again. */
export function changesResult(answer: Answer): ChangesResult {
  const body = successBody(answer);
  const results = arrayField(body, "results");
  const since = parseLastSeq(body);
  if (results === undefined || since === undefined || !isRecord(body)) {
    return { type: "fault", fault: changesFault(answer) };
  }
  const rows = results.map(parseChange).filter((row) => row !== undefined);
  const pending = typeof body["pending"] === "number" ? body["pending"] : 0;
  return { type: "changes", rows, since, pending, skipped: results.length - rows.length };
}

export function headResult(answer: Answer): HeadResult {
  const since = textField(successBody(answer), "update_seq");
  return since === undefined
    ? { type: "fault", fault: faultOf(answer) }
    : { type: "head", since: branded<Since>(since) };
}

/** The answer to `GET /database`. */
export function presenceResult(answer: Answer): PrepareResult {
  const head = headResult(answer);
  return head.type === "fault" ? head : { type: "prepared" };
}

/**
 * The answer to `PUT /database`, 202 on a cluster with nodes away. Somebody else may have been quicker. An account
 * that may not create it is not refused by that: the database is still what is missing.
 */
export function creationResult(answer: Answer): PrepareResult {
  const body = successBody(answer);
  const isThere = answer.type === "answered" && answer.status === 412 && errorWord(answer) === "file_exists";
  if (isThere || (isRecord(body) && body["ok"] === true)) return { type: "prepared" };
  const fault = faultOf(answer);
  return { type: "fault", fault: fault.code === "denied" ? { ...fault, code: "missing" } : fault };
}

function codeOf(answer: Answered): StoreFaultCode {
  switch (answer.status) {
    case 401:
    case 403:
      return "denied";
    case 404:
      // A proxy that does not know the path says 404, too, but not in CouchDB's words.
      return errorWord(answer) === "not_found" ? "missing" : "unreachable";
    case 412:
    case 429:
    case 502:
    case 503:
    case 504:
      return "unavailable";
    case 500:
      return "failing";
    default:
      return hasComplaint(answer) ? "failing" : "unreachable";
  }
}

/**
 * The whole batch was refused because of what is in it. A 400 without CouchDB's words is a proxy's and says
 * nothing about the documents; a 413 is about their size, whoever says it.
 */
function isRefusal(answer: Answered): boolean {
  switch (answer.status) {
    case 413:
      return true;
    case 400:
    case 417:
      return hasComplaint(answer);
    case 412:
      return errorWord(answer) === "missing_stub";
    default:
      return false;
  }
}

function outcomeOf(row: unknown, id: string, status: number): WriteOutcome | undefined {
  if (!isRecord(row) || row["id"] !== id) return undefined;
  if (row["ok"] === true && textField(row, "rev") !== undefined) {
    const isConfirmed = status === 201 && row["accepted"] !== true;
    return { type: isConfirmed ? "stored" : "unconfirmed" };
  }
  switch (row["error"]) {
    case "conflict":
      return { type: "conflict" };
    case "forbidden":
    case "unauthorized":
      return { type: "refused", reason: complaint(row) };
    default:
      return undefined;
  }
}

function successBody(answer: Answer): unknown {
  const isSuccess = answer.type === "answered" && answer.status >= 200 && answer.status < 300;
  return isSuccess ? answer.body : undefined;
}

/** `_bulk_docs` answers a bare array, `_all_docs` one in `rows`. Undefined when there are not `count` of them. */
function successRows(answer: Answer, count?: number): readonly unknown[] | undefined {
  const body = successBody(answer);
  const rows = Array.isArray(body) ? body : arrayField(body, "rows");
  return count === undefined || rows?.length === count ? rows : undefined;
}

type KeyedRows<T> =
  | { readonly type: "rows"; readonly rows: readonly T[] }
  | { readonly type: "fault"; readonly fault: StoreFault };

/** One row for each of `keys`, in the order asked, each about its key and readable. */
function keyedResult<T>(
  answer: Answer,
  keys: readonly string[],
  parse: (row: unknown, key: string) => T | undefined,
): KeyedRows<T> {
  const values = successRows(answer, keys.length);
  if (values === undefined) return { type: "fault", fault: faultOf(answer) };
  const rows: T[] = [];
  for (const [place, key] of keys.entries()) {
    const row = parse(values[place], key);
    if (row === undefined) return { type: "fault", fault: rowFault(values[place]) };
    rows.push(row);
  }
  return { type: "rows", rows };
}

function rowFault(row: unknown): StoreFault {
  const isFailed = textField(row, "error") !== undefined;
  return isFailed
    ? { code: "failing", text: complaint(row) }
    : unreachable("the answer is not to our question");
}

/** A wrong header must not silence a region for a day. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Seconds or an HTTP date (RFC 9110 §10.2.3), in milliseconds from now, at most five minutes. */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const askedMs = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(askedMs) ? undefined : Math.min(Math.max(askedMs, 0), LONGEST_RETRY_AFTER_MS);
}

function errorWord(answer: Answered): string | undefined {
  return textField(answer.body, "error");
}

function hasComplaint(answer: Answered): boolean {
  return errorWord(answer) !== undefined;
}

function textOf(answer: Answer): string {
  if (answer.type === "silence") return answer.reason.slice(0, MAX_TEXT);
  const words = hasComplaint(answer) ? complaint(answer.body) : "without the answer that belongs to it";
  return `status ${answer.status}: ${words}`;
}

function complaint(value: unknown): string {
  return [textField(value, "error"), textField(value, "reason")].join(": ").slice(0, MAX_TEXT);
}
