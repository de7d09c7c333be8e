import type { Room } from "../../sync/names.ts";
import type { HistoryAnswer } from "../../sync/wire.ts";
import type { Answer, PageQuery } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import { Pause } from "./pause.ts";
import type { Platform } from "./platform.ts";

/** Messages of a room's newest page. */
const PAGE_MESSAGES = 50;

/**
 * The newest page of each room that is followed from a cursor on, because the cursor leads only forward from there.
 * One after the other, each until it is there.
 */
export class Openings {
  readonly #platform: Platform;
  readonly #ask: (query: PageQuery) => Promise<Answer<HistoryAnswer>>;
  readonly #opened: (room: Room, page: HistoryAnswer) => void;
  readonly #pause: Pause;
  #rooms: readonly Room[] = [];
  #isRunning = false;

  constructor(
    platform: Platform,
    ask: (query: PageQuery) => Promise<Answer<HistoryAnswer>>,
    opened: (room: Room, page: HistoryAnswer) => void,
  ) {
    this.#platform = platform;
    this.#ask = ask;
    this.#opened = opened;
    this.#pause = new Pause(platform);
  }

  /** These, in this order, and no others any more. */
  want(rooms: readonly Room[]): void {
    this.#rooms = rooms;
    this.#pause.end();
    if (!this.#isRunning) void this.#run();
  }

  get wanted(): readonly Room[] {
    return this.#rooms;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let failures = 0;
    for (;;) {
      const [room] = this.#rooms;
      if (room === undefined) break;
      const answer = await this.#ask({ room, limit: PAGE_MESSAGES });
      if (!this.#rooms.includes(room)) continue;
      if (answer.type === "unavailable" || answer.type === "unauthorized") {
        await this.#pause.wait(backoffMs(++failures, this.#platform.random()));
        continue;
      }
      failures = 0;
      this.#rooms = this.#rooms.filter((other) => other !== room);
      if (answer.type === "ok") this.#opened(room, answer.value);
    }
    this.#isRunning = false;
  }
}
