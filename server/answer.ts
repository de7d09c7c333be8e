import type { Context } from "koa";
import { compress } from "./compression.ts";
import { problemHeaders, problemKind, problemOf, type Refusal } from "./problem.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export function answerJson(ctx: Context, status: number, value: object): void {
  answerEncoded(ctx, status, JSON.stringify(value));
}

function answerEncoded(ctx: Context, status: number, json: string | Buffer): void {
  ctx.status = status;
  ctx.set("Content-Type", JSON_TYPE);
  ctx.body = json;
}

/** What is shorter fits into one packet as it is. */
const WORTH_BYTES = 1_400;

/** Many readers may be answered with the same bytes: they are compressed once. */
const compressed = new WeakMap<Buffer, Promise<Buffer>>();

/**
 * For JSON that everybody may ask for, such as messages: compressed, if that is worth it. Not for an answer with a
 * secret in it: beside what strangers wrote, its length would tell of the secret piece by piece (BREACH).
 */
export async function answerOpenly(ctx: Context, json: Buffer): Promise<void> {
  answerEncoded(ctx, 200, json);
  if (json.length < WORTH_BYTES) return;
  ctx.vary("Accept-Encoding");
  if (ctx.acceptsEncodings("gzip") !== "gzip") return;
  const body = compressed.get(json) ?? compress(json, "gzip");
  compressed.set(json, body);
  ctx.set("Content-Encoding", "gzip");
  ctx.body = await body;
}

/** Answers with an RFC 9457 problem; `more` are extension members. */
export function refuse(ctx: Context, refusal: Refusal, more: object = {}): void {
  ctx.status = problemKind(refusal.code).status;
  for (const [name, value] of Object.entries(problemHeaders(refusal))) ctx.set(name, value);
  ctx.body = JSON.stringify({ ...problemOf(refusal), ...more });
}
