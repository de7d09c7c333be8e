import type { RouterContext } from "koa-router";
import type { HistoryAnswer } from "../../sync/wire.ts";
import { answerOpenly, refuse } from "../answer.ts";
import type { Page, PageQuery } from "../../sync/pages.ts";
import type { Chat } from "../chat.ts";
import type { DoorLimits } from "../limits.ts";
import { parsed, parseOrder, parseRoom, parseWhole, type Parsed } from "../parameters.ts";
import { wrongParameter } from "../problem.ts";

/** `GET /rooms/{room}/messages?before=&after=&limit=`: a page of history, with `Link` to its neighbours (RFC 8288). */
export function historyDoor(chat: Chat, limits: DoorLimits) {
  return async (ctx: RouterContext): Promise<void> => {
    const query = parseQuery(ctx.params["room"] ?? "", new URLSearchParams(ctx.querystring), limits);
    if (query.type === "refusal") return refuse(ctx, query);
    const answer = historyAnswer(query.value, await chat.history(query.value));
    const links = linkHeader(query.value, answer);
    if (links !== "") ctx.set("Link", links);
    return answerOpenly(ctx, Buffer.from(JSON.stringify(answer)));
  };
}

function parseQuery(roomName: string, query: URLSearchParams, limits: DoorLimits): Parsed<PageQuery> {
  const { pageMessages: otherwise, longestPageMessages: most } = limits;
  const room = parseRoom(roomName);
  if (room.type === "refusal") return room;
  const before = parseOrder(query, "before");
  if (before.type === "refusal") return before;
  const after = parseOrder(query, "after");
  if (after.type === "refusal") return after;
  const limit = parseWhole(query, "limit", { least: 1, most, otherwise });
  if (limit.type === "refusal") return limit;
  if (before.value !== undefined && after.value !== undefined)
    return wrongParameter("after", "not together with before");
  return parsed({
    room: room.value,
    limit: limit.value,
    ...(before.value === undefined ? {} : { before: before.value }),
    ...(after.value === undefined ? {} : { after: after.value }),
  });
}

function historyAnswer(
  { after }: PageQuery,
  { messages, hasOlder, hasNewer, incomplete, reached }: Page,
): HistoryAnswer {
  const oldest = messages[0]?.order ?? (after === undefined ? reached : undefined);
  const newest = messages.at(-1)?.order ?? (after === undefined ? undefined : reached);
  return {
    messages,
    ...(hasOlder && oldest !== undefined ? { before: oldest } : {}),
    ...(hasNewer && newest !== undefined ? { after: newest } : {}),
    ...(incomplete ? { incomplete } : {}),
  };
}

/** `prev` is older, `next` is newer: the order of the messages, not of the asking. */
function linkHeader({ room, limit }: PageQuery, { before, after }: HistoryAnswer): string {
  const page = `/api/v1/rooms/${room}/messages?limit=${limit}`;
  const links = [
    ...(before === undefined ? [] : [`<${page}&before=${before}>; rel="prev"`]),
    ...(after === undefined ? [] : [`<${page}&after=${after}>; rel="next"`]),
  ];
  return links.join(", ");
}
