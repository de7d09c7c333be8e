import type { IncomingMessage, ServerResponse } from "node:http";
import type { RouterContext } from "koa-router";
import { TEXT_CODE_POINTS } from "../../sync/limits.ts";
import { isTextOf, parseChange } from "../../sync/document.ts";
import { isRecord } from "../../sync/json.ts";
import { isMid, isOrderKey, isOwnKey, type Mid } from "../../sync/names.ts";
import type { PostAnswer } from "../../sync/wire.ts";
import { answerJson, refuse } from "../answer.ts";
import type { Chat, PostRequest, PostResult } from "../chat.ts";
import { readJson } from "../json-body.ts";
import type { DoorLimits } from "../limits.ts";
import { parsed, parseRoom, type Parsed } from "../parameters.ts";
import { refusal, wrongField, type Refusal } from "../problem.ts";
import type { Rates } from "../rates.ts";
import type { Sessions } from "../sessions.ts";

const MID_RULE = "a UUID in lower case, version 7 by custom, here or in the header Idempotency-Key";
const TEXT_RULE = `1 to ${TEXT_CODE_POINTS} characters, not only white space, without control characters but newline and tab`;
const NO_TEXT_RULE = "empty in a deletion";
const AFTER_RULE =
  "the order of the latest message or change the sender has seen, as it stands in its field order, or nothing";

const CHANGE_RULE =
  "{type, mid, order}: edit or delete; the mid of an earlier message of this session; and its order, of a message and not of a change";

type Post = Pick<PostRequest, "mid" | "text" | "after" | "change">;

export interface Posting {
  readonly chat: Chat;
  readonly sessions: Sessions;
  readonly limits: DoorLimits;
  readonly rates: Rates;
}

/** What becomes of a post: a message of the chat, or why it is none. */
export type Outcome = Extract<PostResult, { type: "posted" }> | Refusal;

/** Takes a request that the gate has let in, and the room as its address names it. */
export type TakePost = (
  exchange: { readonly req: IncomingMessage; readonly res: ServerResponse },
  room: string,
) => Promise<Outcome>;

export function takingPosts({ chat, sessions, limits, rates }: Posting): TakePost {
  return async ({ req, res }, roomName) => {
    const author = await sessions.verify(req.headers.authorization);
    if (author.type === "refusal") return author;
    const room = parseRoom(roomName);
    if (room.type === "refusal") return room;
    const tooFast = rates.ofPost(author.session, room.value);
    if (tooFast !== undefined) return tooFast;
    const body = await readJson(req, res, limits);
    if (body.type === "refusal") return body;
    const { "idempotency-key": key = "" } = req.headers;
    const post = parsePost(body.fields, String(key));
    if (post.type === "refusal") return post;
    const { session, name: sender } = author;
    return outcomeOf(await chat.post({ room: room.value, session, sender, ...post.value }));
  };
}

/** `POST /rooms/{room}/messages {mid, text, after?, change?}`: 201 when the store has it, 202 when our disk has. */
export function postDoor(take: TakePost) {
  return async (ctx: RouterContext): Promise<void> => {
    const outcome = await take(ctx, ctx.params["room"] ?? "");
    if (outcome.type === "refusal") return refuse(ctx, outcome);
    if (outcome.replayed) ctx.set(REPLAYED);
    return answerJson(ctx, statusOf(outcome), answerOf(outcome));
  };
}

export const REPLAYED = { "Idempotent-Replayed": "true" };

type Posted = Exclude<Outcome, Refusal>;

export function statusOf({ message }: Posted): 201 | 202 {
  return message.state === "stored" ? 201 : 202;
}

export function answerOf({ message }: Posted): PostAnswer {
  return { message };
}

/** `key` is the Idempotency-Key, "" when there is none: a bare or, as its draft has it, a quoted string. */
export function parsePost(fields: Readonly<Record<string, unknown>>, key: string): Parsed<Post> {
  const keyMid = key === "" ? undefined : key.replace(/^"([^"]*)"$/, "$1");
  const { mid = keyMid, text, after, change } = fields;
  if (typeof mid !== "string" || !isMid(mid)) return wrongField("mid", MID_RULE);
  if (keyMid !== undefined && keyMid !== mid)
    return wrongField("mid", "the same as in the header Idempotency-Key");
  const changed = parseChanged(mid, change);
  if (changed.type === "refusal") return changed;
  const isDeletion = changed.value?.type === "delete";
  if (typeof text !== "string" || !isTextOf(changed.value, text))
    return wrongField("text", isDeletion ? NO_TEXT_RULE : TEXT_RULE);
  const post = { mid, text, ...(changed.value === undefined ? {} : { change: changed.value }) };
  if (after === undefined || after === null) return parsed(post);
  // The only thing a client says about order; its clock is never asked (C9).
  return typeof after === "string" && isOrderKey(after)
    ? parsed({ ...post, after })
    : wrongField("after", AFTER_RULE);
}

/** Whose message is changed is never said: it is one of the session that posts. */
function parseChanged(mid: Mid, field: unknown): Parsed<Post["change"]> {
  if (field === undefined || field === null) return parsed(undefined);
  const change = parseChange(mid, field);
  const order = isRecord(field) ? field["order"] : undefined;
  return change !== undefined && typeof order === "string" && isOwnKey(order)
    ? parsed({ ...change, order })
    : wrongField("change", CHANGE_RULE);
}

function outcomeOf(result: PostResult): Outcome {
  switch (result.type) {
    case "posted":
      return result;
    case "rejected":
      return {
        type: "refusal",
        code: "rejected",
        detail: `The store refuses it for good: ${result.reason}`,
      };
    case "mid-reused":
    case "cannot-store":
    case "overloaded":
      return refusal(result.type);
  }
}
