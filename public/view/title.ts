import type { Picture } from "../shown/picture.ts";

/** What the browser's tab says: how much is unread in all rooms, which room this is, and in which region. */
export function titleOf({ room, region }: Picture, unread: number): string {
  const place = region === undefined ? room : `${room} · ${region}`;
  return unread === 0 ? place : `(${unread}) ${place}`;
}
