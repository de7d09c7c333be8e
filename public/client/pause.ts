import type { Platform } from "./platform.ts";

/** A wait that can be cut short. One at a time: whoever loops, owns one. */
export class Pause {
  readonly #platform: Platform;
  #end: () => void = () => {};

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Fulfilled after `waitMs`, or without it only by `end`. */
  wait(waitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = waitMs === undefined ? () => {} : this.#platform.after(waitMs, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }

  end(): void {
    this.#end();
  }
}
