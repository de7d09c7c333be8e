import type { Branch, Tree } from "./tree.ts";

/**
 * How a database lies on its ground. All keys of one life of a database begin with that life's name, which is never
 * used again, so dropping a database is dropping a prefix.
 *
 *   <life>i<id>   a document: its place in the feed, its revision tree, and the content of each leaf
 *   <life>l<id>   the same of a _local document
 *   <life>m       the counts
 *   <life>s<seq>  the feed: the id of the document whose latest change this is
 *
 * Values are texts we wrote ourselves, under the ground's checksums; they are read back without a second check.
 */
export const keysOf = (life: string) => ({
  document: (id: string) => `${life}${isLocal(id) ? "l" : "i"}${id}`,
  counts: `${life}m`,
  /** Nine base36 digits, so that text sorts as numbers do: up to 10^14. */
  row: (seq: number) => `${life}s${seq.toString(36).padStart(9, "0")}`,
  seqOf: (row: string) => Number.parseInt(row.slice(-9), 36),
});

export type Keys = ReturnType<typeof keysOf>;

/** Documents of one server only: no history, no conflicts, not in the feed. */
export function isLocal(id: string): boolean {
  return id.startsWith("_local/");
}

export interface DocumentRecord {
  /** 0: a _local document, which has no place in the feed. */
  readonly seq: number;
  readonly tree: Tree;
}

/** A document in a range or in the feed. */
export interface Row extends DocumentRecord {
  readonly id: string;
}

export interface Counts {
  readonly updateSeq: number;
  readonly live: number;
  readonly deleted: number;
}

/** The leaves' contents follow as lines, so that they are neither escaped nor parsed. JSON has no newline in it. */
export function writeDocument({ seq, tree }: DocumentRecord): string {
  const head = { seq, tree: tree.map((branch) => ({ ...branch, body: undefined })) };
  return [JSON.stringify(head), ...tree.map(({ body }) => body)].join("\n");
}

export function readDocument(text: string): DocumentRecord {
  const [head = "", ...bodies] = text.split("\n");
  const { seq, tree }: DocumentRecord = JSON.parse(head);
  const withBody = (branch: Branch, i: number) => ({ ...branch, body: bodies[i] ?? "{}" });
  const [winner, ...losers] = tree;
  return { seq, tree: [withBody(winner, 0), ...losers.map((branch, i) => withBody(branch, i + 1))] };
}

export function readCounts(text: string | undefined): Counts {
  return text === undefined ? { updateSeq: 0, live: 0, deleted: 0 } : JSON.parse(text);
}
