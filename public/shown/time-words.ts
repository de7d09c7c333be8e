export interface TimeWords {
  /** Of today the time, of other days the date as well. */
  readonly short: string;
  readonly exact: string;
  /** For `<time datetime>`. */
  readonly iso: string;
}

/** Says when, in the reader's language and time zone. */
export class TimeWriter {
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #exact: Intl.DateTimeFormat;

  /** Without arguments as the reader's device is set. */
  constructor(locale?: string, timeZone?: string) {
    const zone = timeZone === undefined ? {} : { timeZone };
    this.#time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...zone });
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", ...zone });
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", ...zone });
  }

  /** Undefined when `at` is no time that a calendar knows: it is what some clock said. */
  write(at: number, nowMs: number): TimeWords | undefined {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return undefined;
    const time = this.#time.format(date);
    const day = this.#day.format(date);
    return {
      short: day === this.#day.format(nowMs) ? time : `${day}, ${time}`,
      exact: this.#exact.format(date),
      iso: date.toISOString(),
    };
  }
}
