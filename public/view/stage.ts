import type { OrderKey } from "../../sync/names.ts";
import type { Client } from "../client/client.ts";
import type { Chat } from "../shown/chat.ts";
import type { Picture } from "../shown/picture.ts";
import type { Words } from "../words/english.ts";
import type { Stance } from "./acts.ts";
import type { Reading } from "./reading.ts";
import type { Composer } from "./writing.tsx";

/** What deeds are done with: the page as those see it who change something of it. */
export interface Stage {
  readonly client: Client;
  readonly chat: Chat;
  readonly reading: Reading;
  readonly words: Words;
  /** As it was drawn last. */
  readonly picture: Picture;
  readonly stance: Stance;
  /** Undefined while nobody may write. */
  readonly composer: Composer | undefined;
  /** Changes something, and has it drawn soon. */
  set(change: Partial<Stance>): void;
  /** Draws at once what would be drawn soon. */
  draw(): void;
  signIn(name: string): void;
  askName(name: string, fault: string): void;
  /** Shows the end of the open room. */
  toEnd(): void;
  /** Shows this place of the open room, once it is known what is there. */
  seek(order: OrderKey): void;
  /** Brings the line with this key in sight. */
  reveal(key: string): HTMLElement | undefined;
  /** Says everything in this language from now on; undefined: as the browser is set. */
  speak(language: string | undefined): void;
}

export const BEGINNING: Omit<Stance, "settings"> = {
  name: undefined,
  asked: undefined,
  panel: { type: "none" },
  isRoomsOpen: false,
  isAtEnd: true,
  isDiscardAsked: false,
  history: "idle",
  notice: undefined,
  fault: "",
  editing: undefined,
  selected: undefined,
  unfolded: new Set(),
  query: undefined,
  found: [],
  foundAt: 0,
};
