import { branded } from "../../../sync/brand.ts";
import type { Since } from "../../../sync/store.ts";

/** A place in one copy's own order of changes. Of a bookmark: the one that was read from last. */
export interface Place {
  readonly node: number;
  readonly uuid: string;
  readonly seq: number;
}

export function placeIn({ node, uuid }: Pick<Place, "node" | "uuid">, seq: number): Place {
  return { node, uuid, seq };
}

/** One place for each shard, in the order of the shards. */
export type Bookmark = readonly Place[];

const SHAPE = /^\d+-g1((?:n\d+u[0-9a-z]{8}s\d+)+)$/;
const PLACE = /n(\d+)u([0-9a-z]{8})s(\d+)/g;

/** `<number>-<what only CouchDB understands>`. The number is for people, and nobody looks at it. */
export function writeBookmark(bookmark: Bookmark): Since {
  let total = 0;
  let text = "-g1";
  for (const { node, uuid, seq } of bookmark) {
    total += seq;
    text += `n${node}u${uuid}s${seq}`;
  }
  return branded<Since>(total + text);
}

/** Undefined: no bookmark of any database. Empty: the beginning. */
export function parseBookmark(since: string): Bookmark | undefined {
  if (since === "0") return [];
  const [, places] = SHAPE.exec(since) ?? [];
  if (places === undefined) return undefined;
  return [...places.matchAll(PLACE)].map(([, node, uuid = "", seq]) => ({
    node: Number(node),
    uuid,
    seq: Number(seq),
  }));
}
