import { behind, compareUtf8, type Ground } from "./ground.ts";
import {
  keysOf,
  readDocument,
  readLocal,
  type DocumentRecord,
  type Keys,
  type LocalRecord,
  type Row,
} from "./records.ts";
import { formatRevision } from "./revision.ts";
import { isLive, leafRevision } from "./tree.ts";

/** A live document in a range. */
export interface IdRow {
  readonly id: string;
  readonly record: DocumentRecord;
  readonly rev: string;
}

/** Pages in which the ground is read. */
const PAGE = 500;
/** … this many at a time. */
const SLICE = 32;

/** What one database has on its ground, by id and by number. The engine builds on it. */
export class Reader {
  readonly keys: Keys;
  protected readonly ground: Ground;

  constructor(ground: Ground, prefix: string) {
    this.ground = ground;
    this.keys = keysOf(prefix);
  }

  async find(ids: readonly string[]): Promise<(DocumentRecord | undefined)[]> {
    const texts = await this.ground.get(ids.map((id) => this.keys.document(id)));
    return texts.map((text) => (text === undefined ? undefined : readDocument(text)));
  }

  async findLocal(id: string): Promise<LocalRecord | undefined> {
    const [text] = await this.ground.get([this.keys.local(id)]);
    return text === undefined ? undefined : readLocal(text);
  }

  /** Contents by their numbers; undefined where one is no longer kept. */
  bodies(numbers: readonly number[]): Promise<(string | undefined)[]> {
    return this.ground.get(numbers.map((number) => this.keys.body(number)));
  }

  async property(name: string): Promise<string | undefined> {
    const [text] = await this.ground.get([this.keys.property(name)]);
    return text;
  }

  /** Live documents with `from` ≤ id < `to` in the order of UTF-8 bytes (`to` undefined: to the end). */
  async range(query: {
    from: string;
    to: string | undefined;
    limit: number;
    skip?: number;
    descending?: boolean;
  }): Promise<IdRow[]> {
    const rows: IdRow[] = [];
    let skip = query.skip ?? 0;
    let from = this.keys.document(query.from);
    let to = query.to === undefined ? this.keys.documentsEnd : this.keys.document(query.to);
    const descending = query.descending ?? false;
    while (rows.length < query.limit && compareUtf8(from, to) < 0) {
      const limit = Math.min(PAGE, skip + query.limit - rows.length);
      const entries = await this.ground.range({ from, to, limit, descending });
      for (const { key, value } of entries) {
        const record = readDocument(value);
        const [winner] = record.tree;
        if (!winner || winner.deleted) continue;
        if (skip > 0) skip -= 1;
        else
          rows.push({
            id: key.slice(this.keys.document("").length),
            record,
            rev: formatRevision(leafRevision(winner)),
          });
      }
      const last = entries.at(-1);
      if (!last || entries.length < limit) break;
      if (descending) to = last.key;
      else from = behind(last.key);
    }
    return rows;
  }

  /** How many live documents have an id before this one. Reads every one of them. */
  async countBefore(id: string): Promise<number> {
    let count = 0;
    let from = this.keys.document("");
    for (;;) {
      const entries = await this.ground.range({ from, to: this.keys.document(id), limit: PAGE });
      count += entries.filter((entry) => isLive(readDocument(entry.value).tree)).length;
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) return count;
      from = behind(last.key);
    }
  }

  /** As many rows as `maxText` characters of content allow, and one more. */
  protected async withBodies(rows: readonly Row[], maxText: number): Promise<Row[]> {
    const full: Row[] = [];
    let text = 0;
    for (let at = 0; at < rows.length && text < maxText; at += SLICE) {
      const slice = rows.slice(at, at + SLICE);
      const missing = slice.filter((row) => row.body === undefined);
      const bodies =
        missing.length > 0 ? await this.bodies(missing.map((row) => row.leaves[0]?.body ?? 0)) : [];
      for (const row of slice) {
        const body = row.body ?? bodies[missing.indexOf(row)];
        text += body?.length ?? 0;
        full.push({ ...row, ...(body !== undefined && { body }) });
      }
    }
    return full;
  }
}
