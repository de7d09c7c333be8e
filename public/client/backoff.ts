const FIRST_CEILING_MS = 250;
const LAST_CEILING_MS = 15_000;
/** What a server may ask us to wait at most: a wrong header must not silence a page for a day. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * How long to wait before the next try: anything up to a ceiling that doubles with each failure (full jitter), so
 * that the readers of a region that comes back do not all come at once.
 */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.max(failures - 1, 0));
}

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds: whole seconds or a date; undefined when it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_RETRY_AFTER_MS);
}
