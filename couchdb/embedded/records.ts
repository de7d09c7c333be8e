import { sortable } from "./sequence.ts";
import type { Tree } from "./tree.ts";

/**
 * How a database lies on its ground. All keys of one life of a database begin with its prefix (`nnnnnn`, a number
 * never used again), so dropping a database is dropping a prefix.
 *
 *   <prefix>b<body number>  content of one revision, a JSON object as text
 *   <prefix>i<id>           the document: its place in the feed and its revision tree
 *   <prefix>l<id>           a _local document
 *   <prefix>m               the counts
 *   <prefix>n<block>        how many rows of the feed stand in a block of 1,024 numbers
 *   <prefix>p<name>         a property, such as _security
 *   <prefix>s<seq>          the feed: one row for each document, at its latest change
 *
 * Values are JSON we wrote ourselves, under the ground's checksums; they are read back without a second check.
 */
export const keysOf = (prefix: string) => ({
  body: (body: number) => `${prefix}b${sortable(body)}`,
  document: (id: string) => `${prefix}i${id}`,
  documentsEnd: `${prefix}j`,
  local: (id: string) => `${prefix}l${id}`,
  localsEnd: `${prefix}m`,
  counts: `${prefix}m`,
  block: (block: number) => `${prefix}n${sortable(block)}`,
  blocksEnd: `${prefix}o`,
  property: (name: string) => `${prefix}p${name}`,
  row: (seq: number) => `${prefix}s${sortable(seq)}`,
  rowsEnd: `${prefix}t`,
});

export type Keys = ReturnType<typeof keysOf>;

export interface DocumentRecord {
  readonly seq: number;
  readonly tree: Tree;
}

export interface LocalRecord {
  readonly revision: number;
  readonly body: string;
}

/** Where the numbers of a database stand. */
export interface Counts {
  readonly updateSeq: number;
  readonly lastBody: number;
  readonly live: number;
  readonly deleted: number;
}

const NO_COUNTS: Counts = { updateSeq: 0, lastBody: 0, live: 0, deleted: 0 };

/** A document in the feed. The first leaf is the winner. */
export interface Row {
  readonly seq: number;
  readonly id: string;
  readonly leaves: readonly RowLeaf[];
  /** The winner's content, where it was asked for or is at hand. */
  readonly body?: string;
}

interface RowLeaf {
  readonly rev: string;
  readonly deleted: boolean;
  readonly body: number;
}

export function readDocument(text: string): DocumentRecord {
  return JSON.parse(text);
}

export function readLocal(text: string): LocalRecord {
  return JSON.parse(text);
}

export function readCounts(text: string | undefined): Counts {
  return text === undefined ? NO_COUNTS : JSON.parse(text);
}

export function readRow(text: string): Row {
  return JSON.parse(text);
}
