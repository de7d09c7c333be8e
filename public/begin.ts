/*
 * Runs while the page's own script is still on its way, and asks for what that will show first: on a slow line the one
 * need not wait for the other. So it is small, and a script of its own; what it was answered the page gets by importing
 * it.
 */
import { syncPath } from "./client/sync-query.ts";
import { placeOf } from "./view/address.ts";
import { keptRooms } from "./view/kept-rooms.ts";

const open = placeOf(location.hash)?.room;
const kept = keptRooms().map(({ room }) => room);
const rooms = [...new Set(open === undefined ? kept : [open, ...kept])];
const path = `/api/v1${syncPath({ rooms, cursor: undefined, timeoutS: 0 })}`;
const cut = new AbortController();
let begun: Promise<Response> | undefined = fetch(path, {
  headers: { accept: "application/json" },
  signal: cut.signal,
});
// Whoever takes it hears of that.
begun.catch(() => {});

/** As `fetch`; but what was asked already is not asked again, once. */
export function fetchBegun(url: string, init: RequestInit): Promise<Response> {
  if (url !== path || begun === undefined) return fetch(url, init);
  const answer = begun;
  begun = undefined;
  init.signal?.addEventListener("abort", () => cut.abort(), { once: true });
  return answer;
}
