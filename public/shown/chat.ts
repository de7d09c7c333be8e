import type { WireMessage } from "../../sync/message.ts";
import type { Mid, Room } from "../../sync/names.ts";
import type { HistoryAnswer, ReaderEvent, RegionsAnswer } from "../../sync/wire.ts";
import type { Mine } from "../client/author.ts";
import type { ClientEvent } from "../client/events.ts";
import type { Connection } from "../client/follower.ts";
import type { OutboxEntry } from "../client/outbox.ts";
import type { Words } from "../words/english.ts";
import { connectionWords } from "./connection-words.ts";
import { Journeys, type Journey } from "./journey.ts";
import { dayHere, itemsOf, Lines, type Line } from "./lines.ts";
import { firstTold, peopleOf, type FirstTold } from "./people.ts";
import { ShownRoom, type KeptRoom } from "./room.ts";
import { agreedOf, lagsOf, type Lag } from "./standing.ts";
import type { Picture } from "./picture.ts";

/** What is worth telling people who do not look at the page. */
export interface News {
  /** New messages of others. */
  readonly arrived: readonly WireMessage[];
  readonly rejected: readonly OutboxEntry[];
}

/** What of it is this person's own: `Client` knows. */
export interface Ownership {
  isMine(session: string): boolean;
  mayChange(mine: Mine): boolean;
}

const NO_NEWS: News = { arrived: [], rejected: [] };
/** As many as a reader may follow (`ROOMS_PER_READER` of the core). */
const ROOMS_LIMIT = 100;
/** The newest lines, of which any may have come since the last drawing. */
const DRAWN_TOGETHER = 50;

/** What is shown, given what was received. Knows nothing of a page or of a network. */
export class Chat {
  readonly #isMine: (session: string) => boolean;
  readonly #mayChange: (mine: Mine) => boolean;
  readonly #rooms = new Map<Room, ShownRoom>();
  readonly #lines = new Lines();
  readonly #journeys = new Journeys();
  #room: Room;
  #isLooking = false;
  #outbox: readonly OutboxEntry[] = [];
  #isHeldUp = false;
  #connection: Connection = { type: "connecting" };
  #regions: RegionsAnswer | undefined;
  #lags: readonly Lag[] = [];
  #firstTold: FirstTold = new Map();
  #region: string | undefined;
  #name: string | undefined;

  constructor(room: Room, owner: Ownership, kept: readonly KeptRoom[] = []) {
    this.#isMine = (session) => owner.isMine(session);
    this.#mayChange = (mine) => owner.mayChange(mine);
    for (const { room: one, lookedTo } of kept.slice(-ROOMS_LIMIT)) {
      this.#rooms.set(one, new ShownRoom(one, this.#isMine, lookedTo));
    }
    this.#room = room;
    this.open(room);
  }

  get room(): Room {
    return this.#room;
  }

