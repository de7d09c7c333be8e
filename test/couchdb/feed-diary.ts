import type { FeedListener, Row, Since, StoreFault } from "../../sync/store.ts";

/** Writes down what a feed reports, and lets a test wait for an entry. */
export class FeedDiary implements FeedListener {
  readonly rows: Row[] = [];
  readonly ends: StoreFault[] = [];
  openings = 0;
  calls = 0;
  skipped = 0;
  since: Since | undefined;
  #pace: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  opened(): void {
    this.openings += 1;
    this.#wake();
  }

  changed(rows: readonly Row[], since: Since | undefined, skipped: number): Promise<void> {
    this.calls += 1;
    this.rows.push(...rows);
    this.since = since ?? this.since;
    this.skipped += skipped;
    this.#wake();
    return this.#pace;
  }

  ended(fault: StoreFault): void {
    this.ends.push(fault);
    this.#wake();
  }

  /** From now on the feed has to wait after each call, until the function returned here is called. */
  dawdle(): () => void {
    let goOn: (() => void) | undefined;
    this.#pace = new Promise((resolve) => {
      goOn = resolve;
    });
    return () => {
      this.#pace = Promise.resolve();
      goOn?.();
    };
  }

  get ids(): string[] {
    return this.rows.map((row) => row.id);
  }

  async until(isSo: (diary: this) => boolean): Promise<void> {
    while (!isSo(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Until each of these ids has come, however often. */
  async untilSeen(ids: readonly string[]): Promise<void> {
    await this.until(() => ids.every((id) => this.ids.includes(id)));
  }

  async untilEnded(): Promise<StoreFault | undefined> {
    await this.until(() => this.ends.length > 0);
    return this.ends[0];
  }

  #wake(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const resolve of woken) resolve();
  }
}
