import { performance } from "node:perf_hooks";
import type { Author } from "./author.ts";
import type { Post } from "./evidence.ts";

/** One line of a log with its author, and when it is due in milliseconds since the replay began. */
export interface Part {
  readonly author: Author;
  readonly text: string;
  readonly dueMs: number;
}

/** How far ahead of the first line not yet sent a lane looks for an author who is free: roughly file order. */
const LOOK_AHEAD = 256;

/**
 * The posts of one region: roughly in order, each author's strictly so, at most `inFlight` waiting for an answer.
 */
export class Lane {
  readonly #parts: readonly Part[];
  readonly #inFlight: number;
  readonly #signal: AbortSignal;
  readonly #posted: (part: Part, post: Post) => void;
  readonly #waiting: Part[] = [];
  readonly #speaking = new Set<Author>();
  readonly #startMs = performance.now();
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended: () => void = () => undefined;

  /** `parts` by `dueMs`. */
  constructor(
    parts: readonly Part[],
    options: { inFlight: number; signal: AbortSignal },
    posted: (part: Part, post: Post) => void,
  ) {
    this.#parts = parts;
    this.#inFlight = options.inFlight;
    this.#signal = options.signal;
    this.#posted = posted;
  }

  /** Fulfilled when everything has its answer, or after an abort what was in flight. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#ended = resolve;
      this.#signal.addEventListener("abort", () => this.#move(), { once: true });
      this.#move();
    });
  }

  #move(): void {
    clearTimeout(this.#timer);
    while (this.#speaking.size < this.#inFlight && !this.#signal.aborted) {
      const part = this.#take();
      if (part === undefined) break;
      void this.#say(part);
    }
    const isDone = this.#signal.aborted || this.#waiting.length === 0;
    if (isDone && this.#speaking.size === 0) this.#ended();
  }

  /** The first part whose author is free, if it is due; else a timer is set for it. */
  #take(): Part | undefined {
    while (this.#waiting.length < LOOK_AHEAD && this.#next < this.#parts.length) {
      this.#waiting.push(...this.#parts.slice(this.#next, ++this.#next));
    }
    const place = this.#waiting.findIndex(({ author }) => !this.#speaking.has(author));
    const part = this.#waiting[place];
    if (part === undefined) return undefined;
    const waitMs = part.dueMs - (performance.now() - this.#startMs);
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#move(), waitMs);
      return undefined;
    }
    this.#waiting.splice(place, 1);
    return part;
  }

  async #say(part: Part): Promise<void> {
    this.#speaking.add(part.author);
    this.#posted(part, await part.author.say(part.text));
    this.#speaking.delete(part.author);
    this.#move();
  }
}
