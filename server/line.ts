import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Who may take what comes on a connection before Node's parser sees it. Returns whether it did. */
export interface Taker {
  take(chunk: Buffer): boolean;
}

/** A request that Node made of what came, and its response. */
export interface Made {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * A connection, and what is under way on it. What comes is shown to its taker first, and only then to Node's parser.
 * A taker must know that the parser stands between two requests: else the same bytes are the middle of something.
 */
export class Line {
  readonly socket: Socket;
  taker: Taker | undefined;
  /** Requests so far, whoever took them. */
  requests = 0;
  #unanswered = 0;
  #last: Made | undefined;
  #isBetween = false;

  /** To be called before anything came. */
  constructor(socket: Socket) {
    this.socket = socket;
    const [parse, ...others] = socket.listeners("data");
    // Should Node listen in another way one day, nothing is taken and all of it goes the usual way.
    if (!isListener(parse) || others.length > 0) return;
    socket.off("data", parse);
    socket.on("data", (chunk: Buffer) => {
      if (this.taker?.take(chunk) === true) return;
      const before = this.requests;
      this.#isBetween = false;
      parse(chunk);
      this.#isBetween = this.requests === before + 1 && this.#isLastAlone(chunk);
    });
  }

  /** Requests that Node made and that are not answered yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** The newest request that Node made, until all are answered. */
  get last(): Made | undefined {
    return this.#last;
  }

  /** Whether Node's parser is known to stand between two requests: what it had last was one request and nothing else. */
  get isBetween(): boolean {
    return this.#isBetween;
  }

  /** To be told of every request that Node makes. */
  made(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    this.#unanswered++;
    this.#last = { request, response };
    response.once("close", () => {
      this.#unanswered--;
      // What was answered is not kept for those who wait.
      if (this.#unanswered === 0) this.#last = undefined;
    });
  }

  /** Nothing more is heard until the socket is resumed, and then this first. */
  holdBack(chunk: Buffer): void {
    this.socket.pause();
    this.socket.unshift(chunk);
  }

  /** The request, written down again as it was understood, is all that came: so nothing came before or behind it. */
  #isLastAlone(chunk: Buffer): boolean {
    if (this.#last === undefined) return false;
    const { method, url = "", rawHeaders, complete } = this.#last.request;
    const text = `GET ${url} HTTP/1.1\r\n${linesOf(rawHeaders)}\r\n`;
    return method === "GET" && complete && text.length === chunk.length && text === chunk.toString("latin1");
  }
}

function isListener(value: unknown): value is (chunk: Buffer) => void {
  return typeof value === "function";
}

/** Header lines as nearly everybody writes them. `rawHeaders` are names and values in turn. */
export function linesOf(rawHeaders: readonly string[]): string {
  let lines = "";
  for (let place = 0; place + 1 < rawHeaders.length; place += 2)
    lines += `${rawHeaders[place] ?? ""}: ${rawHeaders[place + 1] ?? ""}\r\n`;
  return lines;
}

/** The lines of all open connections. */
export class Lines {
  readonly #lines = new WeakMap<object, Line>();

  opened(socket: Socket): void {
    this.#lines.set(socket, new Line(socket));
  }

  of(socket: object): Line | undefined {
    return this.#lines.get(socket);
  }
}
