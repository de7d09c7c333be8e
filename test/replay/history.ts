import type { WireMessage } from "../../sync/message.ts";
import type { Room } from "../../sync/names.ts";
import type { Api } from "../../public/client/api.ts";
import { backoffMs } from "../../public/client/backoff.ts";
import { pause } from "./pause.ts";

/** The door's longest page. */
const PAGE_MESSAGES = 200;
const ATTEMPTS = 8;

/**
 * A room's history from its very beginning, in the order its pages have it. Undefined when the region does not
 * give all of it: no answer in eight attempts, or only what it holds itself because the store is away.
 */
export async function readHistory(
  api: Api,
  room: Room,
  signal: AbortSignal,
): Promise<WireMessage[] | undefined> {
  const pages: (readonly WireMessage[])[] = [];
  let before: string | undefined;
  let failures = 0;
  while (failures < ATTEMPTS && !signal.aborted) {
    const answer = await api.history({ room, before, limit: PAGE_MESSAGES }, undefined);
    if (answer.type === "ok" && answer.value.incomplete === undefined) {
      failures = 0;
      pages.push(answer.value.messages);
      before = answer.value.before;
      if (before === undefined) return pages.toReversed().flat();
    } else {
      failures++;
      await pause(backoffMs(failures, Math.random()), signal);
    }
  }
  return undefined;
}
