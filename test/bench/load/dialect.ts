import type { Answer } from "./http-line.ts";

/** How a server is spoken with, as the bytes of whole requests. */
export interface Dialect {
  post(server: URL, token: string, number: number, text: string): string;
  /** `lastId` is the last event's that was received. */
  stream(server: URL, lastId: string | undefined): string;
  /** `cursor` is what the answer before gave. */
  poll(server: URL, cursor: string | undefined): string;
  /** `cursor` is the one that it was asked with. */
  cursorOf(answer: Answer, cursor: string | undefined): string | undefined;
  readonly streamStatus: number;
  /** What has to be said on a stream before anything is told on it, each when something was heard since the one before. */
  readonly greetings?: readonly ((heard: string) => string)[];
  /** The last byte of every event on a stream, and none of a text's. */
  readonly eventEnd: number;
  /** Between an answer and the next poll. */
  readonly pauseMs: number;
}

/** The bytes of a whole request. `head` are further lines, each with its end. */
export function request(method: string, server: URL, path: string, head = "", body = ""): string {
  const length = body === "" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: ${server.host}\r\n${head}${length}\r\n${body}`;
}
