import { nextIdsRange, nextRoom, scanRange } from "../sync/range.ts";
import type { Scan } from "../sync/repair.ts";
import type { Room } from "../sync/names.ts";
import type { Row, Store, StoreFault } from "../sync/store.ts";

/** Rows in one request of a scan. */
const SCAN_ROWS = 1_000;
/** Requests in one scan: ten thousand rooms with a page each. Beyond it the scan counts as broken off. */
const SCAN_REQUESTS = 20_000;

/**
 * Reads a range of order keys in every room, one request at a time, and hands over what it finds. Returns the fault
 * that broke it off, or undefined when it was complete.
 */
export async function scanRooms(
  store: Pick<Store, "range">,
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
  }
  return { code: "unavailable", text: `the scan was broken off after ${SCAN_REQUESTS} requests` };
}

async function scanRoom(
  store: Pick<Store, "range">,
  room: Room,
  scan: Scan,
  found: (rows: readonly Row[]) => void,
): Promise<{ type: "read"; requests: number } | { type: "fault"; fault: StoreFault }> {
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
