import { DENIED_MS, REREAD_MS } from "../../sync/limits.ts";
import type { DeedName, Swarm } from "./swarm.ts";

/** What the store loses without a word, and a document that it will not take, for as long as people talk to find that out. */
const FOUND_LATE: ReadonlySet<DeedName> = new Set([
  "lost-documents",
  "restores",
  "node-restores",
  "recreations",
  "compactions",
  "lasting-failures",
]);

/**
 * When all is mended, everything must be in step again within this time. What the store lost an audit finds, every ten
 * minutes, and a slot nobody can produce is given up after fifteen: both may have to be waited for. Otherwise the longest
 * wait is for a store that let nobody in, which is asked every 90 seconds, and then a minute for what may have passed by.
 */
export function boundMs({ deeds }: Pick<Swarm, "deeds">): number {
  const isFoundLate = deeds.some(({ name }) => FOUND_LATE.has(name));
  return isFoundLate ? 20 * 60_000 : DENIED_MS + REREAD_MS;
}

/** Moments after the healing at which is looked whether it is quiet, the last one at the bound: often at first. */
export function looksMs(swarm: Pick<Swarm, "deeds">): number[] {
  const lastMs = boundMs(swarm);
  return [...LOOKS_S.map((second) => second * 1_000).filter((lookMs) => lookMs < lastMs), lastMs];
}

const LOOKS_S = [4, 8, 15, 30, 60, 90, 120, 180, 300, 420, 600, 660, 780, 960, 1_080];
