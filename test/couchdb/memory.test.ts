import { storeContract } from "./contract.ts";
import { MemoryCouch } from "./memory-couch.ts";
import { MemoryStore } from "./memory-store.ts";

let opened = 0;

storeContract("in memory", async (_, options) => {
  opened += 1;
  const couch = new MemoryCouch(`database ${opened}`);
  if (options?.prepared !== false) await couch.create();
  return {
    store: new MemoryStore(couch),
    another: () => new MemoryStore(couch),
    deleteDocument: (id) => couch.deleteDocument(id),
    deleteDatabase: () => couch.deleteDatabase(),
    graft: (documents) => couch.graft(documents),
    // What an edit replaces is never kept here.
    compact: async () => undefined,
  };
});
