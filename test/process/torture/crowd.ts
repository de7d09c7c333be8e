import { pause } from "../../replay/pause.ts";
import { Author } from "./author.ts";
import type { Plan } from "./plan.ts";
import type { Scene } from "./scene.ts";
import { textOf } from "./texts.ts";

/** When everything planned has been said, people go on this slowly until the last deed is done. */
const IDLE_MS = 500;
/** Those who speak in the last room. */
const QUIET_AUTHORS = 2;

export interface Crowd {
  /** Nothing more is done to the chat: what is left to say is said without pauses. */
  hurry(): void;
  /** Fulfilled when all is said and answered. */
  readonly done: Promise<void>;
}

/** Authors, evenly over rooms and regions, who together say what the plan wants within its time. */
export function openCrowd(
  { authors, messages, seconds }: Plan,
  scene: Scene,
  progress: (said: number) => void,
): Crowd {
  const { stage, rooms, chance, chronicle, signal } = scene;
  const beginMs = chronicle.nowMs();
  const alreadySaid = chronicle.saidCount;
  let isHurried = false;

  /** How long to wait so that the whole crowd keeps to the plan: nothing when it is behind. */
  function waitMs(): number {
    const said = chronicle.saidCount - alreadySaid;
    if (isHurried) return 0;
    if (said >= messages) return IDLE_MS;
    const aheadMs = (said / messages) * seconds * 1000 - (chronicle.nowMs() - beginMs);
    return Math.max(aheadMs, 0) + chance.fraction() * ((authors * seconds * 1000) / messages);
  }

  async function speak(place: number): Promise<void> {
    const region = stage.regions[place % stage.regions.length];
    const room = place < QUIET_AUTHORS ? rooms.at(-1) : rooms[place % Math.max(rooms.length - 1, 1)];
    if (region === undefined || room === undefined) return;
    const name = `author ${place + 1}`;
    const author = new Author({ ...scene, name, room, regions: stage.regions }, region);
    for (let n = 1; !signal.aborted; n++) {
      const said = chronicle.saidCount - alreadySaid;
      progress(Math.min(said, messages));
      if (isHurried && said >= messages) return;
      await author.say(textOf(name, n, chance));
      await pause(waitMs(), signal);
    }
  }

  const done = Promise.all(Array.from({ length: authors }, (_, place) => speak(place)));
  return {
    hurry: () => void (isHurried = true),
    done: done.then(() => undefined),
  };
}
