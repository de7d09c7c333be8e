import { backoffMs } from "../../public/client/backoff.ts";
import type { Batch, Subscription } from "../../server/chat.ts";
import { branded } from "../../sync/brand.ts";
import type { Handed as HandedArrival } from "../../sync/reading.ts";
import type { Cursor, SyncAnswer } from "../../sync/wire.ts";
import type { Machine } from "./machine.ts";
import type { Page } from "./page.ts";
import type { RegionProcess } from "./region-process.ts";

/** As `public/client/follower.ts` asks. */
const POLL_MS = 25_000;
/** A long poll that is not answered by then, or a stream without a heartbeat for so long, is given up. */
const PATIENCE_MS = 35_000;
const ASK_AGAIN_MS = 80;

/** One request under way: whatever belongs to an older one is nobody's. */
interface Exchange {
  readonly machine: Machine;
  readonly process: RegionProcess;
  /** Which life of a region answers. Whoever comes with somebody else's cursor comes from elsewhere. */
  readonly life: string;
  isOver: boolean;
  /** Whether the first batch, with what was missed, is over. */
  isCaughtUp: boolean;
  close: () => void;
}

/**
 * Reads for one page, by long polls or by a stream, as a good client does: the cursor moves only with what was taken
 * in, so whatever is cut off on its way comes again.
 */
export class Follower {
  readonly #page: Page;
  readonly #isStreaming: boolean;
  #cursor: Cursor | undefined;
  #exchange: Exchange | undefined;
  #failures = 0;
  /** Ask for an answer at once: whether the connection is live is not known. */
  #isPrompt = true;
  #isLive = false;
  #isAway = false;
  /** What was missed was handed over in part: all of it comes again, and the client knows it by its ids. */
  #isCutShort = false;
  #lastRead = "";

  constructor(page: Page, isStreaming: boolean) {
    this.#page = page;
    this.#isStreaming = isStreaming;
  }

  start(): void {
    this.#askAfter(0);
  }

  /** Hangs up where it is, and asks where the page is now. */
  reconnect(): void {
    this.#hangUp();
    this.#isLive = false;
    this.#isPrompt = true;
    this.#askAfter(this.#page.travelMs());
  }

  /** The page was loaded anew: nothing is on the screen, and nothing is known of where it was. */
  reload(): void {
    this.#cursor = undefined;
    this.reconnect();
  }

  /** The lid is closed: no request is made until `comeBack`. */
  goAway(): void {
    this.#hangUp();
    this.#isAway = true;
  }

  comeBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#page.surroundings.tally.count("C12");
    this.reconnect();
  }

  #hangUp(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange === undefined) return;
    exchange.isOver = true;
    exchange.close();
  }

  #askAfter(waitMs: number): void {
    const before = this.#exchange;
    this.#page.surroundings.schedule.after(waitMs, () => {
      if (this.#exchange === before && !this.#isAway) this.#ask();
    });
  }

  #ask(): void {
    const { home, surroundings } = this.#page;
    const { process } = home;
    if (process === undefined) return this.#fail();
    const cursor = this.#cursorToSend();
    const isOwn = cursor === this.#cursor && !this.#isCutShort;
    this.#isCutShort = false;
    const exchange: Exchange = {
      machine: home,
      process,
      life: isOwn ? process.epoch : `${process.epoch}, asked anew at ${surroundings.schedule.nowMs}`,
      isOver: false,
      isCaughtUp: false,
      close: () => undefined,
    };
    this.#exchange = exchange;
    exchange.close = process.connect(() => {
      // The connection is reset by the kernel of a dead process.
      surroundings.schedule.after(this.#page.travelMs(), () => this.#broke(exchange));
    });
    surroundings.schedule.after(this.#page.travelMs(), () => {
      process.hear(() => this.#arrived(exchange, cursor));
    });
    return surroundings.schedule.after(PATIENCE_MS, () => {
      if (!this.#isStreaming || process.isAsleep) this.#broke(exchange);
    });
  }

  /** Sometimes a bookmark that is broken, of another time, or somebody else's. */
  #cursorToSend(): Cursor | undefined {
    const { chance, surroundings } = this.#page;
    const isOdd = surroundings.strikes("odd-cursors", chance);
    const how = chance.below(4);
    const cursor = this.#cursor;
    if (!isOdd || cursor === undefined) return cursor;
    surroundings.tally.count("C7");
    const [epoch = "", offset = "", vector = ""] = cursor.split(".");
    switch (how) {
      case 0:
        return branded<Cursor>(`${cursor}!`);
      case 1:
        return branded<Cursor>(`${epoch}.zzzzzz.${vector}`);
      case 2:
        return branded<Cursor>(`vvvvvvvv.${offset}.${vector}`);
      default:
        return branded<Cursor>("x".repeat(4_000));
    }
  }

  /** In the region's process: the subscription of a poll ends with its first batch. */
  #arrived(exchange: Exchange, cursor: Cursor | undefined): void {
    if (exchange.isOver) return;
    const { schedule } = this.#page.surroundings;
    const hangUp = exchange.close;
    let subscription: Subscription | undefined;
    let isAnswered = false;
    const answer = (batch: Batch): void => {
      if (isAnswered) return;
      isAnswered = true;
      subscription?.close();
      schedule.after(this.#page.travelMs(), () => this.#answered(exchange, batch));
    };
    const due = (): void => {
      if (subscription !== undefined) answer({ entries: [], cursor: subscription.cursor() });
    };
    let arriveMs = 0;
    exchange.process.door.subscribe(this.#page.rooms, cursor, {
      delivered: (batch) => {
        if (exchange.isOver) return;
        if (!this.#isStreaming) return answer(batch);
        // Bytes of one connection do not overtake each other.
        arriveMs = Math.max(arriveMs, schedule.nowMs + this.#page.travelMs());
        schedule.after(arriveMs - schedule.nowMs, () => this.#streamed(exchange, batch));
      },
      subscribed: (subscribed) => {
        subscription = subscribed;
        if (isAnswered || exchange.isOver) return subscribed.close();
        exchange.close = () => {
          hangUp();
          subscribed.close();
        };
        if (this.#isStreaming) return undefined;
        return this.#isPrompt ? due() : schedule.after(POLL_MS, () => exchange.process.hear(due));
      },
    });
  }

  #answered(exchange: Exchange, batch: Batch): void {
    if (exchange.isOver) return;
    const { surroundings, chance } = this.#page;
    if (surroundings.strikes("cut-readers", chance)) {
      surroundings.tally.count("C4");
      return this.#broke(exchange);
    }
    this.#exchange = undefined;
    exchange.isOver = true;
    exchange.close();
    this.#take(exchange, {
      events: batch.entries.map(({ event }) => event),
      cursor: batch.cursor,
      ...(batch.reset === undefined ? {} : { reset: batch.reset }),
      ...(batch.incomplete === undefined ? {} : { incomplete: batch.incomplete }),
    });
    this.#cursor = batch.cursor;
    this.#connected();
    return this.#askAfter(ASK_AGAIN_MS);
  }

  /** Frame by frame: a cut leaves what came before it, and its cursor. */
  #streamed(exchange: Exchange, batch: Batch): void {
    if (exchange.isOver) return;
    const { surroundings, chance } = this.#page;
    const isCut = surroundings.strikes("cut-readers", chance);
    const isSlow = surroundings.strikes("slow-readers", chance);
    const place = chance.below(batch.entries.length + 1);
    this.#preface(exchange, batch);
    const arrived = isCut || isSlow ? batch.entries.slice(0, place) : batch.entries;
    for (const entry of arrived) this.#frame(exchange, entry);
    this.#connected();
    const isCutShort = (isCut || isSlow) && !exchange.isCaughtUp;
    exchange.isCaughtUp = true;
    if (isCut || isSlow) {
      this.#isCutShort = isCutShort;
      surroundings.tally.count(isCut ? "C5" : "C10");
      this.#broke(exchange);
    }
  }

  #preface(exchange: Exchange, { entries, cursor, reset, incomplete }: Batch): void {
    if (reset === undefined) return;
    this.#take(exchange, {
      events: [],
      cursor,
      reset,
      ...(incomplete === undefined ? {} : { incomplete }),
    });
    if (entries.length === 0) this.#cursor = cursor;
  }

  #frame(exchange: Exchange, { event, cursor }: HandedArrival): void {
    this.#take(exchange, { events: [event], cursor });
    this.#cursor = cursor;
  }

  #take({ process, life }: Exchange, answer: SyncAnswer): void {
    const { handed, screen, surroundings } = this.#page;
    const place = { atMs: surroundings.schedule.nowMs, region: process.origin, life };
    if (answer.reset !== undefined) {
      const { incomplete } = answer;
      const event = { type: "reset" as const, reason: answer.reset.reason };
      handed.push({ ...place, event: incomplete === undefined ? event : { ...event, incomplete } });
    }
    this.#countWay(life, answer);
    for (const event of answer.events) handed.push({ ...place, event });
    screen.receive(answer);
  }

  #countWay(life: string, { reset }: SyncAnswer): void {
    const { tally } = this.#page.surroundings;
    if (reset !== undefined) tally.count("reader started over");
    else if (this.#lastRead === life) tally.count("cursor answered by offset");
    else if (this.#lastRead !== "") tally.count("cursor answered by vector");
    this.#lastRead = life;
  }

  #connected(): void {
    this.#failures = 0;
    this.#isPrompt = false;
    if (!this.#isLive) this.#page.screen.connected();
    this.#isLive = true;
  }

  #broke(exchange: Exchange): void {
    if (exchange.isOver || this.#exchange !== exchange) return;
    this.#hangUp();
    this.#fail();
  }

  #fail(): void {
    this.#failures++;
    this.#isLive = false;
    this.#isPrompt = true;
    this.#askAfter(ASK_AGAIN_MS + backoffMs(this.#failures, this.#page.chance.fraction()));
  }
}
