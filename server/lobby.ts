/** Somebody who waits at a door. */
export interface Guest {
  /** Called once when the region stops. */
  dismiss(): void;
}

/**
 * Everybody who waits at a door: parked polls and open streams. When the region stops, each is dismissed with what
 * it needs to go on elsewhere (R14).
 */
export class Lobby {
  readonly #seats: number;
  readonly #guests = new Set<Guest>();
  #isClosing = false;

  constructor(seats: number) {
    this.#seats = seats;
  }

  get size(): number {
    return this.#guests.size;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Gives it a seat until it leaves, or says why there is none. */
  enter(guest: Guest): "closing" | "overloaded" | undefined {
    if (this.#isClosing) return "closing";
    if (this.#guests.size >= this.#seats) return "overloaded";
    this.#guests.add(guest);
    return undefined;
  }

  leave(guest: Guest): void {
    this.#guests.delete(guest);
  }

  close(): void {
    this.#isClosing = true;
    for (const guest of this.#guests) guest.dismiss();
  }
}
