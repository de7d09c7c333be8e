import type { RouterContext } from "koa-router";
import { TEXT_CODE_POINTS } from "../../sync/limits.ts";
import { isMid, isOrderKey, type Mid, type OrderKey } from "../../sync/names.ts";
import { isMessageText } from "../../sync/text.ts";
import type { PostAnswer } from "../../sync/wire.ts";
import { answerJson, refuse } from "../answer.ts";
import type { Chat, PostResult } from "../chat.ts";
import { readJson } from "../json-body.ts";
import type { DoorLimits } from "../limits.ts";
import { parsed, parseRoom, type Parsed } from "../parameters.ts";
import { refusal, wrongField } from "../problem.ts";
import type { Rates } from "../rates.ts";
import type { Sessions } from "../sessions.ts";

const MID_RULE = "a UUID in lower case, version 7 by custom, here or in the header Idempotency-Key";
const TEXT_RULE = `1 to ${TEXT_CODE_POINTS} characters, not only white space, without control characters but newline and tab`;
const AFTER_RULE =
  "the order of the newest message the sender has seen, as it stands in its field order, or nothing";

interface Post {
  readonly mid: Mid;
  readonly text: string;
  readonly after?: OrderKey;
}

export interface Posting {
  readonly chat: Chat;
  readonly sessions: Sessions;
  readonly limits: DoorLimits;
  readonly rates: Rates;
}

/** `POST /rooms/{room}/messages {mid, text, after?}`: 201 when the store has it, 202 when our disk has. */
export function postDoor({ chat, sessions, limits, rates }: Posting) {
  return async (ctx: RouterContext): Promise<void> => {
    const author = await sessions.verify(ctx.req.headers.authorization);
    if (author.type === "refusal") return refuse(ctx, author);
    const room = parseRoom(ctx.params["room"] ?? "");
    if (room.type === "refusal") return refuse(ctx, room);
    const tooFast = rates.ofPost(author.session, room.value);
    if (tooFast !== undefined) return refuse(ctx, tooFast);
    const body = await readJson(ctx.req, ctx.res, limits);
    if (body.type === "refusal") return refuse(ctx, body);
    const post = parsePost(body.fields, ctx.get("Idempotency-Key"));
    if (post.type === "refusal") return refuse(ctx, post);
    const { session, name: sender } = author;
    return answerPost(ctx, await chat.post({ room: room.value, session, sender, ...post.value }));
  };
}

/** `key` is the Idempotency-Key, "" when there is none: a bare or, as its draft has it, a quoted string. */
export function parsePost(fields: Readonly<Record<string, unknown>>, key: string): Parsed<Post> {
  const keyMid = key === "" ? undefined : key.replace(/^"([^"]*)"$/, "$1");
  const { mid = keyMid, text, after } = fields;
  if (typeof mid !== "string" || !isMid(mid)) return wrongField("mid", MID_RULE);
  if (keyMid !== undefined && keyMid !== mid)
    return wrongField("mid", "the same as in the header Idempotency-Key");
  if (typeof text !== "string" || !isMessageText(text)) return wrongField("text", TEXT_RULE);
  if (after === undefined || after === null) return parsed({ mid, text });
  // The only thing a client says about order; its clock is never asked (C9).
  return typeof after === "string" && isOrderKey(after)
    ? parsed({ mid, text, after })
    : wrongField("after", AFTER_RULE);
}

function answerPost(ctx: RouterContext, result: PostResult): void {
  switch (result.type) {
    case "posted": {
      const { message, replayed } = result;
      if (replayed) ctx.set("Idempotent-Replayed", "true");
      const answer: PostAnswer = { message };
      return answerJson(ctx, message.state === "stored" ? 201 : 202, answer);
    }
    case "rejected":
      return refuse(ctx, {
        type: "refusal",
        code: "rejected",
        detail: `The store refuses it for good: ${result.reason}`,
      });
    case "mid-reused":
    case "cannot-store":
    case "overloaded":
      return refuse(ctx, refusal(result.type));
  }
}
