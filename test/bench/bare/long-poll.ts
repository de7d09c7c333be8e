import type { ServerResponse } from "node:http";
import type { BareChat } from "./server.ts";

/** Messages kept for polls that come a little late. */
const KEPT = 5_000;

/** Baseline 1: responses are parked, and all of them are ended with one shared buffer. `gather` says when. */
export function longPoll(gather: (flush: () => void) => void): BareChat {
  const kept: string[] = [];
  let end = 0;
  let told = 0;
  let parked: ServerResponse[] = [];

  /** From a cursor up to what has been told. */
  function answerFrom(cursor: number): Buffer {
    const events = kept.slice(Math.max(kept.length - (end - cursor), 0), kept.length - (end - told));
    return Buffer.from(`{"events":[${events.join(",")}],"cursor":"${told}"}`);
  }
  function flush(): void {
    if (told === end) return;
    const from = told;
    told = end;
    const body = answerFrom(from);
    const waiting = parked;
    parked = [];
    for (const response of waiting) send(response, body);
  }
  return {
    said(json) {
      kept.push(json);
      end++;
      if (kept.length > 2 * KEPT) kept.splice(0, KEPT);
      gather(flush);
    },
    read({ url = "" }, response) {
      const cursor = /cursor=(\d+)/.exec(url)?.[1];
      if (cursor === String(told)) parked.push(response);
      else send(response, answerFrom(Number(cursor ?? told)));
    },
  };
}

function send(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
}
