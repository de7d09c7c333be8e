import type { Post } from "./evidence.ts";
import { pause } from "./pause.ts";
import type { Reader } from "./reader.ts";

/** As long as something still comes there is hope; this long without anything there is none. */
const QUIET_MS = 30_000;
const LOOK_MS = 50;

/** Waits until every reader shows all that was acknowledged, as stored, or until nothing has come for a while. */
export async function settle(
  posts: readonly Post[],
  readers: readonly Reader[],
  signal: AbortSignal,
): Promise<void> {
  const acknowledged = posts.filter(({ outcome }) => outcome.type === "acknowledged").length;
  const progress = (): number => readers.reduce((sum, { size, stored }) => sum + size + stored, 0);
  let last = progress();
  for (let quietMs = 0; quietMs < QUIET_MS && !signal.aborted; quietMs += LOOK_MS) {
    if (readers.every(({ size, stored }) => size >= acknowledged && stored === size)) return;
    await pause(LOOK_MS, signal);
    const now = progress();
    if (now !== last) quietMs = 0;
    last = now;
  }
}
