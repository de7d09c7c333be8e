import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { json } from "node:stream/consumers";
import { branded } from "../../sync/brand.ts";
import { isMid, isRoom, messageId, type Mid, type OrderKey, type Room } from "../../sync/names.ts";
import type { Change, WireMessage } from "../../sync/message.ts";
import type { ReaderEvent, RegionsAnswer, RegionView, SyncAnswer } from "../../sync/wire.ts";
import type { FakeStore } from "./fake-store.ts";
import { servePage } from "./page-files.ts";

const NEWEST_PAGE = 50;
const EMPTY_VIEW: RegionView = {
  name: "",
  origin: "a".repeat(26),
  url: "",
  state: "live",
  at: 0,
  version: "0",
  written: 0,
  seen: {},
  connections: 0,
  missing: {},
};

/** Answers as a region does (design §6), from memory. What a test wants to go wrong, it asks for. */
export class FakeRegion {
  readonly name: string;
  /** What this region shows, in order of arrival. */
  messages: WireMessage[] = [];
  /** What it tells of itself and the others; nothing, unless a test says so. */
  regionList: readonly Partial<RegionView>[] = [];
  /** Cuts every request to its API before it hears what it is about; the page is still served. */
  isDeaf = false;
  /** Refuse every token that was given so far. */
  refused = new Set<string>();
  readonly #store: FakeStore;
  #epoch = randomUUID();
  #log: ReaderEvent[] = [];
  #readers = new Set<() => void>();
  #server: Server = createServer();
  #port = 0;

