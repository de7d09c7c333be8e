import type { Cluster, Node } from "./cluster.ts";
import type { Copy } from "./copy.ts";

/** Too few copies answer: at once with an error, or not at all because a node is paused. */
export type Trouble = { readonly type: "nodedown" } | { readonly type: "hangs" };

export const NODE_DOWN: Trouble = { type: "nodedown" };
export const HANGS: Trouble = { type: "hangs" };

/** Which copies one node gets answers from, and for which it waits in vain. */
export class Reach {
  readonly #cluster: Cluster;
  readonly #node: Node;

  constructor(cluster: Cluster, node: number) {
    this.#cluster = cluster;
    this.#node = cluster.node(node);
  }

  reaches({ node }: Copy): boolean {
    return this.#cluster.reaches(this.#node, this.#cluster.node(node));
  }

  waitsFor({ node }: Copy): boolean {
    return this.#cluster.waitsFor(this.#node, this.#cluster.node(node));
  }

  of(copies: readonly Copy[]): { readonly reached: readonly Copy[]; readonly silent: readonly Copy[] } {
    const reached = copies.filter((copy) => this.reaches(copy));
    const silent = reached.length === copies.length ? [] : copies.filter((copy) => this.waitsFor(copy));
    return { reached, silent };
  }

  /** All copies are asked, and the first one to answer is taken. */
  any(copies: readonly Copy[]): Copy | Trouble {
    const { reached, silent } = this.of(copies);
    const copy = reached.length > 1 ? this.#cluster.chance.pick(reached) : reached[0];
    return copy ?? (silent.length > 0 ? HANGS : NODE_DOWN);
  }

  /** One copy of each shard. */
  anyOfEach(shards: readonly (readonly Copy[])[]): readonly Copy[] | Trouble {
    const found: Copy[] = [];
    for (const copies of shards) {
      const copy = this.any(copies);
      if ("type" in copy) return copy;
      found.push(copy);
    }
    return found;
  }
}
