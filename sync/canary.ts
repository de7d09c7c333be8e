import { CANARY_MS } from "./limits.ts";

/**
 * The own beacon as a canary (S4): what we write must come back on the feed or poll within 10 s, else the feed is
 * deaf, however alive its connection seems. A feed may show only the newest of several versions, so one that comes
 * back stands for all written before it.
 */
export class Canary {
  #awaited: { readonly at: number; writtenMs: number | undefined }[] = [];

  /** A beacon that says `at` is on its way to the store. Its row may come before the store's answer. */
  sent(at: number): void {
    this.#awaited.push({ at, writtenMs: undefined });
  }

  /** The store has it. */
  written(at: number, nowMs: number): void {
    for (const beacon of this.#awaited) if (beacon.at === at) beacon.writtenMs ??= nowMs;
  }

  /** Nobody knows whether the store has it: it is not waited for. */
  lost(at: number): void {
    this.#awaited = this.#awaited.filter((beacon) => beacon.at !== at);
  }

  forget(): void {
    this.#awaited = [];
  }

  /** Says whether it was waited for. */
  cameBack(at: number): boolean {
    const place = this.#awaited.findLastIndex((beacon) => beacon.at === at);
    this.#awaited.splice(0, place + 1);
    return place !== -1;
  }

  /** Whether one has been missing for too long. Asked once, it begins anew. */
  takeDeaf(nowMs: number): boolean {
    const isDeaf = this.#awaited.some(({ writtenMs }) => (writtenMs ?? nowMs) + CANARY_MS < nowMs);
    if (isDeaf) this.#awaited = [];
    return isDeaf;
  }
}
