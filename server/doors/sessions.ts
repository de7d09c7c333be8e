import type { Context } from "koa";
import { NAME_CODE_POINTS, TEXT_CODE_POINTS } from "../../sync/limits.ts";
import { isName } from "../../sync/text.ts";
import type { SessionAnswer } from "../../sync/wire.ts";
import { answerJson, refuse } from "../answer.ts";
import type { Chat } from "../chat.ts";
import { readJson } from "../json-body.ts";
import type { DoorLimits } from "../limits.ts";
import { wrongField } from "../problem.ts";
import type { Sessions } from "../sessions.ts";

const NAME_RULE = `1 to ${NAME_CODE_POINTS} characters on one line, without control characters`;

/** `POST /sessions {name}`: a name is taken in Unicode's NFKC form, so that what looks alike is alike. */
export function sessionsDoor(chat: Chat, sessions: Sessions, limits: DoorLimits) {
  return async (ctx: Context): Promise<void> => {
    const body = await readJson(ctx.req, ctx.res, limits);
    if (body.type === "refusal") return refuse(ctx, body);
    const given = body.fields["name"];
    const name = typeof given === "string" ? given.normalize("NFKC").trim() : "";
    if (!isName(name)) return refuse(ctx, wrongField("name", NAME_RULE));
    const { token, session } = await sessions.issue(name);
    const answer: SessionAnswer = {
      token,
      session,
      name,
      region: chat.region,
      regions: chat.regions().regions,
      limits: {
        textCodePoints: TEXT_CODE_POINTS,
        nameCodePoints: NAME_CODE_POINTS,
        roomsPerReader: limits.roomsPerReader,
      },
    };
    return answerJson(ctx, 201, answer);
  };
}
