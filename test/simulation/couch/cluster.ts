import type { Chance } from "../../sync/chance.ts";
import type { Copy } from "./copy.ts";
import { Database } from "./database.ts";
import type { Rules } from "./draft.ts";
import type { Write } from "./tree.ts";

/** How the cluster is made; without a word it is a single node with one shard. */
export interface Shape {
  readonly nodes?: number;
  /** Copies of each shard, on as many nodes. */
  readonly replicas?: number;
  readonly shards?: number;
  /** The share of copies that take a write only later, where the others are a majority without them. */
  readonly lateShare?: number;
  /** How often a copy that told another one leaves a checkpoint, from which bookmarks can go over. */
  readonly checkpointShare?: number;
}

export interface Node {
  readonly place: number;
  /** Another one after each start: connections do not survive it. */
  life: number;
  state: "up" | "down" | "paused" | "taken-for-dead";
  /** Nodes reach each other when they are on the same side. */
  side: number;
  /** What it was asked while it was paused. */
  waiting: (() => void)[];
}

/** A write that is still on its way to one copy. */
interface Late {
  readonly copy: Copy;
  readonly id: string;
  readonly write: Write;
}

/** CouchDB's own default. */
export const MAX_DOCUMENT_BYTES = 8_000_000;
/** Beyond these the oldest one arrives; a paused node's socket holds no more either. */
const MAX_LATE = 1_000;
const MAX_WAITING = 1_000;

/** The nodes, who reaches whom, and what is under way between them. */
export class Cluster {
  readonly chance: Chance;
  readonly nodes: readonly Node[];
  readonly counts = new Map<string, number>();
  readonly rules: Rules = { maxDocumentBytes: MAX_DOCUMENT_BYTES, verdicts: new Map() };
  readonly lateShare: number;
  readonly checkpointShare: number;
  readonly replicas: number;
  readonly shards: number;
  /** Undefined while it is not there. */
  database: Database | undefined;
  isTakenAway = false;
  isLocked = false;
  late: Late[] = [];
  #files = 0;

  constructor(chance: Chance, shape: Shape) {
    const { nodes = 1, replicas = nodes, shards = 1, lateShare = 0, checkpointShare = 0.2 } = shape;
    this.chance = chance;
    this.nodes = Array.from({ length: nodes }, (_, place) => ({
      place,
      life: 0,
      state: "up",
      side: 0,
      waiting: [],
    }));
    this.replicas = Math.min(replicas, nodes);
    this.shards = shards;
    this.lateShare = lateShare;
    this.checkpointShare = checkpointShare;
  }

  count(deed: string, times = 1): void {
    if (times > 0) this.counts.set(deed, (this.counts.get(deed) ?? 0) + times);
  }

  /** The name of a new file: made up, and never the same again. */
  nextFile(): string {
    this.#files++;
    return (
      this.#files.toString(36).padStart(4, "0") +
      this.chance
        .below(36 ** 4)
        .toString(36)
        .padStart(4, "0")
    );
  }

  /** Does nothing when it is there. */
  create(): void {
    this.database ??= new Database(this);
  }

  node(place: number): Node {
    const node = this.nodes[place];
    if (node === undefined) throw new Error(`there is no node ${place}`);
    return node;
  }

  /** Whether the one node gets an answer from the other. */
  reaches(from: Node, to: Node): boolean {
    return to.state === "up" && from.side === to.side;
  }

  /** Whether the one node waits for the other, in vain. */
  waitsFor(from: Node, to: Node): boolean {
    return to.state === "paused" && from.side === to.side;
  }

  delay(copy: Copy, id: string, write: Write): void {
    this.late.push({ copy, id, write });
    if (this.late.length > MAX_LATE) this.arrive(0);
  }

  /** A write that was late arrives. A copy that cannot take it now learns of it from the others, some time. */
  arrive(place: number): void {
    const [late] = this.late.splice(place, 1);
    if (late === undefined || this.node(late.copy.node).state !== "up") return;
    this.count("S15 copy took a write late");
    late.copy.write(late.id, late.write);
  }

  /** When the paused node goes on, it does this first. */
  defer({ node: place }: { readonly node: number }, work: () => void): void {
    const node = this.node(place);
    if (node.waiting.length < MAX_WAITING) node.waiting.push(work);
  }

  kill(place: number): void {
    const node = this.node(place);
    node.state = "down";
    node.life++;
    node.waiting = [];
    this.late = this.late.filter(({ copy }) => copy.node !== place);
  }

  start(place: number): void {
    this.node(place).state = "up";
  }

  /** Stopped for its files to be exchanged, and started again. One that is down stays so. */
  restart(place: number): void {
    if (this.node(place).state === "down") return;
    this.kill(place);
    this.start(place);
  }

  pause(place: number): void {
    const node = this.node(place);
    if (node.state === "up") node.state = "paused";
  }

  resume(place: number): void {
    const node = this.node(place);
    if (node.state !== "paused" && node.state !== "taken-for-dead") return;
    node.state = "up";
    for (const work of node.waiting.splice(0)) work();
  }

  /** Without `place` it is about all nodes. */
  notice(place?: number): void {
    for (const node of this.nodes) {
      if (node.state === "paused" && (place ?? node.place) === node.place) node.state = "taken-for-dead";
    }
  }

  split(side: readonly number[]): void {
    for (const node of this.nodes) node.side = side.includes(node.place) ? 1 : 0;
  }

  heal(): void {
    for (const node of this.nodes) node.side = 0;
  }
}
