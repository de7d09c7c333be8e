import type { Context } from "koa";
import { refuse } from "../answer.ts";
import type { Exchange } from "../bugs.ts";
import type { Batch, Recipient, Subscription } from "../chat.ts";
import { frameEncoder } from "../encoding.ts";
import type { Lines } from "../line.ts";
import type { Guest } from "../lobby.ts";
import { refusal } from "../problem.ts";
import { SharedChunks } from "../shared-write.ts";
import type { Slot, Waiting } from "../wheel.ts";
import { openOutlet, type Outlet } from "./outlet.ts";
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
export function streamDoor(reading: Reading, lines: Pick<Lines, "of">, random: () => number) {
  const { lobby, limits } = reading;
  const streaming: Streaming = { ...reading, encode: frameEncoder() };
  const chunks = new SharedChunks();
  return async (ctx: Context): Promise<void> => {
    const place = parsePlace(new URLSearchParams(ctx.querystring), limits, lastEventId(ctx));
    if (place.type === "refusal") return refuse(ctx, place);
    // When Node has parsed all that came, it is known whether this request came alone.
    await Promise.resolve();
    const { res, socket, method } = ctx;
    const stream = new Stream(streaming, { socket, method });
    const refused = lobby.enter(stream);
    if (refused !== undefined) return refuse(ctx, refusal(refused));
    ctx.respond = false;
    const { authorization } = ctx.req.headers;
    const retry = `retry: ${Math.round(RETRY_LEAST_MS + random() * RETRY_SPREAD_MS)}\n\n`;
    ctx.set(STREAM_HEADERS);
    // Head and backlog leave in one piece: the system calls are most of what a stream costs that begins.
    socket.cork();
    const outlet = openOutlet(res, lines.of(socket), chunks, limits.backlogBytes);
    outlet.write(Buffer.from(retry));
    if (method === "HEAD") outlet.end();
    stream.begin(outlet, place.value, authorization);
    socket.uncork();
    return undefined;
  };
}

/** What all streams share. */
interface Streaming extends Reading {
  readonly encode: (batch: Batch) => Buffer;
}

/** One open stream. Ten thousand of them wait: like a poll it is its own seat, place on the wheel and reader. */
class Stream implements Guest, Waiting, Recipient {
  readonly #streaming: Streaming;
  readonly #exchange: Exchange;
  #outlet: Outlet | undefined;
  #slot: Slot | undefined;
  #subscription: Subscription | undefined;
  #stopAttending: (() => void) | undefined;
  #isOver = false;

  constructor(streaming: Streaming, exchange: Exchange) {
    this.#streaming = streaming;
    this.#exchange = exchange;
  }

  begin(outlet: Outlet, { rooms, cursor }: Place, authorization: string | undefined): void {
    this.#outlet = outlet;
    outlet.closed(() => this.#leave());
    this.#beatLater();
    this.#stopAttending = attend(this.#streaming, authorization, rooms);
    void this.#subscribe({ rooms, cursor });
  }

  deliver(batch: Batch): void {
    this.#confine(() => this.#outlet?.write(this.#streaming.encode(batch)));
  }

  due(): void {
    this.#confine(() => {
      this.#outlet?.write(HEARTBEAT);
      this.#beatLater();
    });
  }

  dismiss(): void {
    this.#confine(() => this.#outlet?.end());
  }

  async #subscribe({ rooms, cursor }: Place): Promise<void> {
    try {
      const subscription = await this.#streaming.chat.subscribe(rooms, cursor, this);
      if (this.#isOver) subscription.close();
      else this.#subscription = subscription;
    } catch (error) {
      this.#streaming.bugs.tell(this.#exchange, error);
      // Its head may not have left yet.
      this.#exchange.socket.destroySoon();
    }
  }

  #beatLater(): void {
    const { wheel, limits } = this.#streaming;
    this.#slot = wheel.park(limits.heartbeatSeconds, this);
  }

  #leave(): void {
    this.#isOver = true;
    this.#slot?.delete(this);
    this.#stopAttending?.();
    this.#subscription?.close();
    this.#streaming.lobby.leave(this);
  }

  #confine(act: () => void): void {
    this.#streaming.bugs.confine(this.#exchange, act);
  }
}

function lastEventId(ctx: Context): string | undefined {
  const id = ctx.get("Last-Event-ID");
  return id === "" ? undefined : id;
}
