import type {
  ChangesResult,
  Found,
  RangeResult,
  ReadResult,
  Row,
  Since,
  Store,
  WriteResult,
} from "../../sync/store.ts";

/** What the store answered, in the few words that a test compares. */

export function faultCode(result: { type: string; fault?: { code: string } }): string | undefined {
  return result.fault?.code;
}

export function outcomes(result: WriteResult): string[] | string {
  return result.type === "rows" ? result.outcomes.map((outcome) => outcome.type) : result.type;
}

function foundAll(result: ReadResult): readonly Found[] {
  return result.type === "found" ? result.found : [];
}

export function found(result: ReadResult): string[] {
  return foundAll(result).map((one) => one.type);
}

/** Documents without `_id` and `_rev`. */
export function bodies(result: ReadResult): unknown[] {
  return foundAll(result).map((one) => {
    if (one.type !== "found" || typeof one.document !== "object") return undefined;
    return Object.fromEntries(Object.entries(one.document ?? {}).filter(([field]) => !field.startsWith("_")));
  });
}

/** The `n` of each document, as `numbered` wrote it. */
export function numbers(result: ReadResult): unknown[] {
  return foundAll(result).map((one) => (one.type === "found" ? numberOf(one.document) : undefined));
}

export function rangeRows(result: RangeResult): readonly Row[] {
  return result.type === "range" ? result.rows : [];
}

export function rangeIds(result: RangeResult): string[] {
  return rangeRows(result).map((row) => row.id);
}

export function rowNumbers(result: RangeResult): unknown[] {
  return rangeRows(result).map((row) => numberOf(row.document));
}

export function numberOf(document: unknown): unknown {
  return typeof document === "object" && document !== null && "n" in document ? document.n : undefined;
}

export async function headOf(store: Store): Promise<Since> {
  const result = await store.head();
  if (result.type === "fault") throw new Error(result.fault.text);
  return result.since;
}

export function rowsOf(result: ChangesResult): readonly Row[] {
  return result.type === "changes" ? result.rows : [];
}

export function idsOf(result: ChangesResult): string[] {
  return rowsOf(result).map((row) => row.id);
}
