import type { Room } from "../../sync/names.ts";
import type { Cursor } from "../../sync/wire.ts";
import type { Audience } from "../audience.ts";
import type { Bugs } from "../bugs.ts";
import type { Chat } from "../chat.ts";
import type { DoorLimits } from "../limits.ts";
import type { Lobby } from "../lobby.ts";
import { parseCursor, parsed, parseRooms, single, type Parsed } from "../parameters.ts";
import type { Sessions } from "../sessions.ts";
import type { Wheel } from "../wheel.ts";

/** What the long poll and the stream share: they are the same wait in two costumes. */
export interface Reading {
  readonly chat: Chat;
  readonly lobby: Lobby;
  readonly wheel: Wheel;
  readonly limits: DoorLimits;
  readonly bugs: Bugs;
  readonly sessions: Sessions;
  readonly audience: Audience;
}

/**
 * Counts a reader among those who are here, if it says who it is; reading needs no token, so a wrong one is none.
 * Returns what ends it.
 */
export function attend(
  { sessions, audience }: Reading,
  authorization: string | undefined,
  rooms: readonly Room[],
): () => void {
  if (authorization === undefined) return NOBODY;
  const entering = sessions
    .verify(authorization)
    .then((who) => (who.type === "session" ? audience.enter(who, rooms) : undefined));
  return () => void entering.then((leave) => leave?.());
}

const NOBODY = (): void => undefined;

export interface Place {
  readonly rooms: readonly Room[];
  readonly cursor: Cursor | undefined;
}

/** Which rooms, and from where. `lastEventId`, which a browser sends by itself, is newer than the address it keeps. */
export function parsePlace(
  query: URLSearchParams,
  limits: DoorLimits,
  lastEventId: string | undefined,
): Parsed<Place> {
  const rooms = parseRooms(query, limits);
  if (rooms.type === "refusal") return rooms;
  const text = single(query, "cursor");
  if (text.type === "refusal") return text;
  const cursor = parseCursor(lastEventId ?? text.value, limits);
  return cursor.type === "refusal" ? cursor : parsed({ rooms: rooms.value, cursor: cursor.value });
}
