import { request, type Dialect } from "./dialect.ts";

/** How the peers are spoken with. Their posts are taken as Settee's are, but for nchan's. */

const UPGRADE = [
  "upgrade: websocket",
  "connection: upgrade",
  "sec-websocket-version: 13",
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
].join("\r\n");

/** Text frames, which servers do not mask, come as they were sent; JSON ends with this. */
const OBJECT_END = 0x7d;
/** The end of a Socket.IO packet, which is a list. */
const LIST_END = 0x5d;
/** A text frame of two bytes, masked with zeros: the packet "connect" to Socket.IO's first namespace. */
const CONNECT_FRAME = "\x81\x82\x00\x00\x00\x0040";

export function webSocket(posts: Dialect): Dialect {
  return {
    ...posts,
    stream: (server) => request("GET", server, "/", `${UPGRADE}\r\n`),
    streamStatus: 101,
    eventEnd: OBJECT_END,
  };
}

/** The protocol of Engine.IO 4. A polling client greets, connects, and then polls with the id that it was given. */
export function socketIo(posts: Dialect): Dialect {
  const path = "/socket.io/?EIO=4&transport=";
  return {
    ...posts,
    stream: (server) => request("GET", server, `${path}websocket`, `${UPGRADE}\r\n`),
    greeting: CONNECT_FRAME,
    streamStatus: 101,
    eventEnd: LIST_END,
    poll(server, cursor) {
      if (cursor === undefined) return request("GET", server, `${path}polling`);
      const isNew = cursor.startsWith(GREETED);
      const session = isNew ? cursor.slice(GREETED.length) : cursor;
      const type = isNew ? "content-type: text/plain;charset=UTF-8\r\n" : "";
      return request(
        isNew ? "POST" : "GET",
        server,
        `${path}polling&sid=${session}`,
        type,
        isNew ? "40" : "",
      );
    },
    cursorOf({ body }, cursor) {
      if (cursor?.startsWith(GREETED) === true) return cursor.slice(GREETED.length);
      const session = cursor === undefined ? /"sid":"([^"]+)"/.exec(body.toString("latin1"))?.[1] : undefined;
      return session === undefined ? undefined : GREETED + session;
    },
  };
}

/** Before the id of somebody who has to connect yet. */
const GREETED = "greeted ";

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
