import { isRoom, type Room } from "../../sync/names.ts";

export function roomOf(name: string): Room {
  if (!isRoom(name)) throw new Error(`${name} is no room`);
  return name;
}