  /** The rooms to follow, the one that is open first. */
  get rooms(): readonly Room[] {
    return [this.#room, ...[...this.#rooms.keys()].filter((room) => room !== this.#room)];
  }

  get kept(): readonly KeptRoom[] {
    return Array.from(this.#rooms, ([room, { attention }]) => ({ room, lookedTo: attention.lookedTo }));
  }

  /** The open room. */
  get current(): ShownRoom {
    return this.#roomOf(this.#room);
  }

  /** Own messages that no region has yet. */
  get waiting(): readonly OutboxEntry[] {
    return this.#outbox.filter(({ state }) => state.type === "waiting");
  }

  get unread(): number {
    return [...this.#rooms.values()].reduce((sum, { attention }) => sum + attention.unread, 0);
  }

  take(event: ClientEvent, nowMs: number): News {
    switch (event.type) {
      case "received":
        return { ...NO_NEWS, arrived: this.#received(event, nowMs) };
      case "opened":
        this.#rooms.get(event.room)?.opened(event.page, this.#isLookedAt(event.room));
        return NO_NEWS;
      case "answered":
        this.#answered(event.message, nowMs);
        return NO_NEWS;
      case "outboxChanged":
        return { ...NO_NEWS, rejected: this.#outboxChanged(event) };
      case "connectionChanged":
        this.#connection = event.connection;
        return NO_NEWS;
      case "sessionChanged":
        this.#region ??= event.session?.region;
        this.#name = event.session?.name ?? this.#name;
        return NO_NEWS;
      case "regionsChanged":
        this.#lags = lagsOf(this.#regions, event.regions);
        this.#firstTold = firstTold(this.#firstTold, event.regions);
        this.#regions = event.regions;
        this.#region = event.regions.region;
        return NO_NEWS;
      case "moved":
        this.#region = event.to;
        this.#regions = undefined;
        this.#lags = [];
        return NO_NEWS;
      case "nameRefused":
        return NO_NEWS;
    }
  }

  /** From now on shows this room; it is followed until somebody leaves it. */
  open(room: Room): void {
    this.look(false);
    this.#room = room;
    if (!this.#rooms.has(room)) this.#rooms.set(room, new ShownRoom(room, this.#isMine));
    const longestAgo = [...this.#rooms.keys()].find((other) => other !== room);
    if (this.#rooms.size > ROOMS_LIMIT && longestAgo !== undefined) this.#rooms.delete(longestAgo);
  }

  /** Follows this room no longer. Not the one that is open. */
  leave(room: Room): void {
    if (room !== this.#room) this.#rooms.delete(room);
  }

  /** Whether somebody has the end of the open room in sight. */
  look(isLooking: boolean): void {
    if (isLooking) this.#rooms.get(this.#room)?.looked();
    else if (this.#isLooking) this.#rooms.get(this.#room)?.attention.lookedAway();
    this.#isLooking = isLooking;
  }

  /** These late ones have been in sight. */
  saw(messages: readonly WireMessage[]): void {
    for (const { id } of messages) this.current.attention.gone(id);
  }

  /**
   * What another page of this browser keeps: the rooms are the same in both, and what was looked at there is not
   * unread here. True when other rooms are to be followed now.
   */
  keptElsewhere(kept: readonly KeptRoom[]): boolean {
    const before = this.rooms;
    const theirs = new Set(kept.map(({ room }) => room));
    for (const room of before) if (!theirs.has(room)) this.leave(room);
    for (const { room, lookedTo } of kept.slice(-ROOMS_LIMIT)) {
      const { attention } = this.#roomOf(room);
      if (lookedTo !== undefined) attention.lookedElsewhere(lookedTo);
    }
    return this.rooms.join() !== before.join();
  }

  /** What is in the picture has been drawn. */
  drawn(nowMs: number): void {
    for (const { mid } of this.current.shown.said().slice(-DRAWN_TOGETHER)) {
      this.#journeys.notice(mid, { shownAt: nowMs });
    }
  }

  /** What this line is of, for its author to change. */
  mine({ message, mid }: Line): Mine | undefined {
    return message ?? this.#outbox.find((entry) => entry.mid === mid);
  }

  journey(mid: Mid): Journey | undefined {
    const message = this.current.shown.messages().find((one) => one.mid === mid);
    return message === undefined ? undefined : this.#journeys.of(message, this.#regions);
  }

  /** A page of history that was asked for with `floor`. False when another room, or other messages, are shown now. */
  prepend(room: Room, floor: string | undefined, page: HistoryAnswer): boolean {
    return room === this.#room && this.current.prepend(floor, page);
  }

  /** The same for newer messages, asked for with `ceiling`. */
  append(room: Room, ceiling: string, page: HistoryAnswer): boolean {
    return room === this.#room && this.current.append(ceiling, page);
  }

  picture(words: Words): Picture {
    const { current } = this;
    const { shown, attention, isPast } = current;
    const lines = this.#lines.of({
      room: this.#room,
      messages: shown.messages(),
      // What is being written belongs to the present; what is done to a message, wherever that one stands.
      outbox: this.#outbox.filter(({ change }) => change !== undefined || !isPast),
      isMine: this.#isMine,
      mayChange: this.#mayChange,
      lateMs: (id) => current.lateMs(id),
    });
    const waiting = this.waiting.length;
    return {
      room: this.#room,
      region: this.#region,
      rooms: Array.from(this.#rooms, ([room, one]) => ({ room, unread: one.attention.unread })),
      lines,
      items: itemsOf(lines, attention.mark, dayHere),
      connection: connectionWords(
        {
          connection: this.#connection,
          store: this.#regions?.store,
          region: this.#region,
          waiting,
          lags: this.#lags,
        },
        words,
      ),
      older: shown.older,
      isPast,
      unread: attention.unread,
      late: attention.late,
      outbox: { waiting, isTold: waiting > 0 && (this.#isHeldUp || this.#connection.type === "offline") },
      regions: this.#regions,
      agreed: this.#regions === undefined ? undefined : agreedOf(this.#regions),
      people: peopleOf({
        room: this.#room,
        regions: this.#regions,
        firstTold: this.#firstTold,
        isLive: this.#connection.type === "live",
        name: this.#name,
        region: this.#region,
      }),
    };
  }

  #received({ rooms, answer }: Extract<ClientEvent, { type: "received" }>, nowMs: number): WireMessage[] {
    for (const event of answer.events) this.#notice(event, nowMs);
    const touched = new Set(answer.events.map(roomOf));
    const concerned = answer.reset === undefined ? rooms.filter((room) => touched.has(room)) : rooms;
    return concerned.flatMap((room) => [
      ...(this.#rooms.get(room)?.receive(answer, this.#isLookedAt(room)) ?? []),
    ]);
  }

  #notice(event: ReaderEvent, nowMs: number): void {
    if (event.type === "stored") {
      for (const mid of event.mids) this.#journeys.notice(mid, { storedAt: nowMs });
    }
    if (event.type !== "message") return;
    const { mid, room, sender } = event.message;
    const isKnown = this.#rooms.get(room)?.shown.knows(event.message) === true;
    if (isKnown && !this.#isMine(sender.session)) return this.#journeys.repeated(mid);
    const way = this.#regions?.store.state === "polling" ? "poll" : "feed";
    return this.#journeys.notice(mid, { receivedAt: nowMs, way });
  }

  #answered(message: WireMessage, nowMs: number): void {
    const storedAt = message.state === "stored" ? { storedAt: nowMs } : {};
    const typed = this.#outbox.find(({ mid }) => mid === message.mid);
    const typedAt = typed === undefined ? {} : { typedAt: typed.at };
    this.#journeys.notice(message.mid, { acceptedAt: nowMs, ...typedAt, ...storedAt });
    this.#rooms.get(message.room)?.take([{ type: "message", message }]);
  }

  /** Returns what was rejected since. */
  #outboxChanged({ entries, isHeldUp }: Extract<ClientEvent, { type: "outboxChanged" }>): OutboxEntry[] {
    const known = new Set(this.#outbox.filter(isRejected).map((entry) => entry.mid));
    this.#outbox = entries;
    this.#isHeldUp = isHeldUp;
    return entries.filter((entry) => isRejected(entry) && !known.has(entry.mid));
  }

  #isLookedAt(room: Room): boolean {
    return this.#isLooking && room === this.#room && !this.current.isPast;
  }

  #roomOf(room: Room): ShownRoom {
    const known = this.#rooms.get(room) ?? new ShownRoom(room, this.#isMine);
    this.#rooms.set(room, known);
    return known;
  }
}

function roomOf(event: ReaderEvent): Room | undefined {
  if (event.type === "regions") return undefined;
  return event.type === "message" ? event.message.room : event.room;
}

function isRejected(entry: OutboxEntry): boolean {
  return entry.state.type === "rejected";
}
