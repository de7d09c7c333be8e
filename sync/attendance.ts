import { BEACON_NAMES } from "./limits.ts";
import { isRecord } from "./json.ts";
import { isRoom, type Room } from "./names.ts";
import { isName } from "./text.ts";

/** Who is in a room, in one region: each name once. */
export interface Attendance {
  readonly room: Room;
  readonly names: readonly string[];
}

/** Of a beacon: at most 200 names over all rooms, and no room without one. */
export function isAttendance(value: unknown): value is readonly Attendance[] {
  if (!Array.isArray(value)) return false;
  let left = BEACON_NAMES;
  return value.every((one: unknown) => {
    if (!isRecord(one) || typeof one["room"] !== "string" || !isRoom(one["room"])) return false;
    const { names } = one;
    if (!Array.isArray(names) || names.length === 0) return false;
    left -= names.length;
    return left >= 0 && names.every((name) => typeof name === "string" && isName(name));
  });
}

/** The first of them, as many as a beacon may tell. */
export function firstOf(all: readonly Attendance[]): readonly Attendance[] {
  let left = BEACON_NAMES;
  return all.flatMap(({ room, names }) => {
    const told = names.slice(0, left);
    left -= told.length;
    return told.length === 0 ? [] : [{ room, names: told }];
  });
}
