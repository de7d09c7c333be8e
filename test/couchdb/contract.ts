import { documentsContract } from "./contract-documents.ts";
import { feedContract } from "./contract-feed.ts";
import { splitContract } from "./contract-split.ts";
import { standingContract } from "./contract-standing.ts";
import type { Open } from "./premises.ts";

/**
 * What every store must do, whatever stands behind it: one set of sentences for the one in memory, the embedded
 * CouchDB and any real one. `name` begins the titles.
 */
export function storeContract(name: string, open: Open): void {
  documentsContract(name, open);
  standingContract(name, open);
  feedContract(name, open);
  splitContract(name, open);
}
