import type { Socket } from "node:net";
import { openSocket } from "./socket.ts";

export interface Answer {
  readonly status: number;
  readonly head: string;
  /** Good for the turn in which it is told. */
  readonly body: Buffer;
  readonly isLast: boolean;
}

/** Before a connection that broke off is opened again. */
const AGAIN_MS = 50;

/** Where and when what was not answered is asked again. */
export interface Resumption {
  readonly url: URL;
  readonly afterMs: number;
}

/**
 * One connection that asks one thing after the other. When the server ends it, what was not answered is asked again
 * on another one. node:http's own client would need more CPU than the servers that are measured.
 */
export class HttpLine {
  readonly #cut: () => Resumption;
  #url: URL;
  #socket: Socket | undefined;
  #held: Buffer | undefined;
  #asked: { request: string; answered: (answer: Answer) => void } | undefined;
  #isClosed = false;

  /** `cut` is called when the server ends it before it has answered. */
  constructor(url: URL, cut: () => Resumption = () => ({ url, afterMs: AGAIN_MS })) {
    this.#url = url;
    this.#cut = cut;
  }

  get isBusy(): boolean {
    return this.#asked !== undefined;
  }

  /** Not before the last one was answered. */
  ask(request: string, answered: (answer: Answer) => void): void {
    this.#asked = { request, answered };
    this.#socket ??= this.#open();
    this.#socket.write(request, "latin1");
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = openSocket(
      this.#url,
      (bytes) => this.#hear(bytes),
      () => this.#ended(socket),
    );
    return socket;
  }

  #hear(bytes: Buffer): void {
    const all = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    const answer = parseAnswer(all);
    this.#held = answer === undefined ? Buffer.from(all) : undefined;
    if (answer === undefined) return;
    const asked = this.#asked;
    this.#asked = undefined;
    if (answer.isLast) this.#socket = undefined;
    asked?.answered(answer);
  }

  #ended(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#held = undefined;
    if (this.#isClosed || this.#asked === undefined) return;
    const { url, afterMs } = this.#cut();
    this.#url = url;
    setTimeout(() => {
      if (this.#asked !== undefined && !this.#isClosed) this.ask(this.#asked.request, this.#asked.answered);
    }, afterMs);
  }
}

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";

/** Undefined while it is not all there. Without a length it is chunked, and its chunks are left as they are. */
export function parseAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const start = headEnd + HEAD_END.length;
  const length = /\ncontent-length: (\d+)/i.exec(head)?.[1];
  const end = length === undefined ? bytes.length : start + Number(length);
  const isWhole =
    length === undefined ? bytes.subarray(-LAST_CHUNK.length).equals(LAST) : bytes.length >= end;
  if (!isWhole) return undefined;
  const isLast = /\nconnection: close/i.test(head);
  return { status: Number(head.slice(9, 12)), head, body: bytes.subarray(start, end), isLast };
}

const LAST = Buffer.from(LAST_CHUNK);
