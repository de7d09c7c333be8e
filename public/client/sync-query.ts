import type { Room } from "../../sync/names.ts";
import type { Cursor } from "../../sync/wire.ts";

/** What a reader asks for. */
export interface SyncQuery {
  readonly rooms: readonly Room[];
  /** Undefined: the newest page. */
  readonly cursor: Cursor | undefined;
  /** How long the region may wait for something to say, in seconds. */
  readonly timeoutS: number;
}

/** Its address, below that of the API. */
export function syncPath({ rooms, cursor, timeoutS }: SyncQuery): string {
  const search = new URLSearchParams({ rooms: rooms.join(","), timeout: `${timeoutS}` });
  if (cursor !== undefined) search.set("cursor", cursor);
  return `/sync?${search}`;
}
