import type { Context } from "koa";
import { problemHeaders, problemKind, problemOf, type Refusal } from "./problem.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export function answerJson(ctx: Context, status: number, value: object): void {
  answerEncoded(ctx, status, JSON.stringify(value));
}

/** For a body that is JSON already: many readers may share it. */
export function answerEncoded(ctx: Context, status: number, json: string | Buffer): void {
  ctx.status = status;
  ctx.set("Content-Type", JSON_TYPE);
  ctx.body = json;
}

/** Answers with an RFC 9457 problem; `more` are extension members. */
export function refuse(ctx: Context, refusal: Refusal, more: object = {}): void {
  ctx.status = problemKind(refusal.code).status;
  for (const [name, value] of Object.entries(problemHeaders(refusal))) ctx.set(name, value);
  ctx.body = JSON.stringify({ ...problemOf(refusal), ...more });
}
