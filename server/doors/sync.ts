import type { Context } from "koa";
import { answerEncoded, refuse } from "../answer.ts";
import type { Batch } from "../chat.ts";
import { answerEncoder } from "../encoding.ts";
import { parseWhole } from "../parameters.ts";
import { refusal } from "../problem.ts";
import { Poll } from "./poll.ts";
import { attend, parsePlace, type Reading } from "./reading.ts";

/** `GET /sync?rooms=&cursor=&timeout=`: the long poll. Without a cursor the newest page, at once. */
export function syncDoor(reading: Reading) {
  const { chat, lobby, wheel, limits, bugs } = reading;
  const encode = answerEncoder();
  const { pollSeconds: otherwise, longestPollSeconds: most } = limits;
  return async (ctx: Context): Promise<void> => {
    const query = new URLSearchParams(ctx.querystring);
    const place = parsePlace(query, limits, undefined);
    if (place.type === "refusal") return refuse(ctx, place);
    const timeout = parseWhole(query, "timeout", { least: 0, most, otherwise });
    if (timeout.type === "refusal") return refuse(ctx, timeout);

    const poll = new Poll(encode);
    const due = bugs.confine(ctx, () => poll.due());
    const leave = lobby.enter(due);
    if (typeof leave === "string") return refuse(ctx, refusal(leave));
    const isDueAtOnce = timeout.value === 0 || ctx.method === "HEAD";
    if (isDueAtOnce) poll.due();
    const cancelWait = isDueAtOnce ? undefined : wheel.after(timeout.value, due);
    ctx.res.once("close", () => poll.gone());
    const { rooms, cursor } = place.value;
    const stopAttending = attend(reading, ctx, rooms);
    try {
      const deliver = bugs.confine(ctx, (batch: Batch) => poll.delivered(batch));
      poll.subscribed(await chat.subscribe(rooms, cursor, deliver));
      const answer = await poll.answer;
      if (answer === "gone") ctx.respond = false;
      else answerEncoded(ctx, 200, answer);
    } finally {
      cancelWait?.();
      stopAttending();
      leave();
    }
    return undefined;
  };
}
