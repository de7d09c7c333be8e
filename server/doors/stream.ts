import type { Context } from "koa";
import { refuse } from "../answer.ts";
import type { Batch } from "../chat.ts";
import { frameEncoder } from "../encoding.ts";
import { refusal } from "../problem.ts";
import { SharedStreams } from "../shared-write.ts";
import { attend, parsePlace, type Reading } from "./reading.ts";

/** Streams that a stopping region ends come back spread over this time, not all at once. */
const RETRY_LEAST_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;

const HEARTBEAT = Buffer.from(":\n\n");

const STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  // A stream ends with its connection: there is no next request to keep it for.
  Connection: "close",
  // nginx gathers answers unless told not to.
  "X-Accel-Buffering": "no",
};

/** `GET /stream?rooms=`: the events of the long poll, one by one, as server-sent events. `random` is in [0, 1). */
export function streamDoor(reading: Reading, random: () => number) {
  const { chat, lobby, wheel, limits, bugs } = reading;
  const encode = frameEncoder();
  const streams = new SharedStreams();
  return async (ctx: Context): Promise<void> => {
    const place = parsePlace(new URLSearchParams(ctx.querystring), limits, lastEventId(ctx));
    if (place.type === "refusal") return refuse(ctx, place);
    const response = ctx.res;
    const leave = lobby.enter(bugs.confine(ctx, () => response.end()));
    if (typeof leave === "string") return refuse(ctx, refusal(leave));

    const send = (frames: Buffer): void => streams.write(response, frames, limits.backlogBytes);
    const closed = new Promise<void>((resolve) => {
      response.once("close", resolve);
    });
    let stopHeartbeat: () => void = beatLater();
    function beatLater(): () => void {
      const beat = bugs.confine(ctx, () => {
        send(HEARTBEAT);
        stopHeartbeat = beatLater();
      });
      return wheel.after(limits.heartbeatSeconds, beat);
    }

    ctx.respond = false;
    streams.begin(response, STREAM_HEADERS);
    send(Buffer.from(`retry: ${Math.round(RETRY_LEAST_MS + random() * RETRY_SPREAD_MS)}\n\n`));
    if (ctx.method === "HEAD") response.end();
    const { rooms, cursor } = place.value;
    const stopAttending = attend(reading, ctx.req, rooms);
    try {
      const deliver = bugs.confine(ctx, (batch: Batch) => send(encode(batch)));
      const subscription = await chat.subscribe(rooms, cursor, deliver);
      await closed;
      subscription.close();
    } finally {
      stopHeartbeat();
      stopAttending();
      leave();
    }
    return undefined;
  };
}

function lastEventId(ctx: Context): string | undefined {
  const id = ctx.get("Last-Event-ID");
  return id === "" ? undefined : id;
}
