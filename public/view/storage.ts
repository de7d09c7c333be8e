/*
 * What a browser keeps for us: the session for the tab, everything else for good. Both may be forbidden by its
 * settings; then they live as long as the page.
 */

export function read(key: string): unknown {
  return parsed(attempt(() => localStorage.getItem(key)) ?? "null");
}

export function write(key: string, value: unknown): void {
  attempt(() => localStorage.setItem(key, JSON.stringify(value)));
}

export function parsed(json: string): unknown {
  return attempt((): unknown => JSON.parse(json));
}

export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Undefined when it is forbidden, or is no JSON. */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
