import { createHash } from "node:crypto";
import { parseDraft, type Draft } from "../../couchdb/embedded/draft.ts";
import { Database } from "../../couchdb/embedded/engine.ts";
import type { Refusal } from "../../couchdb/embedded/refusal.ts";
import { leafName } from "../../couchdb/embedded/tree.ts";
import type { StoreDocument } from "../../sync/store.ts";
import { MemoryGround } from "./memory-ground.ts";

/**
 * The server behind `MemoryStore`: one database, which may be there or not, and what its operator can do. Uses
 * no timer, no chance and no clock: the same calls give the same revisions, bookmarks and order.
 */
export class MemoryCouch {
  /** Undefined while there is no database. */
  database: Database | undefined;
  readonly #name: string;
  #lives = 0;

  /** Two of the same name honour each other's bookmarks, as a database and its copy do. */
  constructor(name: string) {
    this.#name = name;
  }

  async create(): Promise<void> {
    if (this.database !== undefined) return;
    this.#lives += 1;
    const life = createHash("md5").update(`${this.#name} ${this.#lives}`).digest("hex");
    this.database = await Database.open(new MemoryGround(), { name: this.#name, life });
  }

  async deleteDatabase(): Promise<void> {
    const gone = this.database;
    this.database = undefined;
    await gone?.drop();
  }

  async deleteDocument(id: string): Promise<void> {
    const rev = this.database && (await liveRevision(this.database, id));
    const draft = draftOf({ _id: id, _rev: rev, _deleted: true });
    if (draft.type === "draft") await this.database?.write([draft], { newEdits: true });
  }

  /** With the revision that each document names, as replication writes. */
  async graft(documents: readonly StoreDocument[]): Promise<void> {
    const drafts = documents.map((document) => parseDraft(document, { newEdits: false }));
    const sound = drafts.filter((draft) => draft.type === "draft");
    await this.database?.write(sound, { newEdits: false });
  }
}

export function draftOf(document: StoreDocument): Draft | Refusal {
  return parseDraft(document);
}

/** The revision an update of this document has to name; none when there is nothing to update. */
export async function liveRevision(database: Database, id: string): Promise<string | undefined> {
  const [record] = await database.find([id]);
  const winner = record?.tree[0];
  return winner === undefined || winner.deleted ? undefined : leafName(winner);
}