  constructor(name: string, store: FakeStore) {
    this.name = name;
    this.#store = store;
    store.regions.push(this);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before if it has listened before. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = addressOf(this.#server).port;
  }

  /** Cuts every connection and forgets its arrival log: when it is back, old cursors mean nothing. */
  async stop(): Promise<void> {
    this.#epoch = randomUUID();
    this.#log = [];
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Loses what it had accepted and the store does not have, as when its disk dies. */
  loseAccepted(): void {
    this.messages = this.messages.filter((message) => message.state === "stored");
  }

  happened(event: ReaderEvent): void {
    if (event.type === "message") this.messages = [...this.messages, event.message].toSorted(byOrder);
    if (event.type === "deleted" || event.type === "rejected") {
      this.messages = this.messages.filter((message) => message.id !== event.id);
    }
    if (event.type === "stored") {
      const { mids } = event;
      this.messages = this.messages.map((message) =>
        mids.includes(message.mid) ? { ...message, state: "stored" } : message,
      );
    }
    this.#log.push(event);
    for (const wake of this.#readers) wake();
  }

  /** Posts as somebody would who is not in the test's browser. */
  say(room: string, name: string, text: string): WireMessage {
    if (!isRoom(room)) throw new TypeError(`no room: ${room}`);
    return this.#post(room, branded<Mid>(randomUUID()), text, { name, session: `session of ${name}` });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    if (!url.pathname.startsWith("/api/v1/")) return servePage(url.pathname, response);
    if (this.isDeaf) return void request.socket.destroy();
    const body: unknown = request.method === "POST" ? await json(request) : undefined;
    const path = url.pathname.slice("/api/v1".length);
    const room = /^\/rooms\/([a-z0-9-]+)\/messages$/.exec(path)?.[1];
    if (path === "/sessions") return this.#openSession(body, response);
    if (path === "/regions") return send(response, 200, this.#regions());
    if (path === "/sync") return this.#sync(url.searchParams, response);
    if (room === undefined || !isRoom(room))
      return problem(response, 404, "not-found", "There is nothing here.");
    if (request.method === "GET") return send(response, 200, this.#history(room, url.searchParams));
    return this.#takePost(room, body, request.headers.authorization ?? "", response);
  }

  #openSession(body: unknown, response: ServerResponse): void {
    const name = fieldOf(body, "name");
    if (name === "nobody") return problem(response, 422, "bad-name", "This name is taken by nobody.");
    const limits = { textCodePoints: 4000, nameCodePoints: 64, roomsPerReader: 100 };
    send(response, 201, { ...this.#store.openSession(name), name, region: this.name, regions: [], limits });
  }

  #takePost(room: Room, body: unknown, authorization: string, response: ServerResponse): void {
    const token = authorization.replace(/^Bearer /, "");
    const sender = this.#store.sessions.get(token);
    if (sender === undefined || this.refused.has(token)) {
      return problem(response, 401, "unauthorized", "Open a session first.");
    }
    const mid = fieldOf(body, "mid");
    const text = fieldOf(body, "text");
    if (!isMid(mid)) return problem(response, 400, "bad-mid", "A mid is a UUID in lower case.");
    if (text === "refuse this")
      return problem(response, 422, "bad-text", "The region does not take this text.");
    const known = this.messages.find(
      (message) => message.mid === mid && message.sender.session === sender.session,
    );
    if (known !== undefined && known.text !== text) {
      return problem(response, 409, "mid-reused", "This mid stands for another text.");
    }
    const message = known ?? this.#post(room, mid, text, sender, parseChanged(body));
    send(response, message.state === "stored" ? 201 : 202, { message });
  }

  #post(room: Room, mid: Mid, text: string, sender: WireMessage["sender"], changed?: Changed): WireMessage {
    const own = this.#store.nextOrder();
    const order = branded<OrderKey>(changed === undefined ? own : `${changed.order}~${own}`);
    const message: WireMessage = {
      id: messageId(room, order),
      mid,
      room,
      sender,
      text,
      ...(changed === undefined ? {} : { change: changed.change }),
      at: Date.now(),
      region: this.name,
      order,
      state: "accepted",
    };
    this.happened({ type: "message", message });
    return { ...message, state: this.#store.put(message) ? "stored" : "accepted" };
  }

  #sync(query: URLSearchParams, response: ServerResponse): void {
    const rooms = (query.get("rooms") ?? "").split(",");
    const [epoch, offset] = (query.get("cursor") ?? "").split(".");
    if (epoch !== this.#epoch) return send(response, 200, this.#newest(rooms, query.has("cursor")));
    const answer = (): void => {
      const events = this.#log.slice(Number(offset)).filter((event) => isFor(event, rooms));
      const isOver = events.length > 0 || timeoutMs === 0;
      if (isOver) finish(events);
    };
    const finish = (events: readonly ReaderEvent[]): void => {
      clearTimeout(timer);
      this.#readers.delete(answer);
      send(response, 200, { events, cursor: this.#cursor() });
    };
    const timeoutMs = Number(query.get("timeout")) * 1000;
    const timer = setTimeout(() => finish([]), timeoutMs);
    response.on("close", () => {
      clearTimeout(timer);
      this.#readers.delete(answer);
    });
    this.#readers.add(answer);
    answer();
  }

  #newest(rooms: readonly string[], hadCursor: boolean): SyncAnswer {
    const messages = this.messages.filter((message) => rooms.includes(message.room)).slice(-NEWEST_PAGE);
    return {
      events: messages.map((message) => ({ type: "message", message })),
      cursor: this.#cursor(),
      reset: { reason: hadCursor ? "unknown-cursor" : "start" },
    };
  }

  #cursor(): SyncAnswer["cursor"] {
    return branded<SyncAnswer["cursor"]>(`${this.#epoch}.${this.#log.length}`);
  }

  #history(room: Room, query: URLSearchParams): object {
    if (this.#store.isAway) return { messages: [], incomplete: true };
    const [before, after] = [query.get("before"), query.get("after")];
    const limit = Number(query.get("limit") ?? "50");
    const all = this.messages.filter((message) => message.room === room);
    if (after !== null) {
      const newer = all.filter((message) => message.order > after);
      const messages = newer.slice(0, limit);
      return { messages, ...(newer.length > limit ? { after: messages.at(-1)?.order } : {}) };
    }
    const older = all.filter((message) => before === null || message.order < before);
    const messages = older.slice(-limit);
    return { messages, ...(older.length > limit ? { before: messages[0]?.order } : {}) };
  }

  #regions(): RegionsAnswer {
    const state = this.#store.isAway ? "away" : "live";
    const store = { state, waiting: this.#store.waitingOf(this) } as const;
    const regions = this.regionList.map((view) => ({ ...EMPTY_VIEW, ...view }));
    return { region: this.name, store, audit: { isRunning: false, restored: 0 }, regions };
  }
}

interface Changed {
  readonly change: Change;
  readonly order: string;
}

function parseChanged(body: unknown): Changed | undefined {
  const posted: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "change") : undefined;
  const mid = fieldOf(posted, "mid");
  const type = fieldOf(posted, "type") === "delete" ? "delete" : "edit";
  return isMid(mid) ? { change: { type, mid }, order: fieldOf(posted, "order") } : undefined;
}

function byOrder(one: WireMessage, other: WireMessage): number {
  return one.order < other.order ? -1 : 1;
}

function isFor(event: ReaderEvent, rooms: readonly string[]): boolean {
  if (event.type === "regions") return true;
  return rooms.includes(event.type === "message" ? event.message.room : event.room);
}

function fieldOf(body: unknown, field: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, field) : undefined;
  return typeof value === "string" ? value : "";
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  send(response, status, { type: "about:blank", title: code, status, detail, code });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server does not listen");
  return address;
}
