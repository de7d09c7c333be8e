import type { Context } from "koa";
import { DIGEST_WINDOW_MS } from "../../sync/limits.ts";
import { answerJson, refuse } from "../answer.ts";
import type { Chat } from "../chat.ts";
import { parseWhole } from "../parameters.ts";
import { refusal, wrongParameter } from "../problem.ts";

/** `GET /regions`: every region this one has heard of, and what each has seen of the others. */
export function regionsDoor(chat: Chat) {
  return (ctx: Context): void => answerJson(ctx, 200, chat.regions());
}

/** `GET /digests?window=`: where two regions differ is found by asking both, room by room. */
export function digestsDoor(chat: Chat) {
  return (ctx: Context): void => {
    const most = Number.MAX_SAFE_INTEGER;
    const window = parseWhole(new URLSearchParams(ctx.querystring), "window", {
      least: 0,
      most,
      otherwise: 0,
    });
    if (window.type === "refusal") return refuse(ctx, window);
    if (window.value % DIGEST_WINDOW_MS !== 0) {
      return refuse(ctx, wrongParameter("window", "the beginning of ten minutes, as /regions tells it"));
    }
    return answerJson(ctx, 200, chat.digests(window.value));
  };
}

/** `GET /livez`: the process answers. The store may be away, and restarting would not bring it back. */
export function liveDoor(ctx: Context): void {
  answerJson(ctx, 200, { status: "alive" });
}

/** `GET /readyz`: whether a load balancer should send people here. */
export function readyDoor(chat: Chat, isReady: () => boolean) {
  return (ctx: Context): void => {
    const { store } = chat.regions();
    if (isReady()) answerJson(ctx, 200, { status: "ready", store });
    else refuse(ctx, refusal("not-ready"), { store });
  };
}
