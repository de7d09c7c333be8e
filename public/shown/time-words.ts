import type { Words } from "../words/english.ts";
import { lazily } from "../words/lazily.ts";

export interface TimeWords {
  readonly short: string;
  readonly exact: string;
  /** For `<time datetime>`. */
  readonly iso: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A time is told in the largest of these that goes twice into it. */
const UNITS = [
  { unit: "day", unitMs: DAY_MS },
  { unit: "hour", unitMs: 60 * 60 * 1000 },
  { unit: "minute", unitMs: 60 * 1000 },
] as const;
const SECOND = { unit: "second", unitMs: 1000 } as const;

/** Says when, in the reader's language and time zone. */
export class TimeWriter {
  readonly #time: Intl.DateTimeFormat;
  readonly #clock: () => Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #exact: Intl.DateTimeFormat;
  readonly #after: () => Intl.NumberFormat;
  readonly #locale: string | undefined;

  /** Without a time zone as the reader's device is set. */
  constructor(locale?: string, timeZone?: string) {
    const zone = timeZone === undefined ? {} : { timeZone };
    this.#time = new Intl.DateTimeFormat(locale, { timeStyle: "short", ...zone });
    this.#clock = lazily(() => new Intl.DateTimeFormat(locale, { timeStyle: "medium", ...zone }));
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: "full", ...zone });
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", ...zone });
    const later = { style: "unit", unit: "millisecond", signDisplay: "always" } as const;
    this.#after = lazily(() => new Intl.NumberFormat(locale, later));
    this.#locale = locale;
  }

  /** Undefined when `at` is no time that a calendar knows: it is what some clock said. */
  write(at: number): TimeWords | undefined {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return undefined;
    return { short: this.#time.format(date), exact: this.#exact.format(date), iso: date.toISOString() };
  }

  /** The day as a heading; of one that a calendar does not know nothing. */
  day(at: number, nowMs: number, words: Words): string {
    const day = this.#dayOf(at);
    if (day === this.#dayOf(nowMs)) return words.today;
    return day === this.#dayOf(nowMs - DAY_MS) ? words.yesterday : day;
  }

  /** To the second, for things that just happened. */
  clock(at: number): string {
    return Number.isNaN(new Date(at).getTime()) ? "" : this.#clock().format(at);
  }

  /** So long: "14s", "10 min". */
  lasting(ms: number): string {
    const { unit, unitMs } = UNITS.find((one) => ms >= 2 * one.unitMs) ?? SECOND;
    // An "m" alone might be metres.
    const unitDisplay = unit === "second" ? "narrow" : "short";
    const format = { style: "unit", unit, unitDisplay, maximumFractionDigits: 0 } as const;
    return new Intl.NumberFormat(this.#locale, format).format(ms / unitMs);
  }

  /** So long after something else: "+4 ms". */
  after(ms: number): string {
    return this.#after().format(ms);
  }

  #dayOf(at: number): string {
    return Number.isNaN(new Date(at).getTime()) ? "" : this.#day.format(at);
  }
}
