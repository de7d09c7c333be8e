import { parseHistory } from "../../../public/client/parse.ts";
import type { WireMessage } from "../../../sync/message.ts";
import type { Room } from "../../../sync/names.ts";
import type { Final } from "../../checkers/history.ts";
import { judge } from "../../checkers/judge.ts";
import type { PromiseId, Violation } from "../../checkers/violation.ts";
import { pause } from "../../replay/pause.ts";
import type { Ending } from "./chronicle.ts";
import { askJson } from "./people.ts";
import type { TorturedRegion } from "./region.ts";
import type { Scene } from "./scene.ts";
import { readStore } from "./store-reading.ts";

/** The door's longest page. */
const PAGE_MESSAGES = 200;
/** A chat that is still not of one mind when nothing was done to it for so long never will be. */
const QUIET_MS = 60_000;
const AGAIN_MS = 1_000;
/** What is broken for good and cannot come right by waiting: a bound, a deadline, a process. */
const LASTING: ReadonlySet<PromiseId> = new Set(["I6", "I7", "I9"]);

export interface Judged {
  readonly ending: Ending;
  readonly violations: readonly Violation[];
  /** From the last deed until everything was in step. */
  readonly settledMs: number;
}

/** Waits until the checkers find nothing, at most a minute: what they find then is what they find. */
export async function settle(scene: Scene): Promise<Judged> {
  const { chronicle, tab, signal } = scene;
  const fromMs = chronicle.nowMs();
  for (;;) {
    const read = await readEnding(scene);
    const screens = tab === undefined ? [] : [await tab.screen(read.store.messages)];
    const ending = { ...read, screens };
    const violations = [...judge(chronicle.history(ending)), ...(tab?.violations() ?? [])];
    const settledMs = chronicle.nowMs() - fromMs;
    const isSettled = violations.every(({ promise }) => LASTING.has(promise));
    if (isSettled || settledMs > QUIET_MS || signal.aborted) return { ending, violations, settledMs };
    await pause(AGAIN_MS, signal);
  }
}

async function readEnding(scene: Scene): Promise<Omit<Ending, "screens">> {
  const { stage, rooms } = scene;
  const finals: Final[] = [];
  for (const region of stage.regions) {
    for (const room of rooms) {
      const messages = await readRoom(region, room, scene);
      finals.push({ region: region.place.region, room, messages });
    }
  }
  const living = stage.regions.flatMap((region) => region.living);
  return { finals, living, store: { messages: await readStore(stage, { limit: Infinity }), unstorable: [] } };
}

/** A room's history from its beginning, oldest first; as far as the region gives it. */
async function readRoom(
  { url }: TorturedRegion,
  room: Room,
  { connection, signal }: Scene,
): Promise<WireMessage[]> {
  const pages: (readonly WireMessage[])[] = [];
  let before: string | undefined;
  while (!signal.aborted) {
    const search = new URLSearchParams({ limit: `${PAGE_MESSAGES}` });
    if (before !== undefined) search.set("before", before);
    const asked = await askJson(connection, `${url}/api/v1/rooms/${room}/messages?${search}`);
    const page = parseHistory(asked?.body);
    if (page === undefined) break;
    pages.push(page.messages);
    before = page.before;
    if (before === undefined) break;
  }
  return pages.toReversed().flat();
}
