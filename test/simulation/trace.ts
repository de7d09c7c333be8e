/**
 * What happened, line by line, as a hash: two runs of one seed that differ anywhere have different hashes. Whoever
 * wants neither the hash nor the lines takes `UNTRACED`: they are a twentieth of a world's time.
 */
export class Trace {
  /** Whether anybody wants to be noted something. */
  readonly isKept: boolean;
  readonly #write: ((line: string) => void) | undefined;
  #low = 0x811c9dc5;
  #high = 0x1b873593;
  #lines = 0;

  /** `write` is given every line. */
  constructor(write?: (line: string) => void, isKept = true) {
    this.#write = write;
    this.isKept = isKept;
  }

  note(line: string): void {
    if (!this.isKept) return;
    this.#lines++;
    for (let place = 0; place < line.length; place++) {
      const unit = line.charCodeAt(place);
      this.#low = Math.imul(this.#low ^ unit, 0x01000193);
      this.#high = Math.imul(this.#high ^ unit, 0x85ebca6b) ^ (this.#low >>> 13);
    }
    this.#write?.(line);
  }

  /** 16 hexadecimal digits and the number of lines. */
  get hash(): string {
    const digits = [this.#high, this.#low].map((part) => (part >>> 0).toString(16).padStart(8, "0"));
    return `${digits.join("")}-${this.#lines}`;
  }
}

export const UNTRACED = new Trace(undefined, false);
