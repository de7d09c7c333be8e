import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/**
 * The same bytes for many readers, one write each, past what `ServerResponse` does for a single one: it would make
 * head and framing anew every time.
 */

/**
 * Streams. Written through the response each write would be framed anew, as a chunk of four pieces: measured with 1,000
 * readers that took twice the CPU of this, two thirds of all that a delivery costs.
 */
export class SharedStreams {
  #last: { bytes: Buffer; chunk: Buffer } | undefined;

  begin(response: ServerResponse, headers: OutgoingHttpHeaders): void {
    response.writeHead(200, headers).flushHeaders();
  }

  /** A reader that does not take what it is sent is cut; it comes back with its cursor (C10, A21). */
  write(response: ServerResponse, bytes: Buffer, backlogBytes: number): void {
    if (response.destroyed || response.writableEnded) return;
    const { socket } = response;
    // Without a socket an earlier answer of the same connection is still under way: this one waits behind it.
    if (socket === null) response.write(bytes);
    else socket.write(response.chunkedEncoding ? this.#chunkOf(bytes) : bytes);
    if (response.writableLength > backlogBytes) response.destroy();
  }

  /** As RFC 9112 §7.1 has it. */
  #chunkOf(bytes: Buffer): Buffer {
    if (this.#last?.bytes !== bytes) {
      const chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CHUNK_END]);
      this.#last = { bytes, chunk };
    }
    return this.#last.chunk;
  }
}

const CHUNK_END = Buffer.from("\r\n");
const JSON_TYPE = "application/json; charset=utf-8";

/** Whole answers to polls. Who polls in the same place is sent the same bytes, from the status line on. */
export class SharedAnswers {
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #head: string;
  #last: { body: Buffer; second: number; bytes: Buffer } | undefined;

  /** `headers` are those of every answer; a connection that asks nothing more is closed after `keepAliveMs`. */
  constructor(headers: readonly (readonly [name: string, value: string])[], keepAliveMs: number) {
    this.#headers = headers;
    const kept = `timeout=${Math.floor(keepAliveMs / 1000)}`;
    const lines = [
      ...headers,
      ["Content-Type", JSON_TYPE],
      ["Connection", "keep-alive"],
      ["Keep-Alive", kept],
    ];
    this.#head = `HTTP/1.1 200 OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`;
  }

  /** Answers with JSON, unless `isLast`, on a connection that is kept. */
  send(response: ServerResponse, body: Buffer, isLast: boolean): void {
    const { socket } = response;
    // Without a socket an earlier answer of the same connection is still under way, and Node keeps their order.
    if (socket === null || isLast) return this.#sendOne(response, body, isLast);
    socket.write(this.#bytesOf(body));
    // Nothing of the response was written through it: this tells Node's server that it is over, and the connection free.
    response.emit("finish");
  }

  #sendOne(response: ServerResponse, body: Buffer, isLast: boolean): void {
    for (const [name, value] of this.#headers) response.setHeader(name, value);
    if (isLast) response.setHeader("Connection", "close");
    response.writeHead(200, { "Content-Type": JSON_TYPE, "Content-Length": body.length }).end(body);
  }

  #bytesOf(body: Buffer): Buffer {
    const second = Math.floor(Date.now() / 1000);
    if (this.#last?.body !== body || this.#last.second !== second) {
      const date = new Date(second * 1000).toUTCString();
      const head = Buffer.from(`${this.#head}Content-Length: ${body.length}\r\nDate: ${date}\r\n\r\n`);
      this.#last = { body, second, bytes: Buffer.concat([head, body]) };
    }
    return this.#last.bytes;
  }
}
