/** Readers that were cut, and are back. */
export class Homecoming {
  readonly #begun: () => void;
  #firstMs: number | undefined;
  #lastMs = 0;
  count = 0;

  /** `begun` is called when the first one is back. */
  constructor(begun: () => void) {
    this.#begun = begun;
  }

  returned(): void {
    this.count++;
    this.#lastMs = performance.now();
    if (this.#firstMs !== undefined) return;
    this.#firstMs = this.#lastMs;
    this.#begun();
  }

  /** From the first to the last. */
  get lastedMs(): number {
    return this.#firstMs === undefined ? 0 : this.#lastMs - this.#firstMs;
  }
}
