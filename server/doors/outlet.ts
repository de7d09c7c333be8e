import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Line, Taker } from "../line.ts";
import { LAST_CHUNK, rawHead, type SharedChunks } from "../shared-write.ts";

/** Where the frames of a stream go. */
export interface Outlet {
  /** A reader that does not take what it is sent is cut; it comes back with its cursor (C10, A21). */
  write(frames: Buffer): void;
  /** Nothing more comes, and the connection is over. */
  end(): void;
  /** Calls `gone` once, when nothing can be sent any more. */
  closed(gone: () => void): void;
}

/**
 * Begins the answer, with the headers that the response has. A request that came alone in HTTP/1.1 is answered on the
 * socket itself, and its response is over: Node lets go of both, and Koa of its context: 12.8 kB for each of 3,000
 * that wait, instead of 20.7.
 */
export function openOutlet(
  response: ServerResponse,
  line: Line | undefined,
  chunks: SharedChunks,
  backlogBytes: number,
): Outlet {
  const { httpVersion, method, socket } = response.req;
  const isAlone = line?.isBetween === true && line.unanswered === 1 && response.socket === socket;
  if (line === undefined || !isAlone || method !== "GET" || httpVersion !== "1.1")
    return new ResponseOutlet(response, backlogBytes);
  socket.write(rawHead(headersOf(response)));
  line.taker = DEAF;
  // Nothing of the response was written through it: this tells Node's server that it is over.
  response.emit("finish");
  // Which then waits for the next request, but not for long.
  socket.setTimeout(0);
  return new SocketOutlet(socket, chunks, backlogBytes);
}

/** The connection is told to be the stream's alone: what comes on it is nobody's. */
const DEAF: Taker = { take: () => true };

function* headersOf(response: ServerResponse): Generator<readonly [name: string, value: string]> {
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name) ?? [];
    for (const one of Array.isArray(value) ? value : [String(value)]) yield [name, one];
  }
  yield ["Date", new Date().toUTCString()];
  yield ["Transfer-Encoding", "chunked"];
}

class SocketOutlet implements Outlet {
  readonly #socket: Socket;
  readonly #chunks: SharedChunks;
  readonly #backlogBytes: number;

  constructor(socket: Socket, chunks: SharedChunks, backlogBytes: number) {
    this.#socket = socket;
    this.#chunks = chunks;
    this.#backlogBytes = backlogBytes;
  }

  write(frames: Buffer): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(this.#chunks.of(frames));
    if (socket.writableLength > this.#backlogBytes) socket.destroy();
  }

  end(): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(LAST_CHUNK);
    socket.destroySoon();
  }

  closed(gone: () => void): void {
    this.#socket.once("close", gone);
  }
}

/** For what came behind another request, whose answer is still under way, or asks for less than a stream of chunks. */
class ResponseOutlet implements Outlet {
  readonly #response: ServerResponse;
  readonly #backlogBytes: number;

  constructor(response: ServerResponse, backlogBytes: number) {
    this.#response = response;
    this.#backlogBytes = backlogBytes;
    response.writeHead(200).flushHeaders();
  }

  write(frames: Buffer): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    response.write(frames);
    if (response.writableLength > this.#backlogBytes) response.destroy();
  }

  end(): void {
    this.#response.end();
  }

  closed(gone: () => void): void {
    this.#response.once("close", gone);
  }
}
