import { parseJson } from "../../couchdb/json.ts";
import { LineSplitter } from "../../couchdb/lines.ts";
import { parseChange, parseSeq } from "../../couchdb/rows.ts";
import type { Row, Since, StoreFault } from "../../sync/store.ts";
import type { Chance } from "../sync/chance.ts";
import type { Feed, FeedPiece } from "./couch/feed.ts";
import { ENDED } from "./couch/fate.ts";
import type { StoreLine } from "./store-line.ts";
import type { Surroundings } from "./surroundings.ts";

/** No byte for three heartbeats is a dead feed (`couchdb/feed.ts`). */
export const SILENCE_MS = 3_000;
const PIECE_ROWS = 16;
const MAX_LINE_BYTES = 9 * 1024 * 1024;

export interface FeedListener {
  opened(): void;
  changed(rows: readonly Row[], since: Since | undefined, skipped: number): void;
  ended(fault: StoreFault): void;
}

/**
 * The open feed of one region: it asks the store for the next piece whenever something changed there, a way later.
 * Ends once and never reopens by itself.
 */
export class FeedLine {
  readonly #line: StoreLine;
  readonly #surroundings: Surroundings;
  readonly #chance: Chance;
  readonly #listener: FeedListener;
  #feed: Feed | undefined;
  #isOver = false;
  #isPulling = false;
  #isWatched = false;

  constructor(
    line: StoreLine,
    surroundings: Surroundings,
    chance: Chance,
    since: Since,
    listener: FeedListener,
  ) {
    this.#line = line;
    this.#surroundings = surroundings;
    this.#chance = chance;
    this.#listener = listener;
    const asked = line.bookmark(since);
    line.ask(
      (connection, fate) => connection.follow(asked, fate),
      (opened) => this.#opened(opened),
    );
  }

  get isOpen(): boolean {
    return this.#feed !== undefined && !this.#isOver;
  }

  /** Something changed in the store: what there is for us will be here a way later. */
  stirred(): void {
    if (!this.isOpen || this.#isPulling) return;
    this.#isPulling = true;
    this.#surroundings.schedule.after(this.#line.wayMs(), () => {
      this.#isPulling = false;
      this.#pull();
    });
  }

  /** Heartbeats go on, rows do not. */
  deafen(): void {
    if (this.isOpen) this.#surroundings.tally.count("S4");
    this.#feed?.deafen();
  }

  /** Nothing comes any more, and nothing says so. */
  fallSilent(): void {
    this.#feed?.silence();
    this.#pull();
  }

  /** Broken off with a reset, or ended by the store. */
  breakOff(): void {
    this.#feed?.cut();
    this.#end(ENDED.fault);
  }

  /** Closed by us: nothing is reported any more. */
  close(): void {
    this.#isOver = true;
    this.#feed?.cut();
  }

  #opened(opened: { type: "opened"; feed: Feed } | { type: "fault"; fault: StoreFault }): void {
    if (opened.type === "fault") return this.#end(opened.fault);
    if (this.#isOver) return opened.feed.cut();
    this.#feed = opened.feed;
    this.#listener.opened();
    return this.stirred();
  }

  #pull(): void {
    if (this.#feed === undefined || this.#isOver) return;
    const piece = this.#feed.pull(1 + this.#chance.below(PIECE_ROWS));
    switch (piece.type) {
      case "rows":
        return this.#take(piece);
      case "heartbeat":
        return undefined;
      case "silence":
        return this.#watch();
      case "ended":
        return this.#end(piece.failed.fault);
    }
  }

  #take(piece: Extract<FeedPiece, { type: "rows" }>): void {
    const isCut = this.#surroundings.strikes("cut-feeds", this.#chance);
    const isBad = this.#surroundings.strikes("bad-rows", this.#chance);
    const place = this.#chance.fraction();
    if (isCut) {
      this.#surroundings.tally.count("S5");
      const { rows, since } = cutOff(piece.text(), place);
      if (rows.length > 0) this.#listener.changed(rows, since, 0);
      return this.breakOff();
    }
    if (isBad) {
      this.#surroundings.tally.count("S6");
      const bad = Math.floor(place * piece.rows.length);
      const rows = piece.rows.filter((_, index) => index !== bad);
      this.#listener.changed(rows, piece.since, 1);
    } else this.#listener.changed(piece.rows, piece.since, 0);
    return this.stirred();
  }

  /** The watchdog: when it is still silent after three heartbeats, the feed is dead. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#surroundings.schedule.after(SILENCE_MS, () => {
      this.#isWatched = false;
      if (this.#isOver || this.#feed === undefined) return;
      const piece = this.#feed.pull(PIECE_ROWS);
      if (piece.type === "silence") {
        this.#surroundings.tally.count("S3");
        this.breakOff();
      } else if (piece.type === "rows") this.#take(piece);
      else if (piece.type === "ended") this.#end(piece.failed.fault);
    });
  }

  #end(fault: StoreFault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.ended(fault);
  }
}

/** What a region makes of the first bytes of a piece: whole lines, and nothing of the one that was cut. */
function cutOff(text: string, share: number): { rows: Row[]; since: Since | undefined } {
  const bytes = Buffer.from(text);
  const { lines } = new LineSplitter(MAX_LINE_BYTES).push(
    bytes.subarray(0, Math.floor(share * bytes.length)),
  );
  const values = lines.map(parseJson);
  const rows = values.flatMap((value) => parseChange(value) ?? []);
  const since = values.reduce<Since | undefined>((last, value) => parseSeq(value) ?? last, undefined);
  return { rows, since };
}
