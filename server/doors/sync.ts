import type { Context } from "koa";
import { answerOpenly, refuse } from "../answer.ts";
import { parseWhole } from "../parameters.ts";
import { refusal } from "../problem.ts";
import type { Polling } from "./poll.ts";
import { parsePlace } from "./reading.ts";
import type { Returning } from "./returning.ts";
import { wait } from "./wait.ts";

/**
 * `GET /sync?rooms=&cursor=&timeout=`: the long poll. Without a cursor the newest page, at once. `returning` takes the
 * next one of the connection, if it is the same but for its cursor.
 */
export function syncDoor(polling: Polling, returning: Pick<Returning, "remember">) {
  const { limits } = polling;
  const { pollSeconds: otherwise, longestPollSeconds: most } = limits;
  return async (ctx: Context): Promise<void> => {
    const query = new URLSearchParams(ctx.querystring);
    const place = parsePlace(query, limits, undefined);
    if (place.type === "refusal") return refuse(ctx, place);
    const timeout = parseWhole(query, "timeout", { least: 0, most, otherwise });
    if (timeout.type === "refusal") return refuse(ctx, timeout);
    const { authorization } = ctx.req.headers;
    const seconds = ctx.method === "HEAD" ? 0 : timeout.value;
    const asked = { ...place.value, seconds, authorization };
    const answer = await wait(polling, ctx, asked);
    if (answer === "closing" || answer === "overloaded") return refuse(ctx, refusal(answer));
    if (answer === "gone") {
      ctx.respond = false;
      return undefined;
    }
    returning.remember(ctx.req, asked);
    return answerOpenly(ctx, answer);
  };
}
