import { longPoll } from "./long-poll.ts";
import { serve } from "./server.ts";
import { stream } from "./stream.ts";

/**
 * The bare servers, each a process: `node main.js long-poll|stream [batching]`. Prints `listening <port>`. With
 * `batching`, what comes in one turn of the event loop is written at once.
 */
const [kind, how] = process.argv.slice(2);
const gather = how === "batching" ? batching() : (flush: () => void): void => flush();
serve(kind === "stream" ? stream(gather) : longPoll(gather));

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
