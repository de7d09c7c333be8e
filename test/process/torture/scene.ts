import type { OrderKey, Room } from "../../../sync/names.ts";
import type { Connection } from "../../replay/connection.ts";
import type { Chance } from "../../sync/chance.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Listener } from "./listener.ts";
import type { Stage } from "./stage.ts";
import type { Tab } from "./tab.ts";

/** Everything that a deed may touch. */
export interface Scene {
  readonly stage: Stage;
  readonly chronicle: Chronicle;
  readonly connection: Connection;
  readonly listeners: readonly Listener[];
  /** A page in a browser, in the last room. */
  readonly tab: Tab | undefined;
  readonly chance: Chance;
  readonly signal: AbortSignal;
  /** Ends the torture: the signal is aborted. */
  readonly breakOff: () => void;
  /** Times every bound on a recovery. */
  readonly leeway: number;
  /** Few speak in the last one, so that a page can show it. */
  readonly rooms: readonly Room[];
  /** The newest order key that any reader was shown in the room. */
  readonly newest: (room: Room) => OrderKey | undefined;
  /** Something happened so many times: a kill, a point that was met. */
  readonly count: (what: string) => void;
  /** Something cannot be tried here, and why. */
  readonly omit: (what: string, why: string) => void;
}
