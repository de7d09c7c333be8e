import type { Room } from "../../sync/names.ts";
import type { Mine } from "../client/author.ts";
import type { Picture } from "../shown/picture.ts";
import type { Line } from "../shown/lines.ts";
import type { TimeWriter } from "../shown/time-words.ts";
import type { Words } from "../words/english.ts";
import type { Settings } from "./kept.ts";

/** Everything somebody can do here; how it comes about is none of the views' concern. */
export interface Acts {
  enter(name: string): void;
  rename(): void;
  open(room: Room): void;
  leave(room: Room): void;
  /** False when the message cannot be taken now; then its text stays. */
  write(text: string): boolean;
  drafted(text: string): void;
  retry(): void;
  askDiscard(isAsked: boolean): void;
  discard(): void;
  earlier(): void;
  toNewest(): void;
  /** To the first of those that came late and were not in sight. */
  toLate(): void;
  select(line: Line): void;
  unfold(line: Line): void;
  reply(line: Line): void;
  editAgain(line: Line): void;
  /** What is written from now on takes the place of what this line says. Nothing happens where that may not be. */
  edit(line: Line): void;
  /** The same of the last line of one's own. */
  editLast(): void;
  save(text: string): void;
  leaveEditing(): void;
  askTakeBack(line: Line): void;
  takeBack(line: Line): void;
  /** Wants no more of what no region took. */
  discardChange(line: Line): void;
  journey(line: Line): void;
  copyLink(line: Line): void;
  show(panel: Panel): void;
  /** Closes this panel, unless another one has taken its place meanwhile. */
  close(panel: Panel): void;
  showRooms(isOpen: boolean): void;
  goTo(region: string): void;
  dismiss(): void;
  search(query: string | undefined): void;
  /** To the next match, or with -1 to the one before. */
  step(by: 1 | -1): void;
  /** The beginning of this day, milliseconds since 1970. */
  jump(at: number): void;
  settle(settings: Settings): void;
}

/** What lies over the page. */
export type Panel =
  | { readonly type: "none" }
  | { readonly type: "keys" }
  | { readonly type: "settings" }
  | { readonly type: "regions" }
  | { readonly type: "jump" }
  | { readonly type: "takeBack"; readonly line: Line }
  | { readonly type: "journey"; readonly line: Line };

/** What the page says by itself, until somebody has seen it. */
export interface Notice {
  readonly text: string;
  /** Where one may go back to. */
  readonly back?: string;
}

/** A message that is being edited, with the text one begins with. */
interface Editing {
  readonly key: string;
  readonly mine: Mine;
  readonly text: string;
}

/** What is in nobody's chat but this page's. */
export interface Stance {
  /** Undefined: nobody has said who they are. */
  readonly name: string | undefined;
  /** What stands in the field that asks for a name, and why it is asked again. */
  readonly asked: { readonly name: string; readonly fault: string } | undefined;
  readonly panel: Panel;
  readonly isRoomsOpen: boolean;
  readonly isAtEnd: boolean;
  readonly isDiscardAsked: boolean;
  readonly history: "idle" | "asked" | "failed";
  readonly notice: Notice | undefined;
  readonly fault: string;
  /** Undefined: what is written is a new message. */
  readonly editing: Editing | undefined;
  /** The line that keys and buttons speak of. */
  readonly selected: string | undefined;
  readonly unfolded: ReadonlySet<string>;
  /** Undefined: nobody searches. */
  readonly query: string | undefined;
  readonly found: readonly string[];
  readonly foundAt: number;
  readonly settings: Settings;
}

/** What every view is given. */
export interface View {
  readonly picture: Picture;
  readonly stance: Stance;
  readonly words: Words;
  readonly times: TimeWriter;
  readonly acts: Acts;
}
