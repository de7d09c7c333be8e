import { isOwnKey, isRoom } from "../client/names.ts";
import type { KeptRoom } from "../shown/room.ts";
import { field, read, write } from "./storage.ts";

const ROOMS = "settee.rooms";

/** The rooms somebody has opened and not left, and how far they looked. */
export function keptRooms(): readonly KeptRoom[] {
  const list = read(ROOMS);
  return Array.isArray(list) ? list.flatMap((one: unknown) => parseRoom(one) ?? []) : [];
}

export function keepRooms(rooms: readonly KeptRoom[]): void {
  write(ROOMS, rooms);
}

/** Calls when another page of this browser has kept rooms. Returns what ends it. */
export function listenForRooms(changed: (rooms: readonly KeptRoom[]) => void): () => void {
  const hear = ({ key }: StorageEvent): void => {
    if (key === ROOMS) changed(keptRooms());
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}

function parseRoom(value: unknown): KeptRoom | undefined {
  const [room, lookedTo] = [field(value, "room"), field(value, "lookedTo")];
  if (typeof room !== "string" || !isRoom(room)) return undefined;
  return typeof lookedTo === "string" && isOwnKey(lookedTo) ? { room, lookedTo } : { room };
}
