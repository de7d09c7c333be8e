import type { Since } from "../../../sync/store.ts";
import { placeIn, writeBookmark, type Bookmark, type Place } from "./bookmark.ts";
import type { Cluster } from "./cluster.ts";
import type { Copy, Entry } from "./copy.ts";
import type { Database } from "./database.ts";
import { HANGS, type Reach, type Trouble } from "./reach.ts";

/** A piece of the changes. */
export interface Changes {
  readonly type: "changes";
  readonly entries: readonly Entry[];
  /** Behind all of them. */
  readonly bookmark: Bookmark;
  /** Behind the entry of this place. */
  bookmarkAt(place: number): Since;
  /** How many documents wait behind them. */
  pending(): number;
}

/** Where one shard is being read. */
interface Cursor {
  readonly copy: Copy;
  seq: number;
}

/** A change and the place of its shard. */
interface Step {
  readonly entry: Entry;
  readonly shard: number;
}

/**
 * What changed behind a bookmark: each shard in the order of the copy it is read from, and between shards as chance
 * has it. A bookmark goes on in the very files it names. Where one of them cannot be asked, another copy is read
 * from where it is safe, so rows come again; where it was put back, what is new below the bookmark never comes.
 */
export function readChanges(
  {
    cluster,
    database,
    reach,
  }: { readonly cluster: Cluster; readonly database: Database; readonly reach: Reach },
  bookmark: Bookmark,
  limit: number,
): Changes | Trouble {
  const cursors: Cursor[] = [];
  for (const copies of database.shards) {
    const cursor = openCursor(cluster, reach, copies, bookmark);
    if ("type" in cursor) return cursor;
    cursors.push(cursor);
  }
  const start = placesOf(cursors);
  const steps: Step[] = [];
  while (steps.length < limit) {
    const first = cursors.length > 1 ? cluster.chance.below(cursors.length) : 0;
    const step = nextStep(cursors, first);
    if (step === undefined) break;
    steps.push(step);
  }
  return {
    type: "changes",
    entries: steps.map(({ entry }) => entry),
    bookmark: placesOf(cursors),
    bookmarkAt: (place) => writeBookmark(moved(start, steps.slice(0, place + 1))),
    pending: () => cursors.reduce((sum, { copy, seq }) => sum + copy.pendingBehind(seq), 0),
  };
}

function openCursor(
  cluster: Cluster,
  reach: Reach,
  copies: readonly Copy[],
  bookmark: Bookmark,
): Cursor | Trouble {
  const named = bookmark.find(({ uuid }) => copies.some((copy) => copy.uuid === uuid));
  const known = named && copies.find(({ uuid }) => uuid === named.uuid);
  if (named !== undefined && known !== undefined) {
    if (reach.reaches(known)) return { copy: known, seq: named.seq };
    if (reach.waitsFor(known)) return HANGS;
  }
  const copy = reach.any(copies);
  if ("type" in copy) return copy;
  const seq = named === undefined ? 0 : copy.placeInsteadOf(named.uuid, named.seq);
  if (bookmark.length > 0 && copy.seq > seq) cluster.count("S14 rows again from another copy");
  return { copy, seq };
}

/** The next change of any shard that has one, asked in turn from the first one on. */
function nextStep(cursors: readonly Cursor[], first: number): Step | undefined {
  for (let turn = 0; turn < cursors.length; turn++) {
    const shard = (first + turn) % cursors.length;
    const cursor = cursors[shard];
    const entry = cursor && advance(cursor);
    if (entry !== undefined) return { entry, shard };
  }
  return undefined;
}

/**
 * Moves over the next change. Where there is none it stays: at the last one, and not behind purges that came
 * after it, or behind the end of a file that is shorter than the bookmark says.
 */
function advance(cursor: Cursor): Entry | undefined {
  for (let seq = cursor.seq + 1; seq <= cursor.copy.seq; seq++) {
    const entry = cursor.copy.changeAt(seq);
    if (entry === undefined) continue;
    cursor.seq = seq;
    return entry;
  }
  return undefined;
}

function placesOf(cursors: readonly Cursor[]): Place[] {
  return cursors.map(({ copy, seq }) => placeIn(copy, seq));
}

function moved(start: Bookmark, steps: readonly Step[]): Bookmark {
  const places = [...start];
  for (const { entry, shard } of steps) {
    const place = places[shard];
    if (place !== undefined) places[shard] = placeIn(place, entry.seq);
  }
  return places;
}
