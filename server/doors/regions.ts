import type { Context } from "koa";
import { answerJson, refuse } from "../answer.ts";
import type { Chat } from "../chat.ts";
import { refusal } from "../problem.ts";

/** `GET /regions`: every region this one has heard of, and what each has seen of the others. */
export function regionsDoor(chat: Chat) {
  return (ctx: Context): void => answerJson(ctx, 200, chat.regions());
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
