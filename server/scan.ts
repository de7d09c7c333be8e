import { changesWithin, idsRange, nextIdsRange, nextRoom, rowsOf, scanRange } from "../sync/range.ts";
import type { Scan } from "../sync/repair.ts";
import type { Room } from "../sync/names.ts";
import type { Row, Store, StoreFault } from "../sync/store.ts";

/** Rows, with bodies or without, in one request of a scan. */
const SCAN_ROWS = 1_000;
/** Requests in one scan: ten thousand rooms with a page each. Beyond it the scan counts as broken off. */
const SCAN_REQUESTS = 20_000;

type Scanned = Pick<Store, "range" | "read">;
/** How many requests it took, or what broke it off. */
type ScanEnd =
  | { readonly type: "read"; readonly requests: number }
  | { readonly type: "fault"; readonly fault: StoreFault };

/**
 * Reads a range of order keys in every room, one request at a time, and hands over what it finds. Returns the fault
 * that broke it off, or undefined when it was complete.
 */
export async function scanRooms(
  store: Scanned,
  scan: Scan,
  found: (rows: readonly Row[]) => void,
): Promise<StoreFault | undefined> {
  let requests = 0;
  let from = "";
  while (requests < SCAN_REQUESTS) {
    requests++;
    const ids = await store.range(nextIdsRange(from));
    if (ids.type === "fault") return ids.fault;
    if (ids.rows.length === 0) return undefined;
    const { room, next } = nextRoom(ids.rows.map(({ id }) => id));
    from = next;
    if (room === undefined) continue;
    const read = await scanRoom(store, room, scan, found);
    if (read.type === "fault") return read.fault;
    requests += read.requests;
    const changes = scan.isWide ? await scanChanges(store, room, scan, found) : NOTHING_READ;
    if (changes.type === "fault") return changes.fault;
    requests += changes.requests;
  }
  return { code: "unavailable", text: `the scan was broken off after ${SCAN_REQUESTS} requests` };
}

const NOTHING_READ: ScanEnd = { type: "read", requests: 0 };

async function scanRoom(
  store: Scanned,
  room: Room,
  scan: Scan,
  found: (rows: readonly Row[]) => void,
): Promise<ScanEnd> {
  let fromId: string | undefined;
  for (let requests = 1; requests <= SCAN_REQUESTS; requests++) {
    const piece = await store.range(scanRange(room, scan, SCAN_ROWS, fromId));
    if (piece.type === "fault") return piece;
    found(piece.rows);
    const last = piece.rows.at(-1);
    if (last === undefined || piece.rows.length < SCAN_ROWS) return { type: "read", requests };
    fromId = `${last.id}\u0000`;
  }
  return { type: "read", requests: SCAN_REQUESTS };
}

/** Goes through all ids of a room for changes of that time, and reads those. */
async function scanChanges(
  store: Scanned,
  room: Room,
  scan: Scan,
  found: (rows: readonly Row[]) => void,
): Promise<ScanEnd> {
  let fromId: string | undefined;
  let requests = 0;
  while (requests < SCAN_REQUESTS) {
    requests++;
    const piece = await store.range(idsRange(room, SCAN_ROWS, fromId));
    if (piece.type === "fault") return piece;
    const ids = piece.rows.map(({ id }) => id);
    const changes = changesWithin(room, scan, ids);
    if (changes.length > 0) {
      requests++;
      const read = await store.read(changes);
      if (read.type === "fault") return read;
      found(rowsOf(changes, read.found));
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < SCAN_ROWS) return { type: "read", requests };
    fromId = `${last}\u0000`;
  }
  return { type: "read", requests };
}
