import type { AlarmCode } from "../../../sync/events.ts";
import { isRecord } from "../../../sync/json.ts";

/** What the log of one life tells. */
export interface LogRead {
  /** Lines at warning or above. */
  readonly logLines: number;
  readonly alarms: Partial<Record<AlarmCode, number>>;
  /** What it said last. */
  readonly last: string;
}

/** Every alarm code, so that a new one does not compile until it is counted. */
const ALARMS: Readonly<Record<AlarmCode, true>> = {
  quarantined: true,
  rejected: true,
  "slot-given-up": true,
  "clock-ahead": true,
  "origin-shared": true,
  "origin-renewed": true,
  "feed-deaf": true,
  "store-reset": true,
  "store-rewound": true,
  "store-lost-documents": true,
  "deletion-undone": true,
  diverged: true,
  contested: true,
  "rows-skipped": true,
  "since-refused": true,
  "unreadable-documents": true,
};

export function readLog(output: string): LogRead {
  let logLines = 0;
  const alarms: Partial<Record<AlarmCode, number>> = {};
  const lines = output.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    const { level, event } = entry;
    if (level === "warn" || level === "error") logLines++;
    if (isAlarm(event)) alarms[event] = (alarms[event] ?? 0) + 1;
  }
  return { logLines, alarms, last: lines.at(-1) ?? "nothing" };
}

function isAlarm(event: unknown): event is AlarmCode {
  return typeof event === "string" && event in ALARMS;
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isRecord(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}
