import { isOrderKey, isRoom, type OrderKey, type Room } from "../sync/names.ts";
import { branded } from "../sync/brand.ts";
import type { Cursor } from "../sync/wire.ts";
import { wrongParameter, type Refusal } from "./problem.ts";
import type { DoorLimits } from "./limits.ts";

/** Parameters of addresses, `text → value | Refusal`. A parameter that stands twice is refused: which one is meant? */

export type Parsed<T> = { readonly type: "parsed"; readonly value: T } | Refusal;

const ROOM_RULE =
  "a room's name is 1 to 64 lower-case letters, digits and hyphens, does not begin with a hyphen and is not region";

export function parsed<T>(value: T): Parsed<T> {
  return { type: "parsed", value };
}

export function parseRoom(text: string): Parsed<Room> {
  return isRoom(text) ? parsed(text) : wrongParameter("room", ROOM_RULE);
}

export function parseRooms(query: URLSearchParams, { roomsPerReader }: DoorLimits): Parsed<readonly Room[]> {
  const text = single(query, "rooms");
  if (text.type === "refusal") return text;
  const names = new Set((text.value ?? "").split(","));
  if (names.size > roomsPerReader) return wrongParameter("rooms", `at most ${roomsPerReader} at once`);
  const rooms = [...names].filter(isRoom);
  return rooms.length === names.size
    ? parsed(rooms)
    : wrongParameter("rooms", `names separated by commas, and ${ROOM_RULE}`);
}

/** Whether it is one of ours is for the chat to say; here only its size. */
export function parseCursor(
  text: string | undefined,
  { cursorBytes }: DoorLimits,
): Parsed<Cursor | undefined> {
  if (text === undefined || text === "") return parsed(undefined);
  return text.length <= cursorBytes
    ? parsed(branded<Cursor>(text))
    : wrongParameter(
        "cursor",
        `at most ${cursorBytes} bytes; ours are shorter. Leave it out to begin with the newest page`,
      );
}

export function parseOrder(query: URLSearchParams, parameter: string): Parsed<OrderKey | undefined> {
  const text = single(query, parameter);
  if (text.type === "refusal" || text.value === undefined)
    return text.type === "refusal" ? text : parsed(undefined);
  return isOrderKey(text.value)
    ? parsed(text.value)
    : wrongParameter(parameter, "the order of a message, as it stands in its field order");
}

export interface WholeNumber {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

export function parseWhole(query: URLSearchParams, parameter: string, range: WholeNumber): Parsed<number> {
  const text = single(query, parameter);
  if (text.type === "refusal") return text;
  if (text.value === undefined) return parsed(range.otherwise);
  const value = Number(text.value);
  return /^[0-9]{1,16}$/.test(text.value) && value >= range.least && value <= range.most
    ? parsed(value)
    : wrongParameter(parameter, `a whole number from ${range.least} to ${range.most}`);
}

export function single(query: URLSearchParams, parameter: string): Parsed<string | undefined> {
  const values = query.getAll(parameter);
  return values.length > 1 ? wrongParameter(parameter, "only once") : parsed(values[0]);
}
