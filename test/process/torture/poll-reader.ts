import { parseSync } from "../../../public/client/parse.ts";
import { pause } from "../../replay/pause.ts";
import { Listener, type ListenerSettings } from "./listener.ts";
import { askJson, pauseMs } from "./people.ts";

/** Shorter than a page's 25 s, so that a line that died is left within a drill. */
const POLL_SECONDS = 3;
const DEADLINE_MS = 6_000;

/** Reads by long poll. What it took in is acknowledged by asking with the next bookmark (C4). */
export function openPollReader(settings: ListenerSettings): { listener: Listener; stop(): Promise<void> } {
  const listener = new Listener(settings);
  const stopping = new AbortController();
  const run = readOn();

  async function readOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (!(await readOnce()) && !stopping.signal.aborted) await pause(pauseMs(Math.random()), listener.turn);
    }
  }

  async function readOnce(): Promise<boolean> {
    const { turn, cursor } = listener;
    const search = new URLSearchParams({ rooms: settings.rooms.join(","), timeout: `${POLL_SECONDS}` });
    if (cursor !== undefined) search.set("cursor", cursor);
    const url = `${listener.region.url}/api/v1/sync?${search}`;
    const asked = await askJson(settings.connection, url, { deadlineMs: DEADLINE_MS, signal: turn });
    const answer = asked?.status === 200 ? parseSync(asked.body) : undefined;
    // Somebody who left does not read what comes too late.
    if (answer === undefined || turn.aborted) return turn.aborted;
    const { events, reset, incomplete } = answer;
    if (reset !== undefined)
      listener.take({ type: "reset", ...reset, ...(incomplete === undefined ? {} : { incomplete }) });
    for (const event of events) listener.take(event);
    listener.cursor = answer.cursor;
    listener.looked();
    return true;
  }

  return {
    listener,
    async stop() {
      stopping.abort();
      listener.stop();
      await run;
    },
  };
}
