import { createRequire } from "node:module";
import { join } from "node:path";
import { faye } from "./faye.ts";
import { socketIo } from "./socket-io.ts";
import { webSockets } from "./web-sockets.ts";

/**
 * A peer as a process: `node main.js socket.io|ws|faye <directory> [<redis>]`, whose packages are below that directory;
 * Socket.IO shares the Redis at that socket file with others. Prints `listening <port>`.
 */
const BACKLOG = 4_096;
/** No reader has to answer a ping while it is measured. */
const PING_MS = 600_000;
const [kind, directory = "", redis] = process.argv.slice(2);
const fromThere = createRequire(join(directory, "package.json"));

const server =
  kind === "ws"
    ? webSockets(fromThere)
    : kind === "faye"
      ? faye(fromThere, PING_MS)
      : await socketIo(fromThere, PING_MS, redis);
server.listen(0, "127.0.0.1", BACKLOG, () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`listening ${address?.port}\n`);
});
