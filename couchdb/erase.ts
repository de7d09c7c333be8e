import type { EraseResult } from "../sync/store.ts";
import { standingResult, writeResult } from "./answers.ts";
import type { Requests } from "./requests.ts";

/** Bodies come along when revisions are asked for: no more of them at once than a page of the feed has. */
const BATCH = 100;
/**
 * How often a batch is looked at. Two are enough when nobody else writes: one to see what stands there, one to see
 * that nothing does any more.
 */
const MAX_LOOKS = 5;

/**
 * Deletes every version that stands at these ids, by its revision. CouchDB makes a deletion of what never was into a
 * document of its own (recording `bulk-partial-failure`): so a deletion that the store has forgotten is made again,
 * and nothing happens to one that it knows.
 */
export async function erase(requests: Requests, ids: readonly string[]): Promise<EraseResult> {
  let refused = 0;
  for (let first = 0; first < ids.length; first += BATCH) {
    const result = await eraseBatch(requests, ids.slice(first, first + BATCH));
    if (result.type === "fault") return result;
    refused += result.refused;
  }
  return { type: "erased", refused };
}

async function eraseBatch(requests: Requests, ids: readonly string[]): Promise<EraseResult> {
  const refused = new Set<string>();
  for (let look = 1; look <= MAX_LOOKS; look++) {
    const query = { include_docs: true, conflicts: true };
    const reading = await requests.ask({ method: "POST", path: "_all_docs", query, body: { keys: ids } });
    const standing = standingResult(reading, ids);
    if (standing.type === "fault") return standing;
    const docs = ids.flatMap((id, place) => {
      const there = refused.has(id) ? [] : (standing.standings[place] ?? []);
      if (there === "missing") return { _id: id, _deleted: true };
      return there.map((rev) => ({ _id: id, _rev: rev, _deleted: true }));
    });
    if (docs.length === 0) return { type: "erased", refused: refused.size };
    const deleting = await requests.ask({ method: "POST", path: "_bulk_docs", body: { docs } });
    const deleted = writeResult(deleting, docs);
    if (deleted.type === "fault") return deleted;
    if (deleted.type === "refused")
      return { type: "fault", fault: { code: "failing", text: deleted.reason } };
    for (const [place, outcome] of deleted.outcomes.entries()) {
      const id = docs[place]?._id;
      if (outcome.type === "refused" && id !== undefined) refused.add(id);
    }
  }
  const text = "somebody keeps writing what is to be erased";
  return { type: "fault", fault: { code: "unavailable", text } };
}
