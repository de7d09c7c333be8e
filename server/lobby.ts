/**
 * Everybody who waits at a door: parked polls and open streams. When the region stops, each is dismissed with what
 * it needs to go on elsewhere (R14).
 */
export class Lobby {
  readonly #seats: number;
  readonly #waiting = new Set<() => void>();
  #isClosing = false;

  constructor(seats: number) {
    this.#seats = seats;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** `dismiss` is called once when the region stops. Returns what gives the seat back. */
  enter(dismiss: () => void): (() => void) | "closing" | "overloaded" {
    if (this.#isClosing) return "closing";
    if (this.#waiting.size >= this.#seats) return "overloaded";
    const seat = (): void => dismiss();
    this.#waiting.add(seat);
    return () => void this.#waiting.delete(seat);
  }

  close(): void {
    this.#isClosing = true;
    for (const dismiss of this.#waiting) dismiss();
  }
}
