import type { Context } from "koa";
import { Poll, type Asked, type Polling } from "./poll.ts";

/**
 * Lets a poll that came by way of Koa wait for its answer: a `SyncAnswer` as JSON, "gone" when nobody waits for one
 * any more, or why there is no seat for it.
 */
export function wait(
  polling: Polling,
  { socket, method, res }: Context,
  asked: Asked,
): Promise<Buffer | "gone" | "closing" | "overloaded"> {
  return new Promise((answered, failed) => {
    const poll = new Poll(polling, { socket, method, answered, failed });
    const refused = poll.ask(asked);
    if (refused !== undefined) return answered(refused);
    res.once("close", () => {
      poll.leave();
      answered("gone");
    });
    return undefined;
  });
}
