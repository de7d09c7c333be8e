import { request, type Dialect } from "./dialect.ts";
import { UPGRADE } from "./web-socket.ts";

/** Peers that tell whoever asks at once. */

const OBJECT_END = 0x7d;

export function webSocket(posts: Dialect): Dialect {
  return {
    ...posts,
    stream: (server) => request("GET", server, "/", UPGRADE),
    streamStatus: 101,
    eventEnd: OBJECT_END,
  };
}

/** Its cursor is the two headers by which a browser would ask again. */
export function nchan(): Dialect {
  return {
    post: (server, _token, _number, text) => request("POST", server, "/pub", "", JSON.stringify({ text })),
    stream: (server) => request("GET", server, "/sub", "accept: text/event-stream\r\n"),
    poll: (server, cursor = "") => request("GET", server, "/sub", cursor),
    cursorOf({ head }) {
      const modified = /\nlast-modified: ([^\r]+)/i.exec(head)?.[1] ?? "";
      const tag = /\netag: ([^\r]+)/i.exec(head)?.[1] ?? "";
      return `if-modified-since: ${modified}\r\nif-none-match: ${tag}\r\n`;
    },
    streamStatus: 200,
    eventEnd: 0x0a,
    pauseMs: 0,
  };
}
