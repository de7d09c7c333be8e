import type { Server } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bareServer } from "../bare/server.ts";

/**
 * A peer as a process: `node main.js socket.io|ws <directory>`, whose packages are below that directory. It is posted to
 * as the bare servers are, and tells all its readers. Prints `listening <port>`.
 */
const BACKLOG = 4_096;
/** No reader has to answer a ping while it is measured. */
const PING_MS = 600_000;
const [kind, directory = ""] = process.argv.slice(2);
const fromThere = createRequire(join(directory, "package.json"));

const server = kind === "ws" ? webSockets() : socketIo();
server.listen(0, "127.0.0.1", BACKLOG, () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`listening ${address?.port}\n`);
});

function webSockets(): Server {
  const { WebSocketServer }: Ws = fromThere("ws");
  const posts = bareServer({
    said: (json) => {
      for (const client of sockets.clients) client.send(json);
    },
    read: (_, response) => response.writeHead(404).end(),
  });
  const sockets = new WebSocketServer({ server: posts });
  return posts;
}

/** It takes its own requests away from the server that it is given, and leaves the others. */
function socketIo(): Server {
  const posts = bareServer({
    said: (json) => everybody.emit("said", JSON.parse(json)),
    read: (_, response) => response.writeHead(404).end(),
  });
  const { Server: SocketIo }: SocketIoPackage = fromThere("socket.io");
  const everybody = new SocketIo(posts, { pingInterval: PING_MS });
  return posts;
}

/** Of the packages what is used here: their types are not installed. */
interface Ws {
  readonly WebSocketServer: new (options: { server: Server }) => {
    readonly clients: ReadonlySet<{ send(text: string): void }>;
  };
}

interface SocketIoPackage {
  readonly Server: new (
    server: Server,
    options: { pingInterval: number },
  ) => { emit(event: string, value: unknown): void };
}
