import type { Batch } from "../chat.ts";
import type { Exchange } from "../bugs.ts";
import { Poll } from "./poll.ts";
import { attend, type Place, type Reading } from "./reading.ts";

/** A poll that may wait: where it stands, and for how many seconds; 0 is at once. */
export interface Asked extends Place {
  readonly seconds: number;
}

/**
 * Lets a poll wait for its answer: a `SyncAnswer` as JSON, "gone" when nobody waits for one any more, or why there is
 * no seat for it.
 */
export async function wait(
  reading: Reading,
  encode: (batch: Batch) => Buffer,
  exchange: Exchange,
  { rooms, cursor, seconds }: Asked,
): Promise<Buffer | "gone" | "closing" | "overloaded"> {
  const { chat, lobby, wheel, bugs } = reading;
  const poll = new Poll(encode);
  const due = bugs.confine(exchange, () => poll.due());
  const leave = lobby.enter(due);
  if (typeof leave === "string") return leave;
  if (seconds === 0) poll.due();
  const cancelWait = seconds === 0 ? undefined : wheel.after(seconds, due);
  exchange.res.once("close", () => poll.gone());
  const stopAttending = attend(reading, exchange.req, rooms);
  try {
    const deliver = bugs.confine(exchange, (batch: Batch) => poll.delivered(batch));
    poll.subscribed(await chat.subscribe(rooms, cursor, deliver));
    return await poll.answer;
  } finally {
    cancelWait?.();
    stopAttending();
    leave();
  }
}
