import { request, type Dialect } from "./dialect.ts";
import { inSession } from "./session.ts";
import { textFrame, UPGRADE } from "./web-socket.ts";

const PATH = "/socket.io/?EIO=4&transport=";
/** The packet "connect" to the first namespace. */
const CONNECT = "40";
const TEXT = "content-type: text/plain;charset=UTF-8\r\n";
/** A packet with a message is a list. */
const LIST_END = 0x5d;

/** The protocol of Engine.IO 4. Its posts are taken as Settee's are. */
export function socketIo(posts: Dialect): Dialect {
  return {
    ...posts,
    ...inSession({
      greet: (server) => request("GET", server, `${PATH}polling`),
      session: /"sid":"([^"]+)"/,
      join: (server, session) => request("POST", server, `${PATH}polling&sid=${session}`, TEXT, CONNECT),
      poll: (server, session) => request("GET", server, `${PATH}polling&sid=${session}`),
    }),
    stream: (server) => request("GET", server, `${PATH}websocket`, UPGRADE),
    greetings: [() => textFrame(CONNECT)],
    streamStatus: 101,
    eventEnd: LIST_END,
  };
}
