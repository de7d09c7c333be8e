import { placeOf } from "./byte-order.ts";
import type { Revision } from "./revision.ts";
import { merged, type Tree, type Write } from "./tree.ts";

/** A document in one copy, and the place of its latest change. Never changed: another change is another entry. */
export interface Entry {
  readonly id: string;
  readonly tree: Tree;
  readonly seq: number;
}

/** "Everything up to `theirs` in that file stood here when this one was at `ours`." */
interface Checkpoint {
  readonly theirs: number;
  readonly ours: number;
}

/** CouchDB thins its checkpoints out; what a bookmark of a lost node falls back to is coarse anyway. */
const MAX_CHECKPOINTS = 16;

/** What a file holds, to be put back later. */
export interface File {
  readonly uuid: string;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly log: readonly (Entry | undefined)[];
  readonly ids: readonly string[];
  readonly wasUsed: boolean;
  readonly sent: ReadonlyMap<string, number>;
  readonly heard: ReadonlyMap<string, number>;
  readonly checkpoints: ReadonlyMap<string, readonly Checkpoint[]>;
}

/**
 * One shard on one node: a file. Changes stand in the order in which they came to *this* copy, and `seq` counts
 * them: two copies of a shard agree on what they hold, never on its order.
 */
export class Copy {
  readonly node: number;
  #uuid: string;
  #entries = new Map<string, Entry>();
  /** The change with sequence n stands at n - 1; undefined when a later one took its place. */
  #log: (Entry | undefined)[] = [];
  /** All ids, in the order of their bytes. */
  #ids: string[] = [];
  #wasUsed = false;
  /** How far the file of that uuid has been told of this one. */
  #sent = new Map<string, number>();
  /** How far this one has been told of the file of that uuid. */
  #heard = new Map<string, number>();
  #checkpoints = new Map<string, readonly Checkpoint[]>();

  constructor(node: number, uuid: string) {
    this.node = node;
    this.#uuid = uuid;
  }

  /** Names the file, not its contents: an older copy of it has the same. */
  get uuid(): string {
    return this.#uuid;
  }

  get seq(): number {
    return this.#log.length;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  treeOf(id: string): Tree | undefined {
    return this.#entries.get(id)?.tree;
  }

  /** The change at this place, if it is still the latest one of its document. */
  changeAt(seq: number): Entry | undefined {
    return this.#log[seq - 1];
  }

  /** How many documents changed last behind this place. */
  pendingBehind(seq: number): number {
    if (seq <= 0) return this.#entries.size;
    let pending = 0;
    for (let place = seq; place < this.#log.length; place++) if (this.#log[place] !== undefined) pending++;
    return pending;
  }

  /** Undefined is a conflict. */
  write(id: string, write: Write): Revision | undefined {
    const edited = write.applyTo(this.treeOf(id), this.#wasUsed);
    if (edited !== undefined) this.put(id, edited.tree);
    return edited?.leaf;
  }

  /** What another copy holds is held here, too. False when it was already. */
  merge(id: string, tree: Tree): boolean {
    const mine = this.treeOf(id);
    const both = mine === undefined ? tree : merged(mine, tree);
    if (both === mine) return false;
    this.put(id, both);
    return true;
  }

  put(id: string, tree: Tree): void {
    const before = this.#entries.get(id);
    if (before === undefined) this.#ids.splice(placeOf(this.#ids, id), 0, id);
    else this.#log[before.seq - 1] = undefined;
    const entry = { id, tree, seq: this.seq + 1 };
    this.#log.push(entry);
    this.#entries.set(id, entry);
    this.#wasUsed = true;
  }

  /** Gone without a trace, but for the sequence that moves on. */
  purge(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#ids.splice(placeOf(this.#ids, id), 1);
    this.#log[entry.seq - 1] = undefined;
    this.#log.push(undefined);
    return true;
  }

  /** How far that copy has been told of this one, as far as both remember. */
  sentTo(target: Copy): number {
    return Math.min(this.#sent.get(target.#uuid) ?? 0, target.#heard.get(this.#uuid) ?? 0);
  }

  /** Tells that copy everything it was not told yet. With `isMarked` a bookmark can go over to it from here. */
  sendTo(target: Copy, isMarked: boolean): void {
    for (let seq = this.sentTo(target) + 1; seq <= this.seq; seq++) {
      const entry = this.changeAt(seq);
      if (entry !== undefined) target.merge(entry.id, entry.tree);
    }
    this.#sent.set(target.#uuid, this.seq);
    target.#heard.set(this.#uuid, this.seq);
    if (isMarked) target.#mark(this.#uuid, { theirs: this.seq, ours: target.seq });
  }

  #mark(uuid: string, checkpoint: Checkpoint): void {
    const earlier = (this.#checkpoints.get(uuid) ?? []).filter(({ theirs }) => theirs < checkpoint.theirs);
    this.#checkpoints.set(uuid, [...earlier, checkpoint].slice(-MAX_CHECKPOINTS));
  }

  /** Where to go on here, for a bookmark in a file that cannot be asked: behind what is known to stand here. */
  placeInsteadOf(uuid: string, seq: number): number {
    const known = this.#checkpoints.get(uuid)?.findLast(({ theirs }) => theirs <= seq);
    return known?.ours ?? 0;
  }

  /** Another, empty file. */
  wipe(uuid: string): void {
    this.restore({
      uuid,
      entries: new Map(),
      log: [],
      ids: [],
      wasUsed: false,
      sent: new Map(),
      heard: new Map(),
      checkpoints: new Map(),
    });
  }

  file(): File {
    return {
      uuid: this.#uuid,
      entries: new Map(this.#entries),
      log: [...this.#log],
      ids: [...this.#ids],
      wasUsed: this.#wasUsed,
      sent: new Map(this.#sent),
      heard: new Map(this.#heard),
      checkpoints: new Map(this.#checkpoints),
    };
  }

  restore(file: File): void {
    this.#uuid = file.uuid;
    this.#entries = new Map(file.entries);
    this.#log = [...file.log];
    this.#ids = [...file.ids];
    this.#wasUsed = file.wasUsed;
    this.#sent = new Map(file.sent);
    this.#heard = new Map(file.heard);
    this.#checkpoints = new Map(file.checkpoints);
  }
}
