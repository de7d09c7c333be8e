import { request, type Dialect } from "./dialect.ts";
import { inSession } from "./session.ts";
import { textFrame, UPGRADE } from "./web-socket.ts";

const PATH = "/faye";
const CHANNEL = "/bench";
const JSON_TYPE = "content-type: application/json\r\n";
/** All that is said is a list of messages. */
const LIST_END = 0x5d;
const CLIENT_ID = /"clientId":"([^"]+)"/;

/** The protocol of Bayeux 1.0. Who only publishes needs no handshake. */
export function faye(): Dialect {
  return {
    post: (server, _token, _number, text) => said(server, { channel: CHANNEL, data: { text } }),
    ...inSession({
      greet: (server) => said(server, handshake("long-polling")),
      session: CLIENT_ID,
      join: (server, clientId) => said(server, subscribe(clientId)),
      poll: (server, clientId) => said(server, connect(clientId, "long-polling")),
    }),
    stream: (server) => request("GET", server, PATH, UPGRADE),
    greetings: [
      () => textFrame(list(handshake("websocket"))),
      (heard) => {
        const clientId = CLIENT_ID.exec(heard)?.[1] ?? "";
        return textFrame(list(subscribe(clientId), connect(clientId, "websocket")));
      },
    ],
    streamStatus: 101,
    eventEnd: LIST_END,
    pauseMs: 0,
  };
}

function said(server: URL, message: object): string {
  return request("POST", server, PATH, JSON_TYPE, list(message));
}

function list(...messages: readonly object[]): string {
  return JSON.stringify(messages);
}

function handshake(connectionType: string): object {
  return { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: [connectionType] };
}

function subscribe(clientId: string): object {
  return { channel: "/meta/subscribe", clientId, subscription: CHANNEL };
}

/** Answered when there is something to tell; on a WebSocket that comes without it. */
function connect(clientId: string, connectionType: string): object {
  return { channel: "/meta/connect", clientId, connectionType };
}
