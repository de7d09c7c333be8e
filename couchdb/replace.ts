import type { ReplaceResult, StoreDocument } from "../sync/store.ts";
import { readResult, writeResult } from "./answers.ts";
import { textField } from "./json.ts";
import type { Requests } from "./requests.ts";

/** Whoever writes between our reading and our writing is seen at the second reading. */
const MAX_ATTEMPTS = 2;

/**
 * Writes the newest body of a document that we alone rewrite, over whatever stands there.
 *
 * It reads before every write, although we wrote the last revision ourselves: CouchDB takes an update of a document
 * that it no longer has, whatever revision it names (recording `update-of-missing-document`), so after a restore or
 * a re-creation a remembered revision would be taken without a word, and `before` would be untrue.
 */
export async function replace(requests: Requests, document: StoreDocument): Promise<ReplaceResult> {
  const ids = [document._id];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const query = { include_docs: true };
    const reading = await requests.ask({ method: "POST", path: "_all_docs", query, body: { keys: ids } });
    const read = readResult(reading, ids);
    if (read.type === "fault") return read;
    const [before = { type: "missing" }] = read.found;
    const rev = before.type === "found" ? textField(before.document, "_rev") : undefined;
    const docs = [rev === undefined ? document : { ...document, _rev: rev }];
    const writing = await requests.ask({ method: "POST", path: "_bulk_docs", body: { docs } });
    const written = writeResult(writing, docs);
    if (written.type === "fault") return written;
    const outcome = written.type === "refused" ? written : written.outcomes[0];
    switch (outcome?.type) {
      case "stored":
      case "unconfirmed":
        return { type: "replaced", before };
      case "refused":
        return { type: "fault", fault: { code: "failing", text: outcome.reason } };
      case "conflict":
      case undefined:
        continue;
    }
  }
  return { type: "fault", fault: { code: "unavailable", text: "somebody else rewrites this document" } };
}
