import { beaconDocument, type Beacon } from "../../sync/beacon.ts";
import { branded } from "../../sync/brand.ts";
import { messageDocument } from "../../sync/document.ts";
import { orderKey, origin8, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import { messageFrom, ORIGIN } from "../server/messages.ts";
import { beaconOf } from "../sync/beacons.ts";
import type { Chat } from "./contestant.ts";

/** One request takes so many: larger ones are no faster. */
const BATCH = 1_000;
const TEXT = "x".repeat(200);

/** The origin of all that `writeHistory` writes, by its first digits. */
export const AUTHOR = origin8(ORIGIN);

/**
 * Writes the messages `first` to `last` of one origin into the store, spread over the rooms, and its beacon if there is
 * none yet.
 */
export async function writeHistory(
  { store }: Chat,
  { first = 1, last, rooms }: { first?: number; last: number; rooms: number },
): Promise<void> {
  for (let from = first; from <= last; from += BATCH) {
    const docs = Array.from({ length: Math.min(BATCH, last - from + 1) }, (_, place) => {
      const n = from + place;
      return messageDocument({ ...messageFrom({ n, text: TEXT }), room: roomOf(n % rooms) });
    });
    await store.ask("POST", `${store.database}/_bulk_docs`, JSON.stringify({ docs }));
  }
  const order = orderKey({ stamp: encodeStamp(1_000_000 + last, 0), origin8: AUTHOR, n: last });
  const beacon: Beacon = beaconOf({ origin: ORIGIN, n: last, order, retired: true });
  await store.ask("POST", `${store.database}/_bulk_docs`, JSON.stringify({ docs: [beaconDocument(beacon)] }));
}

export function roomOf(number: number): Room {
  return branded<Room>(`room-${number}`);
}
