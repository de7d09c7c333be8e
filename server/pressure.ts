/** How late this process is with its work. */
export interface LoopDelay {
  /** The longest that anything had to wait for its turn since this was last asked, in milliseconds. */
  read(): number;
  close(): void;
}

/** Fine enough to see what people may feel, coarse enough to cost nothing. */
const RESOLUTION_MS = 20;
/** Above this people notice that the region is slow, and whoever comes now had better ask another one (A22). */
const HIGH_MS = 500;
/** One long second is a collection or a laptop's lid, two in a row are a load. */
const HIGH_BEATS = 2;

/**
 * How late a timer is. Not Node's `monitorEventLoopDelay`: after a reset it forgets the turn that is under way, so of
 * a loop whose turns all take longer than a beat it would see nothing.
 */
export function openLoopDelay(): LoopDelay {
  let lastMs = performance.now();
  let longestMs = 0;
  function measure(): void {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs - RESOLUTION_MS);
    lastMs = nowMs;
  }
  const timer = setInterval(measure, RESOLUTION_MS).unref();
  return {
    read() {
      measure();
      const delayMs = longestMs;
      longestMs = 0;
      return delayMs;
    },
    close: () => clearInterval(timer),
  };
}

/** Whether more comes than can be done in time. While it does, new work is refused, so that what is under way ends. */
export class Pressure {
  readonly #delay: LoopDelay;
  #delayMs = 0;
  #highBeats = 0;

  constructor(delay: LoopDelay) {
    this.#delay = delay;
  }

  get isHigh(): boolean {
    return this.#highBeats >= HIGH_BEATS;
  }

  /** The longest delay of the last second. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** A second has passed. */
  beat(): void {
    this.#delayMs = this.#delay.read();
    this.#highBeats = this.#delayMs > HIGH_MS ? this.#highBeats + 1 : 0;
  }

  close(): void {
    this.#delay.close();
  }
}
