import { Histogram } from "./histogram.ts";

/** Digits of a message's number in its text. */
const DIGITS = 9;
const ZERO = 0x30;

/** What one reader has had, a bit for each message. */
export class Page {
  #bits = new Uint8Array(64);
  /** Different messages. */
  had = 0;
  repeated = 0;

  /** False when it was had before. */
  mark(number: number): boolean {
    const byte = number >> 3;
    if (byte >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const bit = 1 << (number & 7);
    const before = this.#bits[byte] ?? 0;
    this.#bits[byte] = before | bit;
    const isNew = (before & bit) === 0;
    if (isNew) this.had++;
    else this.repeated++;
    return isNew;
  }
}

/**
 * Numbers the messages of a run and finds them again in what readers receive, without parsing it: a text begins with
 * `#`, the run's name and the number. Messages of other runs are not seen.
 */
export class Ledger {
  readonly #run: string;
  readonly #mark: Buffer;
  readonly #sentMs: number[] = [];
  readonly #padding: string;
  readonly deliveries = new Histogram();
  /** Messages that readers had for the first time. */
  delivered = 0;
  /** Deliveries of messages with a number from here on are timed. */
  #timedFrom = Number.POSITIVE_INFINITY;
  #timedUpTo = Number.POSITIVE_INFINITY;

  /** `textBytes`: how long a text is, the mark included. */
  constructor(run: string, textBytes: number) {
    this.#run = run;
    this.#mark = Buffer.from(`"text":"#${run}`);
    this.#padding = "x".repeat(Math.max(textBytes - 1 - run.length - DIGITS, 0));
  }

  get sent(): number {
    return this.#sentMs.length;
  }

  /** The next message, sent now. */
  next(nowMs: number): { number: number; text: string } {
    const number = this.#sentMs.push(nowMs) - 1;
    return { number, text: `#${this.#run}${String(number).padStart(DIGITS, "0")}${this.#padding}` };
  }

  beginTiming(): void {
    this.#timedFrom = this.sent;
  }

  endTiming(): void {
    this.#timedUpTo = this.sent;
  }

  /** Takes every message in these bytes, which hold whole messages only. */
  read(bytes: Buffer, page: Page, nowMs: number): void {
    for (let at = bytes.indexOf(this.#mark); at !== -1; at = bytes.indexOf(this.#mark, at + 1)) {
      const number = numberAt(bytes, at + this.#mark.length);
      if (!page.mark(number)) continue;
      this.delivered++;
      if (number >= this.#timedFrom && number < this.#timedUpTo)
        this.deliveries.add(nowMs - (this.#sentMs[number] ?? nowMs));
    }
  }
}

function numberAt(bytes: Buffer, start: number): number {
  let number = 0;
  for (let at = start; at < start + DIGITS; at++) number = number * 10 + (bytes[at] ?? ZERO) - ZERO;
  return number;
}
