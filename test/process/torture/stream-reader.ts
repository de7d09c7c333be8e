import { parseSync } from "../../../public/client/parse.ts";
import { branded } from "../../../sync/brand.ts";
import { isRecord } from "../../../sync/json.ts";
import type { Cursor, ReaderEvent, ResetReason } from "../../../sync/wire.ts";
import type { Reset } from "../../checkers/history.ts";
import { pause } from "../../replay/pause.ts";
import { Listener, type ListenerSettings } from "./listener.ts";
import { pauseMs } from "./people.ts";

/** The region sends a comment every 15 s. */
const SILENCE_MS = 20_000;
const REASONS: readonly ResetReason[] = ["start", "unknown-cursor", "too-far-behind", "store-away"];

/**
 * Reads by server-sent events. After a cut it comes back with the id of the last event that was whole (C5). Events that
 * share a bookmark are one answer and taken in together: cut in the middle of it, all of it comes again.
 */
export function openStreamReader(settings: ListenerSettings): { listener: Listener; stop(): Promise<void> } {
  const listener = new Listener(settings);
  const stopping = new AbortController();
  let pending: (ReaderEvent | Reset)[] = [];
  const run = readOn();

  async function readOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { turn } = listener;
      await readOne(turn).catch(() => undefined);
      if (!stopping.signal.aborted && !turn.aborted) await pause(pauseMs(Math.random()), turn);
    }
  }

  async function readOne(turn: AbortSignal): Promise<void> {
    const url = new URL(`${listener.region.url}/api/v1/stream?rooms=${settings.rooms.join(",")}`);
    const headers = listener.cursor === undefined ? {} : { "last-event-id": listener.cursor };
    const answer = await settings.connection.open(url, { headers, signal: turn });
    answer.setTimeout(SILENCE_MS, () => answer.destroy());
    if (answer.statusCode !== 200) return void answer.destroy();
    let text = "";
    pending = [];
    for await (const piece of answer.setEncoding("utf8")) {
      const frames = (text + String(piece)).split("\n\n");
      text = frames.pop() ?? "";
      for (const frame of frames) if (!turn.aborted) takeFrame(frame);
      listener.looked();
    }
    return undefined;
  }

  /** `id:`, `event:` and `data:` of one event, each at most once and in one line, as the region writes them. */
  function takeFrame(frame: string): void {
    const fields = new Map(frame.split("\n").map((line) => [line.split(":", 1)[0], valueOf(line)]));
    const [id, data] = [fields.get("id"), fields.get("data")];
    const value: unknown = data === undefined ? undefined : JSON.parse(data);
    if (fields.get("event") === "reset") pending.push(parseReset(value));
    else pending.push(...(parseSync({ events: [value], cursor: "" })?.events ?? []));
    if (id === undefined || id === listener.cursor) return;
    for (const event of pending.splice(0)) listener.take(event);
    listener.cursor = branded<Cursor>(id);
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

function valueOf(line: string): string {
  return line.slice(line.indexOf(":") + 1).replace(/^ /, "");
}

function parseReset(value: unknown): Reset {
  const told = isRecord(value) ? value : {};
  const reason = REASONS.find((one) => one === told["reason"]);
  if (reason === undefined) throw new Error("a reset without a reason we know");
  const incomplete = parseSync({ events: [], cursor: "", incomplete: told["incomplete"] })?.incomplete;
  return { type: "reset", reason, ...(incomplete === undefined ? {} : { incomplete }) };
}
