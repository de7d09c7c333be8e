import { branded } from "../../sync/brand.ts";
import type { Found, RangeQuery, Row, Since, StoreDocument, WriteOutcome } from "../../sync/store.ts";

/** The least a store can be: documents, deletions, and the ids in the order of their last change. */
export class StoreModel {
  readonly #documents = new Map<string, StoreDocument | "deleted">();
  #changes: { readonly seq: number; readonly id: string }[] = [];
  #seq = 0;

  write(documents: readonly StoreDocument[]): WriteOutcome[] {
    return documents.map((document): WriteOutcome => {
      if (this.#documents.has(document._id)) return { type: "conflict" };
      this.#put(document._id, document);
      return { type: "stored" };
    });
  }

  replace(document: StoreDocument): void {
    this.#put(document._id, document);
  }

  delete(id: string): void {
    this.#put(id, "deleted");
  }

  read(ids: readonly string[]): Found[] {
    return ids.map((id): Found => {
      const document = this.#documents.get(id);
      if (document === undefined) return { type: "missing" };
      return document === "deleted" ? { type: "deleted" } : { type: "found", document: copy(document) };
    });
  }

  range({ from, to, limit, descending = false, idsOnly = false }: RangeQuery): Row[] {
    const [low, high] = descending ? [to, from] : [from, to];
    const ids = [...this.#documents]
      .filter(([id, document]) => document !== "deleted" && low <= id && id <= high)
      .map(([id]) => id)
      .sort();
    if (descending) ids.reverse();
    return ids.slice(0, limit).map((id) => (idsOnly ? { id } : this.#row(id)));
  }

  head(): Since {
    return branded<Since>(String(this.#seq));
  }

  changes(since: Since, limit: number): { rows: Row[]; since: Since; pending: number } {
    const after = this.#changes.filter(({ seq }) => seq > Number(since));
    const rows = after.slice(0, limit);
    const last = rows.at(-1)?.seq ?? Number(since);
    return {
      rows: rows.map(({ id }) => this.#row(id)),
      since: branded<Since>(String(last)),
      pending: after.length - rows.length,
    };
  }

  #put(id: string, document: StoreDocument | "deleted"): void {
    this.#seq++;
    this.#documents.set(id, document);
    this.#changes = [...this.#changes.filter((change) => change.id !== id), { seq: this.#seq, id }];
  }

  #row(id: string): Row {
    const document = this.#documents.get(id);
    return document === undefined || document === "deleted" ? { id } : { id, document: copy(document) };
  }
}

function copy(document: StoreDocument): unknown {
  return JSON.parse(JSON.stringify(document));
}
