const NEWLINE = 0x0a;
/** A line that drips in byte by byte is put together every so often: each piece has its price in memory. */
const MAX_PIECES = 1024;

export interface Lines {
  readonly lines: readonly string[];
  /** How many lines ended that were longer than the limit. */
  readonly skipped: number;
}

/**
 * Cuts a stream of bytes into lines. It cuts bytes, not text, so a chunk may end inside a UTF-8 character; a
 * newline's byte is part of no other character. Holds at most `maxLineBytes`; the unfinished line at the end of
 * the stream is nobody's.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #pieces: Buffer[] = [];
  #heldBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  push(chunk: Buffer): Lines {
    const lines: string[] = [];
    let skipped = 0;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      if (this.#heldBytes > this.#maxLineBytes) skipped += 1;
      else lines.push(this.#text());
      this.#pieces = [];
      this.#heldBytes = 0;
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
    return { lines, skipped };
  }

  #text(): string {
    const [piece] = this.#pieces;
    const isWhole = this.#pieces.length === 1 && piece !== undefined;
    return (isWhole ? piece : Buffer.concat(this.#pieces)).toString("utf8");
  }

  #hold(piece: Buffer): void {
    this.#heldBytes += piece.length;
    if (this.#heldBytes > this.#maxLineBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
    if (this.#pieces.length > MAX_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
  }
}
