import { longPoll } from "./long-poll.ts";
import { bareServer } from "./server.ts";
import { stream } from "./stream.ts";

/**
 * The bare servers, each a process: `node main.js long-poll|stream [batching]`. Prints `listening <port>`. With
 * `batching`, what comes in one turn of the event loop is written at once.
 */
const BACKLOG = 4_096;
const [kind, how] = process.argv.slice(2);
const gather = how === "batching" ? batching() : (flush: () => void): void => flush();
const server = bareServer(kind === "stream" ? stream(gather) : longPoll(gather));
server.listen(0, "127.0.0.1", BACKLOG, () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`listening ${address?.port}\n`);
});

function batching(): (flush: () => void) => void {
  let isDue = false;
  return (flush) => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      flush();
    });
  };
}
