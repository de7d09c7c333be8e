import { crc32 } from "node:zlib";
import { byBytes } from "./byte-order.ts";
import type { Cluster } from "./cluster.ts";
import { Copy, type File } from "./copy.ts";
import { merged, type Tree } from "./tree.ts";

/** All its files at one moment. */
export interface Snapshot {
  readonly database: Database;
  readonly files: ReadonlyMap<Copy, File>;
}

/** Which files are meant: without `node` on all nodes, without `shard` of all shards. */
export interface Part {
  readonly node?: number;
  readonly shard?: number;
}

/** One life of the database: its shards, and of each the copies. Deleted and created again it is another one. */
export class Database {
  /** For each shard its copies, on different nodes. */
  readonly shards: readonly (readonly Copy[])[];
  readonly #cluster: Cluster;

  constructor(cluster: Cluster, { replicas, shards }: Pick<Cluster, "replicas" | "shards"> = cluster) {
    this.#cluster = cluster;
    const { length } = cluster.nodes;
    this.shards = Array.from({ length: shards }, (_, shard) =>
      Array.from({ length: replicas }, (__, copy) => new Copy((shard + copy) % length, cluster.nextFile())),
    );
  }

  /** Whose copies hold this id. CouchDB cuts the ring of CRC-32 into equal pieces. */
  copiesOf(id: string): readonly Copy[] {
    const { length } = this.shards;
    const shard = length === 1 ? 0 : Math.floor((crc32(id) / 2 ** 32) * length);
    return this.shards[shard] ?? [];
  }

  /** What all copies together hold at an id. */
  merged(id: string): Tree | undefined {
    let tree: Tree | undefined;
    for (const copy of this.copiesOf(id)) {
      const theirs = copy.treeOf(id);
      if (theirs !== undefined) tree = tree === undefined ? theirs : merged(tree, theirs);
    }
    return tree;
  }

  /** The ids of all documents that stand, over all copies, sorted. */
  ids(): string[] {
    const all = new Set(this.#copies().flatMap((copy) => copy.ids));
    return [...all].filter((id) => this.merged(id)?.[0].isDeleted === false).sort(byBytes);
  }

  /** Every copy forgets it, at once. */
  purge(id: string): boolean {
    return this.copiesOf(id).filter((copy) => copy.purge(id)).length > 0;
  }

  wipe(node: number): void {
    for (const copy of this.#copies()) if (copy.node === node) copy.wipe(this.#cluster.nextFile());
  }

  snapshot(): Snapshot {
    return { database: this, files: new Map(this.#copies().map((copy) => [copy, copy.file()])) };
  }

  restore({ files }: Snapshot, { node, shard }: Part): void {
    for (const [place, copies] of this.shards.entries()) {
      for (const copy of copies) {
        const file = files.get(copy);
        const isMeant = (node ?? copy.node) === copy.node && (shard ?? place) === place;
        if (isMeant && file !== undefined) copy.restore(file);
      }
    }
  }

  #copies(): Copy[] {
    return this.shards.flat();
  }
}
