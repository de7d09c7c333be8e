/** One line of the table: what was measured of Settee, against what, and what it has to be. */
export interface Row {
  readonly part: PartName;
  readonly name: string;
  readonly unit: string;
  /** The median of its runs. */
  readonly ours: number;
  /** The baseline's, of the runs in between. */
  readonly bare?: { readonly name: string; readonly value: number };
  /** Absent: measured for the reader's interest. */
  readonly goal?: Goal;
  /** The load generator was the limit, so the server may be better than this. */
  readonly isLoadBound?: boolean;
}

export interface Goal {
  /** Of ours by the baseline's, or of ours itself. */
  readonly of: "ratio" | "value";
  readonly is: "at most" | "at least";
  readonly limit: number;
}

export const PART_NAMES = [
  "fanout",
  "peers",
  "latency",
  "ingest",
  "idle",
  "catchup",
  "regions",
  "history",
] as const;
export type PartName = (typeof PART_NAMES)[number];

/** Undefined without a baseline. */
export function ratioOf({ ours, bare }: Row): number | undefined {
  return bare === undefined ? undefined : ours / bare.value;
}

/** Undefined without a goal. What could not be measured has not reached it. */
export function isReached(row: Row): boolean | undefined {
  const { goal, ours } = row;
  if (goal === undefined) return undefined;
  const value = goal.of === "ratio" ? (ratioOf(row) ?? Number.NaN) : ours;
  return goal.is === "at most" ? value <= goal.limit : value >= goal.limit;
}
