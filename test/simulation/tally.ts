/** The faults of the fault model that a simulation shows. */
export const FAULT_IDS = [
  "C1",
  "C2",
  "C3",
  "C4",
  "C5",
  "C6",
  "C7",
  "C8",
  "C9",
  "C10",
  "C12",
  "C13",
  "R1",
  "R2",
  "R3",
  "R4",
  "R5",
  "R6",
  "R7",
  "R8",
  "R9",
  "R10",
  "R11",
  "R12",
  "R13",
  "R14",
  "S1",
  "S2",
  "S3",
  "S4",
  "S5",
  "S6",
  "S7",
  "S8",
  "S9",
  "S10",
  "S11",
  "S12",
  "S13",
  "S14",
  "S15",
  "S16",
  "S17",
  "S18",
  "S19",
  "S20",
  "S21",
  "S22",
  "S23",
  "S24",
  "S25",
  "S26",
  "S27",
  "S28",
] as const;

/** The others, which are about sockets and processes, and where they are shown. */
export const SHOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  C11: "test/server/request-limits.test.ts, connections.test.ts",
  R15: "test/server/headers.test.ts",
};

/** What a region does about faults; each must be seen to happen. */
export const BRANCHES = [
  "hole repaired",
  "retry after unknown",
  "look found ours",
  "look found deleted",
  "conflict clashed",
  "written again after a look",
  "batch halved",
  "rejected",
  "void sent",
  "twin hidden",
  "late arrival",
  "since refused",
  "slot given up",
  "clock ahead",
  "disk reopened",
  "polled while the feed was away",
  "joined",
  "cursor answered by offset",
  "cursor answered by vector",
  "reader started over",
  "page read from the store",
  "audit restored",
  "re-push",
  "deletion re-erased",
  "canary deaf",
  "origin renewed",
  "contested",
  "edited",
  "taken back",
] as const;

export type FaultId = (typeof FAULT_IDS)[number];
export type Branch = (typeof BRANCHES)[number];

/**
 * How often each fault and each branch was met. A long run in which one never was proves nothing about it, so it
 * fails.
 */
export class Tally {
  readonly #counts = new Map<FaultId | Branch, number>();

  count(...met: readonly (FaultId | Branch)[]): void {
    for (const what of met) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** What was never met, in the order of the lists. */
export function neverMet(counts: Readonly<Record<string, number>>): (FaultId | Branch)[] {
  return [...FAULT_IDS, ...BRANCHES].filter((what) => (counts[what] ?? 0) === 0);
}
