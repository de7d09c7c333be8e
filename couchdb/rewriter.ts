import type { ReplaceResult, StoreDocument } from "../sync/store.ts";
import { rewriteResult, standingResult, type RewriteResult } from "./answers.ts";
import type { Requests } from "./requests.ts";

/** An origin rewrites its own beacon, and takes a new origin now and then: a few revisions are plenty. */
const MAX_REVISIONS = 16;

/** Writes documents whose only author we are again and again, and remembers the revision each one stands at. */
export class Rewriter {
  readonly #requests: Requests;
  readonly #revisions = new Map<string, string>();

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** A revision that was guessed wrong is read, once. Somebody who keeps writing between is a fault. */
  async replace(document: StoreDocument): Promise<ReplaceResult> {
    const guessed = await this.#write(document, this.#revisions.get(document._id));
    if (guessed.type !== "conflict") return guessed.type === "replaced" ? { type: "replaced" } : guessed;
    const ids = { keys: [document._id] };
    const answer = await this.#requests.ask({ method: "POST", path: "_all_docs", body: ids });
    const standing = standingResult(answer, document._id);
    if (standing.type === "fault") return standing;
    const informed = await this.#write(document, standing.rev);
    if (informed.type !== "conflict") return informed.type === "replaced" ? { type: "replaced" } : informed;
    return { type: "fault", fault: { code: "unavailable", text: "somebody else rewrites this document" } };
  }

  async #write(document: StoreDocument, rev: string | undefined): Promise<RewriteResult> {
    const body = { docs: [rev === undefined ? document : { ...document, _rev: rev }] };
    const answer = await this.#requests.ask({ method: "POST", path: "_bulk_docs", body });
    const result = rewriteResult(answer, document);
    if (result.type === "replaced") this.#remember(document._id, result.rev);
    return result;
  }

  /** The one that was written longest ago is forgotten first. */
  #remember(id: string, rev: string): void {
    this.#revisions.delete(id);
    this.#revisions.set(id, rev);
    const [oldest] = this.#revisions.keys();
    if (this.#revisions.size > MAX_REVISIONS && oldest !== undefined) this.#revisions.delete(oldest);
  }
}
