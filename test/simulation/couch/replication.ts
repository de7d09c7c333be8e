import type { Cluster } from "./cluster.ts";
import type { Copy } from "./copy.ts";

/** What the copies of a shard do among themselves, all the time: each tells each other what it has. */

/** One piece of work, drawn by chance. False when there was none. */
export function replicateSome(cluster: Cluster): boolean {
  const pairs = pairsWithWork(cluster);
  const drawn = cluster.chance.below(pairs.length + cluster.late.length);
  const pair = pairs[drawn];
  if (pair !== undefined) send(cluster, pair);
  else if (cluster.late.length > 0) cluster.arrive(drawn - pairs.length);
  else return false;
  return true;
}

/** Until nobody has anything to tell whom it reaches. */
export function replicateAll(cluster: Cluster): void {
  while (cluster.late.length > 0) cluster.arrive(cluster.chance.below(cluster.late.length));
  for (let pairs = pairsWithWork(cluster); pairs.length > 0; pairs = pairsWithWork(cluster)) {
    for (const pair of pairs) send(cluster, pair);
  }
}

interface Pair {
  readonly source: Copy;
  readonly target: Copy;
}

/** Checkpoints are few, so a bookmark that has to go over to another file goes back far, or to the beginning. */
function send({ chance, checkpointShare }: Cluster, { source, target }: Pair): void {
  source.sendTo(target, chance.happens(checkpointShare));
}

function pairsWithWork(cluster: Cluster): Pair[] {
  const pairs: Pair[] = [];
  if (cluster.replicas === 1) return pairs;
  for (const copies of cluster.database?.shards ?? []) {
    for (const source of copies) {
      for (const target of copies) {
        if (source !== target && source.sentTo(target) < source.seq && isLinked(cluster, source, target)) {
          pairs.push({ source, target });
        }
      }
    }
  }
  return pairs;
}

function isLinked(cluster: Cluster, source: Copy, target: Copy): boolean {
  const node = cluster.node(source.node);
  return node.state === "up" && cluster.reaches(node, cluster.node(target.node));
}
