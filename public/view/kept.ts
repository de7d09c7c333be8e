import type { RegionsAnswer } from "../../sync/wire.ts";
import { isOwnKey, isRoom } from "../client/names.ts";
import { parseRegions, parseSession, type Session } from "../client/parse.ts";
import type { KeptRoom } from "../shown/chat.ts";

/*
 * What a browser keeps for us: the session for the tab, everything else for good. Both may be forbidden by its
 * settings; then they live as long as the page.
 */

const NAME = "settee.name";
const SESSION = "settee.session";
const ROOMS = "settee.rooms";
const REGIONS = "settee.regions";
const SETTINGS = "settee.settings";
const DRAFT = "settee.draft.";

export interface Settings {
  /** Of the page's languages; undefined: as the browser is set. */
  readonly language?: string | undefined;
  readonly isNotifying: boolean;
  readonly hasSound: boolean;
}

export function keptName(): string | undefined {
  return attempt(() => localStorage.getItem(NAME)) ?? undefined;
}

export function keepName(name: string): void {
  attempt(() => localStorage.setItem(NAME, name));
}

/**
 * Takes the session out of the tab's storage. It is put there only while the page is away (`keepSession`): a
 * duplicated tab gets a copy of the storage, and two tabs must be two sessions.
 */
export function takeSession(): Session | undefined {
  const json = attempt(() => sessionStorage.getItem(SESSION)) ?? "null";
  attempt(() => sessionStorage.removeItem(SESSION));
  return parseSession(parsed(json));
}

export function keepSession(session: Session): void {
  attempt(() => sessionStorage.setItem(SESSION, JSON.stringify(session)));
}

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

/** Of the last visit: if our own region gives no answer at all, there is somewhere else to go. */
export function keptRegions(): RegionsAnswer | undefined {
  return parseRegions(read(REGIONS));
}

export function keepRegions(regions: RegionsAnswer): void {
  write(REGIONS, regions);
}

export function keptSettings(): Settings {
  const kept = read(SETTINGS);
  const language = field(kept, "language");
  return {
    ...(typeof language === "string" ? { language } : {}),
    isNotifying: field(kept, "isNotifying") === true,
    hasSound: field(kept, "hasSound") === true,
  };
}

export function keepSettings(settings: Settings): void {
  write(SETTINGS, settings);
}

export function keptDraft(room: string): string {
  return attempt(() => localStorage.getItem(DRAFT + room)) ?? "";
}

export function keepDraft(room: string, text: string): void {
  attempt(() =>
    text === "" ? localStorage.removeItem(DRAFT + room) : localStorage.setItem(DRAFT + room, text),
  );
}

function parseRoom(value: unknown): KeptRoom | undefined {
  const [room, lookedTo] = [field(value, "room"), field(value, "lookedTo")];
  if (typeof room !== "string" || !isRoom(room)) return undefined;
  return typeof lookedTo === "string" && isOwnKey(lookedTo) ? { room, lookedTo } : { room };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function read(key: string): unknown {
  return parsed(attempt(() => localStorage.getItem(key)) ?? "null");
}

function write(key: string, value: unknown): void {
  attempt(() => localStorage.setItem(key, JSON.stringify(value)));
}

function parsed(json: string): unknown {
  return attempt((): unknown => JSON.parse(json));
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
