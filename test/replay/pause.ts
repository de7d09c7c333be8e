import { setTimeout as delay } from "node:timers/promises";

/** Waits; an abort ends the wait early, and is no error. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  await delay(waitMs, undefined, { signal }).catch(() => undefined);
}
