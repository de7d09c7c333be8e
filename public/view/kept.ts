import { parseSession, type Session } from "../client/parse.ts";

/*
 * What a browser keeps for us: the name for good, the session for the tab. Both may be forbidden by its settings;
 * then they live as long as the page.
 */

const NAME = "settee.name";
const SESSION = "settee.session";

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
  return parseSession(attempt((): unknown => JSON.parse(json)));
}

export function keepSession(session: Session): void {
  attempt(() => sessionStorage.setItem(SESSION, JSON.stringify(session)));
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
