import type { Agreement } from "./agreement.ts";
import type { Beacon } from "./beacon.ts";
import { BEACON_SILENT_MS } from "./limits.ts";
import type { Origin } from "./names.ts";
import type { Heard } from "./origins.ts";
import type { RegionView } from "./wire.ts";

/** The list of regions as this one knows it: itself first, then the others by name. */
export function viewRegions(
  own: Beacon,
  others: readonly Heard[],
  agreement: (origin: Origin) => Agreement | undefined,
  nowMs: number,
): RegionView[] {
  const byName = others.toSorted((one, other) => (one.beacon.name < other.beacon.name ? -1 : 1));
  return [
    view(own, "here", undefined),
    ...byName.map((heard) => view(heard.beacon, stateOf(heard, nowMs), agreement(heard.beacon.origin))),
  ];
}

function stateOf({ beacon, heardMs }: Heard, nowMs: number): RegionView["state"] {
  if (beacon.retired) return "retired";
  return nowMs - heardMs <= BEACON_SILENT_MS ? "live" : "silent";
}

function view(beacon: Beacon, state: RegionView["state"], agreement: Agreement | undefined): RegionView {
  const { name, origin, url, at, version, n, seen, missing, connections, here } = beacon;
  const all = { name, origin, url, state, at, version, written: n, seen, missing, connections, here };
  if (agreement === undefined) return all;
  const { type, window, atMs } = agreement;
  return { ...all, agreement: { state: type, window, at: atMs } };
}
