import { randomBytes } from "node:crypto";
import { request, type Dialect } from "./dialect.ts";
import { faye } from "./faye.ts";
import type { DialectName } from "./job.ts";
import { nchan, webSocket } from "./peer-dialects.ts";
import { socketIo } from "./socket-io.ts";

const ROOM = "bench";
const NEWLINE = 0x0a;

export function dialectOf(name: DialectName): Dialect {
  switch (name) {
    case "settee":
      return settee();
    case "store":
      return store();
    case "socket.io":
      return socketIo(settee());
    case "ws":
      return webSocket(settee());
    case "faye":
      return faye();
    case "nchan":
      return nchan();
  }
}

/** `/api/v1`, of Settee and of the bare servers. */
function settee(): Dialect {
  const mids = `${randomBytes(4).toString("hex")}-0000-7000-8000-`;
  return {
    post(server, token, number, text) {
      const mid = mids + String(number).padStart(12, "0");
      const head = `authorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
      const path = `/api/v1/rooms/${ROOM}/messages`;
      return request("POST", server, path, head, JSON.stringify({ mid, text }));
    },
    stream(server, lastId) {
      const head = lastId === undefined ? "" : `last-event-id: ${lastId}\r\n`;
      return request("GET", server, `/api/v1/stream?rooms=${ROOM}`, head);
    },
    poll(server, cursor) {
      const place = cursor === undefined ? "" : `&cursor=${cursor}`;
      return request("GET", server, `/api/v1/sync?rooms=${ROOM}${place}&timeout=25`);
    },
    cursorOf: ({ body }) => lastText(body, '"cursor":"'),
    streamStatus: 200,
    eventEnd: NEWLINE,
    pauseMs: 0,
  };
}

/** CouchDB: a post is a PUT of a document, its readers follow `_changes`. The URL names account and database. */
function store(): Dialect {
  const ids = randomBytes(4).toString("hex");
  const changes = "_changes?include_docs=true";
  return {
    post(server, _token, number, text) {
      const head = `${account(server)}content-type: application/json\r\n`;
      return request("PUT", server, `${server.pathname}/${ids}-${number}`, head, JSON.stringify({ text }));
    },
    stream(server) {
      const query = `${changes}&feed=continuous&heartbeat=1000&since=now`;
      return request("GET", server, `${server.pathname}/${query}`, account(server));
    },
    poll(server, cursor) {
      return request(
        "GET",
        server,
        `${server.pathname}/${changes}&since=${cursor ?? "now"}`,
        account(server),
      );
    },
    cursorOf: ({ body }) => lastText(body, '"last_seq":"'),
    streamStatus: 200,
    eventEnd: NEWLINE,
    pauseMs: 1_000,
  };
}

function account({ username, password }: URL): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `authorization: Basic ${Buffer.from(text).toString("base64")}\r\n`;
}

function lastText(body: Buffer, before: string): string | undefined {
  const at = body.lastIndexOf(before);
  if (at === -1) return undefined;
  const start = at + before.length;
  return body.toString("latin1", start, body.indexOf('"', start));
}
