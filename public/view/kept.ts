import type { RegionsAnswer } from "../../sync/wire.ts";
import { parseRegions, parseSession, type Session } from "../client/parse.ts";
import { attempt, field, parsed, read, write } from "./storage.ts";

const NAME = "settee.name";
const SESSION = "settee.session";
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
