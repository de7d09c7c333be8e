import type { Doors } from "../app.ts";
import type { Chat } from "../chat.ts";
import type { OpenLog } from "../log.ts";
import type { Readers } from "../readers.ts";
import type { Metric } from "./exposition.ts";
import { doorMetrics, logMetrics, processMetrics } from "./process-metrics.ts";
import { regionMetrics, type JournalState } from "./region-metrics.ts";

export interface MetricSources {
  readonly doors: Pick<Doors, "figures">;
  readonly chat: Pick<Chat, "regions">;
  readonly readers: Pick<Readers, "delivered">;
  readonly log: Pick<OpenLog, "counts">;
  readonly journal: () => JournalState;
}

/** All metrics of a region's process, as they are now. */
export function readMetrics({ doors, chat, readers, log, journal }: MetricSources): readonly Metric[] {
  return [
    ...doorMetrics(doors.figures()),
    ...regionMetrics({ answer: chat.regions(), journal: journal(), delivered: readers.delivered }),
    ...logMetrics(log.counts),
    ...processMetrics(),
  ];
}
