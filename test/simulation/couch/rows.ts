import type { Found, Row } from "../../../sync/store.ts";
import type { Entry } from "./copy.ts";
import type { Revision } from "./revision.ts";
import { conflictsOf, type Tree } from "./tree.ts";

/** How the `Store` port shows documents. */

export function rowOf(id: string, tree: Tree): Row {
  const [winner] = tree;
  if (winner.isDeleted) return { id };
  const conflicts = conflictsOf(tree);
  if (conflicts.length === 0) return { id, document: winner.document(id) };
  return { id, document: withConflicts(id, tree), isContested: true };
}

export function foundOf(id: string, tree: Tree | undefined): Found {
  if (tree === undefined) return { type: "missing" };
  const [winner] = tree;
  return winner.isDeleted ? { type: "deleted" } : { type: "found", document: winner.document(id) };
}

/** Which versions beside the winner are named with it. */
interface Beside {
  readonly hasConflicts: boolean;
  readonly hasDeleted?: boolean;
}

/** What a reader of changes may ask for. */
export interface ChangeStyle extends Beside {
  readonly hasDocument: boolean;
  /** All leaves, and not the winner alone. */
  readonly isAllLeaves: boolean;
}

/** A row of `_changes`. */
export function changeText({ id, tree }: Entry, seq: string, style: ChangeStyle): string {
  const [winner] = tree;
  const leaves = style.isAllLeaves ? tree : [winner];
  const changes = leaves.map(({ name }) => ({ rev: name }));
  const head = JSON.stringify({ seq, id, changes, ...(winner.isDeleted && { deleted: true }) });
  return style.hasDocument ? `${head.slice(0, -1)},"doc":${documentText(id, tree, style)}}` : head;
}

/** The line of a continuous feed as a region asks for it. */
export function lineOf(entry: Entry, seq: string): string {
  return `${changeText(entry, seq, { hasDocument: true, hasConflicts: true, isAllLeaves: false })}\n`;
}

/** The winner as CouchDB writes it. Put together from text, because some nest deeper than JSON.stringify can go. */
export function documentText(id: string, tree: Tree, { hasConflicts, hasDeleted }: Beside): string {
  const [winner, ...others] = tree;
  const head = JSON.stringify({ _id: id, _rev: winner.name }).slice(0, -1);
  const body = winner.text === "{}" ? "" : `,${winner.text.slice(1, -1)}`;
  const mark = winner.isDeleted ? ',"_deleted":true' : "";
  const conflicts = hasConflicts ? namesOf("_conflicts", conflictsOf(tree)) : "";
  const deleted = hasDeleted === true ? others.filter((leaf) => leaf.isDeleted) : [];
  return `${head}${body}${mark}${conflicts}${namesOf("_deleted_conflicts", deleted)}}`;
}

function namesOf(member: string, leaves: readonly Revision[]): string {
  return leaves.length === 0 ? "" : `,"${member}":${JSON.stringify(leaves.map(({ name }) => name))}`;
}

/** With the names of the living versions beside it, if there are any. */
export function withConflicts(id: string, tree: Tree): object {
  const document = tree[0].document(id);
  const names = conflictsOf(tree).map(({ name }) => name);
  return names.length === 0 ? document : { ...document, _conflicts: names };
}
