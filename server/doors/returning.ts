import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { branded } from "../../sync/brand.ts";
import type { Cursor } from "../../sync/wire.ts";
import { addressKey } from "../connections.ts";
import { linesOf, type Line, type Lines, type Taker } from "../line.ts";
import type { Pressure } from "../pressure.ts";
import type { Rates } from "../rates.ts";
import { SharedAnswers } from "../shared-write.ts";
import type { Tally } from "../tally.ts";
import { Poll, type Asked, type Asker, type Polling } from "./poll.ts";

/** What may name a cursor beside it, or end the address: only a comma between rooms is encoded. */
const UNCLEAR = /cursor|#|%(?!2c)/i;

/** An address with a cursor of ours, as every client of ours asks it. */
const WITH_CURSOR = /^([^#]*)&cursor=([0-9a-z.]+)((?:&[^#]*)?)$/;

/** A connection is kept for so much longer than its client is told, as Node does, lest the next request meet its end. */
const GRACE_MS = 1_000;

const METHOD = "GET ";
const VERSION = " HTTP/1.1";

/** A poll that was let in and answered: the next one of its connection looks the same but for its cursor. */
interface Known extends Pick<Asked, "rooms" | "seconds" | "authorization"> {
  /** Its address without the cursor. */
  readonly url: string;
  /** All that stood below its first line. */
  readonly head: string;
  readonly address: string | undefined;
}

export interface ReturningOptions {
  readonly polling: Polling;
  readonly lines: Pick<Lines, "of">;
  /** Of every answer. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly rates: Rates;
  readonly tally: Tally;
  readonly pressure: Pressure;
}

/**
 * The fast path of the long poll. Nearly every poll is its connection's last one again, byte for byte but for its
 * cursor: what Node's parser, the gate, the router and the door found out about it holds for this one, too. So it is
 * taken off the socket and answered on it, and while it waits there is neither request nor response. What may have
 * changed since is asked again: the address's rate, the load, whether we are closing. Anything else goes the whole way.
 *
 * Measured with 500 readers and 20 messages a second: 51 to 61 s of CPU for a million deliveries, where they took over
 * 100 by way of Node's requests and take a bare server 52 to 55.
 */
export class Returning {
  readonly #options: ReturningOptions;
  readonly #answers: SharedAnswers;
  #taken = 0;

  constructor(options: ReturningOptions) {
    this.#options = options;
    this.#answers = new SharedAnswers(options.headers, options.polling.limits.keepAliveMs);
  }

  /** Polls that went this way. */
  get taken(): number {
    return this.#taken;
  }

  get polling(): Polling {
    return this.#options.polling;
  }

  /** To be told of every poll that is answered. */
  remember(request: IncomingMessage, { rooms, seconds, authorization }: Asked): void {
    const { socket, rawHeaders, url = "" } = request;
    const line = this.#options.lines.of(socket);
    const rest = splitUrl(url)?.rest ?? url;
    if (line === undefined || !isPlain(request) || UNCLEAR.test(rest)) return;
    const address = addressKey(socket.remoteAddress ?? "");
    const head = `${linesOf(rawHeaders)}\r\n`;
    const known: Known = { rooms, seconds, authorization, url: rest, head, address };
    if (line.taker instanceof Returner) line.taker.known = known;
    else line.taker = new Returner(this, line, known);
  }

  /** Whether a poll may be taken on this line now. */
  mayTake({ socket, requests, unanswered, isBetween }: Line, address: string | undefined): boolean {
    const { polling, rates, pressure } = this.#options;
    // One that comes while nothing is taken of what was sent is for Node, which then reads no further.
    const isQuiet = isBetween && unanswered === 0 && !socket.writableNeedDrain;
    // The last one that a connection may ask is for Node, too: it tells the client so.
    if (!isQuiet || requests + 1 >= polling.limits.requestsPerConnection) return false;
    return !pressure.isHigh && !polling.lobby.isClosing && rates.ofRequest(address, "GET") === undefined;
  }

  took(): void {
    this.#taken++;
  }

  send(socket: Socket, answer: Buffer): void {
    const { polling, tally } = this.#options;
    const { lobby, limits } = polling;
    tally.add("sync", 200);
    this.#answers.send(socket, answer, lobby.isClosing);
    socket.setTimeout(limits.keepAliveMs + GRACE_MS);
    if (socket.isPaused()) socket.resume();
  }
}

/** The polls of one connection that came back. */
class Returner implements Taker, Asker {
  readonly method = "GET";
  readonly socket: Socket;
  known: Known;
  readonly #returning: Returning;
  readonly #line: Line;
  #poll: Poll | undefined;

  constructor(returning: Returning, line: Line, known: Known) {
    this.socket = line.socket;
    this.known = known;
    this.#returning = returning;
    this.#line = line;
    this.socket.on("close", () => this.#poll?.leave());
  }

  take(chunk: Buffer): boolean {
    if (this.#poll !== undefined) {
      // Its turn comes when this one is answered.
      this.#line.holdBack(chunk);
      return true;
    }
    const cursor = this.#cursorOf(chunk.toString("latin1"));
    if (cursor === undefined || !this.#returning.mayTake(this.#line, this.known.address)) return false;
    const poll = new Poll(this.#returning.polling, this);
    this.#poll = poll;
    // Node closes a connection that asks nothing; this one has asked.
    this.socket.setTimeout(0);
    const refused = poll.ask({ ...this.known, cursor });
    if (refused !== undefined) {
      this.#poll = undefined;
      return false;
    }
    this.#line.requests++;
    this.#returning.took();
    return true;
  }

  answered(answer: Buffer): void {
    this.#poll = undefined;
    this.#returning.send(this.socket, answer);
  }

  failed(error: unknown): void {
    this.#poll = undefined;
    this.#returning.polling.bugs.tell(this, error);
    this.socket.destroy();
  }

  /** Of the same poll again. */
  #cursorOf(text: string): Cursor | undefined {
    const { url, head } = this.known;
    const end = text.indexOf("\r\n");
    if (text.length !== end + 2 + head.length || !text.endsWith(head)) return undefined;
    const first = text.slice(0, end);
    if (!first.startsWith(METHOD) || !first.endsWith(VERSION)) return undefined;
    const { rest, cursor = "" } = splitUrl(first.slice(METHOD.length, -VERSION.length)) ?? {};
    const { cursorBytes } = this.#returning.polling.limits;
    return rest === url && cursor.length <= cursorBytes ? branded<Cursor>(cursor) : undefined;
  }
}

/** Undefined: it has none, or something stands there that has to be looked at more closely. */
function splitUrl(url: string): { rest: string; cursor: string } | undefined {
  const [, before = "", cursor, after = ""] = WITH_CURSOR.exec(url) ?? [];
  return cursor === undefined ? undefined : { rest: before + after, cursor };
}

/** Nothing of its head asks for more than an answer: no body, no other site's page, no end of the connection. */
function isPlain({ method, headers, httpVersionMinor }: IncomingMessage): boolean {
  const others = [
    "origin",
    "expect",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
  ] as const;
  const isKept = headers.connection === undefined || headers.connection.toLowerCase() === "keep-alive";
  const isBare = others.every((name) => name === "connection" || headers[name] === undefined);
  return method === "GET" && httpVersionMinor === 1 && isKept && isBare;
}
