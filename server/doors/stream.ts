import type { ServerResponse } from "node:http";
import type { Context } from "koa";
import { refuse } from "../answer.ts";
import type { Exchange } from "../bugs.ts";
import type { Batch } from "../chat.ts";
import { frameEncoder } from "../encoding.ts";
import { refusal } from "../problem.ts";
import { SharedStreams } from "../shared-write.ts";
import { attend, parsePlace, type Place, type Reading } from "./reading.ts";

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
    const { req, res, method } = ctx;
    const exchange: Exchange = { req, res, method };
    const leave = lobby.enter(bugs.confine(exchange, () => res.end()));
    if (typeof leave === "string") return refuse(ctx, refusal(leave));
    ctx.respond = false;
    streams.begin(res, STREAM_HEADERS);
    send(res, Buffer.from(`retry: ${Math.round(RETRY_LEAST_MS + random() * RETRY_SPREAD_MS)}\n\n`));
    if (method === "HEAD") res.end();
    // Not awaited: all that Koa holds for a request would wait with it, several times as much as a stream needs.
    void follow(exchange, place.value, leave);
    return undefined;
  };

  async function follow(exchange: Exchange, { rooms, cursor }: Place, leave: () => void): Promise<void> {
    const { req, res } = exchange;
    const closed = new Promise<void>((resolve) => {
      res.once("close", resolve);
    });
    let stopHeartbeat = beatLater();
    function beatLater(): () => void {
      const beat = bugs.confine(exchange, () => {
        send(res, HEARTBEAT);
        stopHeartbeat = beatLater();
      });
      return wheel.after(limits.heartbeatSeconds, beat);
    }
    const stopAttending = attend(reading, req, rooms);
    try {
      const deliver = bugs.confine(exchange, (batch: Batch) => send(res, encode(batch)));
      const subscription = await chat.subscribe(rooms, cursor, deliver);
      await closed;
      subscription.close();
    } catch (error) {
      bugs.tell(exchange, error);
      res.destroy();
    } finally {
      stopHeartbeat();
      stopAttending();
      leave();
    }
  }

  function send(response: ServerResponse, frames: Buffer): void {
    streams.write(response, frames, limits.backlogBytes);
  }
}

function lastEventId(ctx: Context): string | undefined {
  const id = ctx.get("Last-Event-ID");
  return id === "" ? undefined : id;
}
