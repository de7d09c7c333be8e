import { formatRevision, type Revision } from "./revision.ts";

/**
 * A document's revision tree, kept as its branches: each leaf with the way back to its root. Branches are always
 * ranked: the first one is the winner that every reader sees.
 */
export type Tree = readonly Branch[];

export interface Branch {
  /** The generation of the leaf, which is `hashes[0]`; older ones follow. */
  readonly generation: number;
  readonly hashes: readonly string[];
  readonly deleted: boolean;
  /** Where the content of each of the first `hashes` lies; 0 = it is not kept. */
  readonly bodies: readonly number[];
}

/** One state on its way into the tree. */
export interface Leaf {
  readonly revision: Revision;
  readonly deleted: boolean;
  readonly body: number;
}

/** How many revisions of a branch are remembered by name (CouchDB: 1,000) … */
const MAX_HISTORY = 100;
/** … and by content. CouchDB keeps all of them until somebody compacts; here nobody has to. */
const KEPT_BODIES = 10;

export function leafRevision(branch: Branch): Revision {
  return { generation: branch.generation, hash: branch.hashes[0] ?? "" };
}

export function isLive(tree: Tree): boolean {
  return tree.some((branch) => !branch.deleted);
}

/** Where a revision stands, or undefined. `at` 0 is the leaf. */
export function locate(tree: Tree, revision: Revision): { branch: Branch; at: number } | undefined {
  for (const branch of tree) {
    const at = branch.generation - revision.generation;
    if (at >= 0 && branch.hashes[at] === revision.hash) return { branch, at };
  }
  return undefined;
}

/** Adds a child to a leaf, or a first revision when `parent` is not in the tree. */
export function extend(tree: Tree, leaf: Leaf, parent: Revision | undefined): Tree {
  const found = parent && locate(tree, parent);
  const { generation, hash } = leaf.revision;
  const older = found?.branch.hashes ?? (parent ? [parent.hash] : []);
  const bodies = found?.branch.bodies ?? [];
  const branch = {
    generation,
    hashes: [hash, ...older],
    deleted: leaf.deleted,
    bodies: [leaf.body, ...bodies],
  };
  return ranked([...tree.filter((other) => other !== found?.branch), trimmed(branch)]);
}

/**
 * Takes a revision as another server names it, with its ancestors (hashes, newest first): onto the branch it
 * continues, or as a leaf of its own. A revision that is known with its content leaves the tree as it is.
 */
export function graft(tree: Tree, leaf: Leaf, ancestors: readonly string[]): Tree {
  const known = locate(tree, leaf.revision);
  if (known) return known.branch.bodies[known.at] ? tree : tree.map((branch) => withBody(branch, leaf));
  const { generation, hash } = leaf.revision;
  for (const [i, ancestor] of ancestors.entries()) {
    const found = locate(tree, { generation: generation - 1 - i, hash: ancestor });
    if (!found) continue;
    const { branch, at } = found;
    const between = ancestors.slice(0, i);
    const rest = branch.hashes.slice(at);
    const older = rest.length >= ancestors.length - i ? rest : ancestors.slice(i);
    const hashes = [hash, ...between, ...older];
    const bodies = [leaf.body, ...between.map(() => 0), ...branch.bodies.slice(at)];
    const grown = trimmed({ generation, hashes, deleted: leaf.deleted, bodies });
    return ranked([...tree.filter((other) => other !== branch || at > 0), grown]);
  }
  const alone = { generation, hashes: [hash, ...ancestors], deleted: leaf.deleted, bodies: [leaf.body] };
  return ranked([...tree, trimmed(alone)]);
}

/** The longest live history first, then the greatest name; then the deleted likewise. Every server agrees. */
function ranked(tree: Tree): Tree {
  return [...tree].sort(
    (a, b) =>
      Number(a.deleted) - Number(b.deleted) ||
      b.generation - a.generation ||
      ((a.hashes[0] ?? "") < (b.hashes[0] ?? "") ? 1 : -1),
  );
}

function withBody(branch: Branch, leaf: Leaf): Branch {
  const at = branch.generation - leaf.revision.generation;
  if (at < 0 || branch.hashes[at] !== leaf.revision.hash) return branch;
  const bodies = Array.from({ length: Math.max(at + 1, branch.bodies.length) }, (_, i) =>
    i === at ? leaf.body : (branch.bodies[i] ?? 0),
  );
  return { ...branch, bodies };
}

function trimmed(branch: Branch): Branch {
  const { hashes, bodies } = branch;
  return { ...branch, hashes: hashes.slice(0, MAX_HISTORY), bodies: bodies.slice(0, KEPT_BODIES) };
}

/** Every content a tree still needs. */
export function bodiesOf(tree: Tree): Set<number> {
  return new Set(tree.flatMap((branch) => branch.bodies).filter((body) => body > 0));
}

/** `_revs_info`: each revision of the winning branch and whether its content is still there. */
export function history(branch: Branch): { rev: string; body: number }[] {
  return branch.hashes.map((hash, i) => ({
    rev: formatRevision({ generation: branch.generation - i, hash }),
    body: branch.bodies[i] ?? 0,
  }));
}
