import type { RegionsAnswer, RegionView, StoreView } from "../../sync/wire.ts";
import { counter, gauge, stateGauge, type Metric, type Sample } from "./exposition.ts";

/** What a region says of itself in numbers. */
export interface RegionFigures {
  readonly answer: RegionsAnswer;
  readonly journal: JournalState;
  /** Events handed to readers since the process began. */
  readonly delivered: number;
}

const STORE_STATES = [
  "opening",
  "live",
  "polling",
  "away",
  "refused",
  "missing",
] as const satisfies readonly StoreView["state"][];
/** `none`: there is no writable directory. */
const JOURNAL_STATES = ["working", "broken", "none"] as const;

export type JournalState = (typeof JOURNAL_STATES)[number];

export function regionMetrics({ answer, journal, delivered }: RegionFigures): readonly Metric[] {
  const { store, audit, regions } = answer;
  const present = regions.filter(({ state }) => state !== "retired");
  const own = present.find(({ state }) => state === "here");
  return [
    stateGauge(
      "store_state",
      "Whether the feed is live, or how else this region stands with the store.",
      STORE_STATES,
      store.state,
    ),
    gauge("store_waiting_documents", "Own documents that the store does not have yet.", store.waiting),
    counter(
      "store_written_documents_total",
      "Own documents in the store, without a hole.",
      own?.written ?? 0,
    ),
    stateGauge("journal_state", "The journal on this region's disk.", JOURNAL_STATES, journal),
    counter("delivered_events_total", "Events handed to readers, once for each of them.", delivered),
    counter(
      "audit_restored_documents_total",
      "Documents the store had lost and was given again.",
      audit.restored,
    ),
    gauge(
      "audit_checked_timestamp_seconds",
      "When all that is held was compared with the store.",
      (audit.checkedAt ?? 0) / 1000,
    ),
    gauge(
      "store_setback",
      "1 while the store was found emptied or put back and not all is there again.",
      audit.setback === undefined ? 0 : 1,
    ),
    gauge(
      "region_up",
      "1 for a region that wrote its beacon lately.",
      samples(present, ({ state }) => (state === "silent" ? 0 : 1)),
    ),
    gauge(
      "region_connections",
      "Connections by the region's own account.",
      samples(present, ({ connections }) => connections),
    ),
    gauge(
      "region_holes",
      "Origins of which a region lacks documents it could not find in the store.",
      samples(present, ({ missing }) => Object.keys(missing).length),
    ),
    gauge(
      "region_agreement",
      "1 when a region shows what this one shows, 0 when it does not.",
      agreement(present),
    ),
  ];
}

/** By name for people, and by the first digits of the origin because two regions may go by one name. */
function samples(regions: readonly RegionView[], valueOf: (region: RegionView) => number): readonly Sample[] {
  return regions.map((region) => ({ labels: labelsOf(region), value: valueOf(region) }));
}

/** Only of regions whose windows could be compared. */
function agreement(regions: readonly RegionView[]): readonly Sample[] {
  return samples(
    regions.filter((region) => region.agreement !== undefined),
    (region) => (region.agreement?.state === "same" ? 1 : 0),
  );
}

function labelsOf({ name, origin }: RegionView): Readonly<Record<string, string>> {
  return { region: name, origin: origin.slice(0, 8) };
}
