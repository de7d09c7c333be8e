import type { Clock } from "./clock.ts";

/**
 * The log: one line per event, for people on a terminal, JSON otherwise. An event is a code from our source; what
 * varies stands in the fields. Message texts, tokens and passwords are never fields (security A15, A24): values are
 * escaped, cut, and freed of the user and password a URL may hold.
 */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** How often an event was reported since the log was opened, with what was only counted. */
export interface LogCount {
  readonly level: Level;
  readonly times: number;
}

export interface OpenLog extends Log {
  /** By event: as many as our source has event codes. */
  readonly counts: ReadonlyMap<string, LogCount>;
  close(): void;
}

type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogOptions {
  readonly format: "text" | "json" | "auto";
  readonly out: { readonly isTTY?: boolean | undefined; write(line: string): unknown };
  readonly clock: Clock;
  /** Lines of one event in one minute; the rest is counted and told as one line when the minute is over. */
  readonly linesPerMinute?: number;
}

type Level = "info" | "warn" | "error";

const MINUTE_MS = 60_000;
const LINES_PER_MINUTE = 20;
const VALUE_UNITS = 200;
/** Up to the last @ before the path: a password may hold one. */
const USERINFO = /\/\/[^/\s]*@/g;
/** C0 and C1 controls (0x9b alone begins a terminal's escape sequence), line separators, and what turns text around. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- controls are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

export function openLog(options: LogOptions): OpenLog {
  const { out, clock, linesPerMinute = LINES_PER_MINUTE } = options;
  const isJson = options.format === "json" || (options.format === "auto" && out.isTTY !== true);
  // As many entries as our source has event codes.
  const minutes = new Map<string, { level: Level; endsMs: number; lines: number }>();
  const counts = new Map<string, LogCount>();

  function write(level: Level, event: string, fields: LogFields): void {
    const at = new Date(clock.now()).toISOString();
    out.write(`${isJson ? jsonLine(at, level, event, fields) : textLine(at, level, event, fields)}\n`);
  }

  function report(level: Level, event: string, fields: LogFields): void {
    counts.set(event, { level, times: (counts.get(event)?.times ?? 0) + 1 });
    let minute = minutes.get(event);
    if (minute === undefined || clock.now() >= minute.endsMs) {
      if (minute !== undefined) finish(event);
      minute = { level, endsMs: clock.now() + MINUTE_MS, lines: 0 };
      minutes.set(event, minute);
    }
    minute.lines++;
    if (minute.lines <= linesPerMinute) write(level, event, fields);
  }

  function finish(event: string): void {
    const minute = minutes.get(event);
    minutes.delete(event);
    if (minute === undefined || minute.lines <= linesPerMinute) return;
    write(minute.level, event, { repeated: minute.lines - linesPerMinute, inMinutes: 1 });
  }

  const stopBeat = clock.everySecond(() => {
    for (const [event, minute] of minutes) if (clock.now() >= minute.endsMs) finish(event);
  });

  return {
    info: (event, fields = {}) => report("info", event, fields),
    warn: (event, fields = {}) => report("warn", event, fields),
    error: (event, fields = {}) => report("error", event, fields),
    counts,
    close() {
      stopBeat();
      for (const event of minutes.keys()) finish(event);
    },
  };
}

function jsonLine(at: string, level: Level, event: string, fields: LogFields): string {
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "string" ? clean(value) : value,
  ]);
  const head = { at, level, event };
  // First for whoever reads, and last so that no field takes their place.
  return escapeUnprintable(JSON.stringify({ ...head, ...Object.fromEntries(values), ...head }));
}

function textLine(at: string, level: Level, event: string, fields: LogFields): string {
  const values = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}=${typeof value === "string" ? quoted(clean(value)) : String(value)}`);
  return `${at.slice(11, 19)} ${level.padEnd(5)} ${event}${values.join("")}`;
}

function clean(value: string): string {
  const open = value.replaceAll(USERINFO, "//");
  return open.length <= VALUE_UNITS ? open : `${open.slice(0, VALUE_UNITS - 1)}…`;
}

function quoted(value: string): string {
  return /^[\w.:/@,+-]+$/.test(value) ? value : escapeUnprintable(JSON.stringify(value));
}

/** JSON escapes of the same characters, so the line stays JSON and a terminal shows it harmlessly. */
function escapeUnprintable(json: string): string {
  return json.replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
