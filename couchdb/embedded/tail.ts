import type { Row } from "./records.ts";

/** What the tail may hold, so that followers who keep up are served without the disk. */
const MAX_ROWS = 10_000;
const MAX_BYTES = 8_000_000;
/** About what a row takes beside its content. */
const ROW_BYTES = 200;

/**
 * The newest rows of the feed, in memory. Every follower who keeps up reads here; whoever has fallen behind the
 * oldest row kept reads from the disk until caught up, so no follower has a buffer of its own.
 */
export class Tail {
  #rows: Row[] = [];
  #bytes = 0;
  /** All rows behind this number are here. */
  #complete: number;
  readonly #latest = new Map<string, number>();

  constructor(updateSeq: number) {
    this.#complete = updateSeq;
  }

  append(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#rows.push(row);
      this.#latest.set(row.id, row.seq);
      this.#bytes += sizeOf(row);
    }
    let drop = 0;
    while (this.#rows.length - drop > MAX_ROWS || this.#bytes > MAX_BYTES) {
      const row = this.#rows[drop];
      if (!row) break;
      this.#bytes -= sizeOf(row);
      this.#complete = row.seq;
      if (this.#latest.get(row.id) === row.seq) this.#latest.delete(row.id);
      drop += 1;
    }
    // In bulk, because taking one off the front moves all others.
    if (drop > 0) this.#rows = this.#rows.slice(drop);
  }

  /** The rows behind `seq`, at most `limit`, each document at its latest change; undefined when some are gone. */
  after(seq: number, limit: number): Row[] | undefined {
    if (seq < this.#complete) return undefined;
    const rows: Row[] = [];
    for (let i = this.#firstAfter(seq); i < this.#rows.length && rows.length < limit; i++) {
      const row = this.#rows[i];
      if (row && this.#latest.get(row.id) === row.seq) rows.push(row);
    }
    return rows;
  }

  #firstAfter(seq: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sizeOf(row: Row): number {
  return ROW_BYTES + row.id.length + (row.body?.length ?? 0);
}
