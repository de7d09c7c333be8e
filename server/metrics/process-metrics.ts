import type { DoorFigures } from "../app.ts";
import type { LogCount } from "../log.ts";
import { counter, gauge, type Metric } from "./exposition.ts";

export function doorMetrics(figures: DoorFigures): readonly Metric[] {
  const answers = [...figures.answers].flatMap(([door, byStatus]) =>
    [...byStatus].map(([status, value]) => ({ labels: { door, status: String(status) }, value })),
  );
  return [
    gauge("connections", "Open connections.", figures.connections),
    gauge("readers", "Parked polls and open streams.", figures.waiting),
    counter(
      "answers_total",
      "Answers by door and status; posts taken are 201 and 202 of the door post.",
      answers,
    ),
    gauge(
      "event_loop_delay_seconds",
      "The longest wait for a turn in the last second.",
      figures.loopDelayMs / 1000,
    ),
    gauge(
      "shedding",
      "1 while new work is refused because the process cannot keep up.",
      figures.isShedding ? 1 : 0,
    ),
  ];
}

/** Alarms are the log's warnings and errors; an event is a code from our source. */
export function logMetrics(counts: ReadonlyMap<string, LogCount>): readonly Metric[] {
  const alarms = [...counts].filter(([, { level }]) => level !== "info");
  return [
    counter(
      "alarms_total",
      "Warnings and errors by code, those the log left out included.",
      alarms.map(([code, { level, times }]) => ({ labels: { code, level }, value: times })),
    ),
  ];
}

export function processMetrics(): readonly Metric[] {
  const { rss, heapUsed, external } = process.memoryUsage();
  return [
    gauge("process_resident_memory_bytes", "Memory the system gave this process.", rss),
    gauge("process_heap_bytes", "Memory of JavaScript values.", heapUsed),
    gauge("process_external_memory_bytes", "Memory of buffers.", external),
    gauge("process_uptime_seconds", "Since the process began.", process.uptime()),
  ];
}
