import { Revision, unknownRevision, type Content, type Name } from "./revision.ts";

/**
 * A document as its leaves, ranked: the first one is the winner, which every node finds without asking another.
 * Never changed; an equal tree is mostly the very same object, on all copies.
 */
export type Tree = readonly [winner: Revision, ...others: Revision[]];

/** A write as a client sends it. */
export interface Edit extends Content {
  /** The revision it follows. Without it the document must not stand there. */
  readonly after?: Name | undefined;
}

/** What a copy holds after an edit, and the revision that is new in it. */
export interface Edited {
  readonly tree: Tree;
  readonly leaf: Revision;
}

/** One edit on its way to every copy. Copies that hold the same will hold the very same afterwards. */
export class Write {
  readonly #edit: Edit;
  #last:
    | { readonly before: Tree | undefined; readonly wasUsed: boolean; readonly after: Edited | undefined }
    | undefined;

  constructor(edit: Edit) {
    this.#edit = edit;
  }

  /** Undefined is a conflict. `wasUsed` is whether the copy ever held a document. */
  applyTo(before: Tree | undefined, wasUsed: boolean): Edited | undefined {
    const last = this.#last;
    if (last !== undefined && last.before === before && last.wasUsed === wasUsed) return last.after;
    const after = edited(before, this.#edit, wasUsed);
    this.#last = { before, wasUsed, after };
    return after;
  }
}

/**
 * A deleted document is written anew below its deletion, but not by naming that; and a copy that was used before
 * believes in any parent it does not know.
 */
function edited(tree: Tree | undefined, edit: Edit, wasUsed: boolean): Edited | undefined {
  const { after } = edit;
  if (tree === undefined) {
    if (after !== undefined && !wasUsed) return undefined;
    const leaf = new Revision(edit, after && unknownRevision(after));
    return { tree: [leaf], leaf };
  }
  const [winner] = tree;
  if (winner.isDeleted) return after === undefined && !edit.isDeleted ? grown(tree, edit, winner) : undefined;
  const parent =
    after && tree.find(({ generation, hash }) => generation === after.generation && hash === after.hash);
  return parent === undefined ? undefined : grown(tree, edit, parent);
}

/** The next revision after one of the leaves. */
export function grown(tree: Tree, content: Content, parent: Revision): Edited {
  const leaf = new Revision(content, parent);
  return { tree: ranked([leaf, ...tree.filter((each) => each !== parent)]), leaf };
}

/** All leaves of both. One of the two itself when it holds the other. */
export function merged(one: Tree, other: Tree): Tree {
  if (one === other) return one;
  const added = other.filter((leaf) => !one.some((mine) => mine.descendsFrom(leaf)));
  if (added.length === 0) return one;
  const kept = one.filter((leaf) => !added.some((theirs) => theirs.descendsFrom(leaf)));
  return kept.length === 0 && added.length === other.length ? other : ranked([...kept, ...added]);
}

export function isAlike(one: Tree | undefined, other: Tree | undefined): boolean {
  if (one === other) return true;
  if (one?.length !== other?.length) return false;
  return one?.every((leaf, place) => other?.[place]?.isSame(leaf) === true) === true;
}

/** The living versions beside the winner. */
export function conflictsOf([, ...others]: Tree): readonly Revision[] {
  return others.length === 0 ? others : others.filter((leaf) => !leaf.isDeleted);
}

/** The longest living history first, then the greatest name; the deleted ones likewise behind them. */
export function ranked(leaves: readonly Revision[]): Tree {
  const [winner, ...others] = leaves.length === 1 ? leaves : [...leaves].sort(byRank);
  if (winner === undefined) throw new Error("a document has a leaf");
  return [winner, ...others];
}

function byRank(one: Revision, other: Revision): number {
  const byName = one.hash < other.hash ? 1 : -1;
  return Number(one.isDeleted) - Number(other.isDeleted) || other.generation - one.generation || byName;
}
