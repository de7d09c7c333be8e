import { BACKOFF_FIRST_MS, BACKOFF_LAST_MS } from "./limits.ts";

/**
 * How long to wait after the nth failure in a row (1, 2, …), in milliseconds: anything between 0.25 s and a bound
 * that doubles up to 15 s, so that regions that lost the store together do not come back together, and none at
 * once. `jitter` is in [0, 1).
 */
export function backoffMs(failures: number, jitter: number): number {
  const boundMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 16));
  return BACKOFF_FIRST_MS + jitter * (boundMs - BACKOFF_FIRST_MS);
}
