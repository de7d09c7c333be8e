import { createHash } from "node:crypto";

/** `<generation>-<hash>`: one state of a document. */
export interface Revision {
  readonly generation: number;
  readonly hash: string;
}

/**
 * A document's revision tree, kept as its branches: each leaf with the way back to its root. Branches are always
 * ranked: the first one is the winner that every reader sees.
 */
export type Tree = readonly [winner: Branch, ...losers: Branch[]];

export interface Branch {
  /** The generation of the leaf, which is `hashes[0]`; older ones follow. */
  readonly generation: number;
  readonly hashes: readonly string[];
  readonly deleted: boolean;
  /** The leaf's content, a JSON object as text. What it replaced is not kept. */
  readonly body: string;
}

/** How many revisions of a branch are remembered by name (CouchDB: 1,000). */
const MAX_HISTORY = 100;
const REVISION = /^(\d{1,15})-(.*)$/s;

export function parseRevision(text: unknown): Revision | undefined {
  const parts = typeof text === "string" ? REVISION.exec(text) : null;
  return parts ? { generation: Number(parts[1]), hash: parts[2] ?? "" } : undefined;
}

export function formatRevision({ generation, hash }: Revision): string {
  return `${generation}-${hash}`;
}

/** Equal edits of equal parents are one revision, so two sides that did the same do not conflict. */
export function nextRevision(
  edit: { readonly deleted: boolean; readonly body: string },
  parent: Revision | undefined,
): Revision {
  const text = `${edit.deleted} ${parent ? formatRevision(parent) : ""} ${edit.body}`;
  const hash = createHash("md5").update(text).digest("hex");
  return { generation: (parent?.generation ?? 0) + 1, hash };
}

export function leafOf({ generation, hashes }: Branch): Revision {
  return { generation, hash: hashes[0] ?? "" };
}

export function leafName(branch: Branch): string {
  return formatRevision(leafOf(branch));
}

export function isLive(tree: readonly Branch[]): boolean {
  return tree.some((branch) => !branch.deleted);
}

/** The branch that ends in this revision. */
export function findLeaf(tree: readonly Branch[], revision: Revision): Branch | undefined {
  return tree.find((branch) => placeIn(branch, revision) === 0);
}

/** One revision on its way into a tree, with its ancestors (hashes, newest first). */
export interface Graft {
  readonly revision: Revision;
  readonly ancestors: readonly string[];
  readonly deleted: boolean;
  readonly body: string;
}

/** Onto the branch that the revision continues, or as a leaf of its own. Undefined when it is known already. */
export function graft(tree: readonly Branch[], addition: Graft): Tree | undefined {
  const { revision, ancestors, deleted, body } = addition;
  if (tree.some((branch) => placeIn(branch, revision) >= 0)) return undefined;
  let others = tree;
  let hashes: readonly string[] = [revision.hash, ...ancestors];
  for (const [i, hash] of ancestors.entries()) {
    const ancestor = { generation: revision.generation - 1 - i, hash };
    const branch = tree.find((each) => placeIn(each, ancestor) >= 0);
    if (!branch) continue;
    const place = placeIn(branch, ancestor);
    if (place === 0) others = tree.filter((each) => each !== branch);
    // Whichever side remembers more of what is older.
    const remembered = [...hashes.slice(0, i + 1), ...branch.hashes.slice(place)];
    if (remembered.length > hashes.length) hashes = remembered;
    break;
  }
  const grown = { generation: revision.generation, hashes: hashes.slice(0, MAX_HISTORY), deleted, body };
  const [winner = grown, ...losers] = [...others, grown].sort(byRank);
  return [winner, ...losers];
}

/** How far behind the leaf the revision is, or -1. */
function placeIn(branch: Branch, revision: Revision): number {
  const place = branch.generation - revision.generation;
  return branch.hashes[place] === revision.hash ? place : -1;
}

/** The longest live history first, then the greatest name; then the deleted likewise. Every server agrees. */
function byRank(a: Branch, b: Branch): number {
  const byName = (a.hashes[0] ?? "") < (b.hashes[0] ?? "") ? 1 : -1;
  return Number(a.deleted) - Number(b.deleted) || b.generation - a.generation || byName;
}
