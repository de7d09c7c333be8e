import { TermWriter } from "./term.ts";

/** `<generation>-<hash>`: one state of a document. */
export interface Revision {
  readonly generation: number;
  readonly hash: string;
}

/** MD5 as 32 lower-case hex digits; handed in, so that the engine stays free of packages. */
export type Md5 = (bytes: Uint8Array) => string;

const REVISION = /^(\d{1,15})-(.*)$/s;
const HEX32 = /^[0-9a-f]{32}$/i;

/** A hash of 32 hex digits is kept in small letters, any other name as it is, as CouchDB does. */
export function parseRevision(text: unknown): Revision | undefined {
  const parts = typeof text === "string" ? REVISION.exec(text) : null;
  if (!parts) return undefined;
  const [, generation = "", hash = ""] = parts;
  return { generation: Number(generation), hash: HEX32.test(hash) ? hash.toLowerCase() : hash };
}

export function formatRevision(revision: Revision): string {
  return `${revision.generation}-${revision.hash}`;
}

/**
 * The revision a real CouchDB gives the same edit: the MD5 of `[Deleted, ParentGeneration, ParentHash, Body, []]`.
 * So equal edits on two sides are one revision, not a conflict. `body` is the content in Erlang's term format.
 */
export function nextRevision(
  md5: Md5,
  edit: { deleted: boolean; body: Uint8Array },
  parent: Revision | undefined,
): Revision {
  const term = new TermWriter();
  term.documentList(5);
  term.atom(String(edit.deleted));
  term.integer(parent?.generation ?? 0);
  if (parent) term.binary(hashBytes(parent.hash));
  else term.integer(0);
  term.raw(edit.body);
  term.listEnd();
  term.listEnd();
  return { generation: (parent?.generation ?? 0) + 1, hash: md5(term.take()) };
}

function hashBytes(hash: string): Uint8Array {
  if (!HEX32.test(hash)) return new TextEncoder().encode(hash);
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hash.slice(i * 2, i * 2 + 2), 16));
}
