/** Something to be done at a moment of simulated time. */
interface Task {
  readonly dueMs: number;
  readonly number: number;
  readonly run: () => void;
}

/**
 * Simulated time: what is due first happens first, and of two things due in the same millisecond the one that was
 * planned first. Nothing else moves the clock, so a run is the same each time. A binary heap.
 */
export class Schedule {
  readonly #heap: Task[] = [];
  #nowMs: number;
  #planned = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `run` so many whole milliseconds from now, at the earliest now and never within this very call. */
  after(waitMs: number, run: () => void): void {
    this.#planned++;
    const task = { dueMs: this.#nowMs + Math.max(Math.floor(waitMs), 0), number: this.#planned, run };
    let place = this.#heap.push(task) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = this.#heap[parent];
      if (above === undefined || isSooner(above, task)) break;
      this.#heap[place] = above;
      this.#heap[parent] = task;
      place = parent;
    }
  }

  /** Runs all that is due until then, and what that plans in turn. */
  runUntil(untilMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.dueMs <= untilMs; next = this.#heap[0]) {
      this.#dropFirst();
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let child = left;
      let below = this.#heap[left];
      const other = this.#heap[right];
      if (below !== undefined && other !== undefined && isSooner(other, below)) {
        child = right;
        below = other;
      }
      if (below === undefined || isSooner(last, below)) break;
      this.#heap[place] = below;
      place = child;
    }
    this.#heap[place] = last;
  }
}

function isSooner(one: Task, other: Task): boolean {
  return one.dueMs === other.dueMs ? one.number < other.number : one.dueMs < other.dueMs;
}
