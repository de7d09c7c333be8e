import { isName } from "../../sync/text.ts";
import { branded } from "../../sync/brand.ts";
import type { Room } from "../../sync/names.ts";

/** One thing somebody said in a chat log. */
export interface Line {
  readonly nick: string;
  readonly text: string;
  /** Minutes since the log's first midnight; a log that goes on after midnight goes on counting. */
  readonly minute: number;
}

/** A chat log, ready to be played in a room of its own. */
export interface Script {
  readonly room: Room;
  readonly lines: readonly Line[];
  /** Notices (`=== nick joined`): nobody said them. */
  readonly notices: number;
  /** Lines that are neither. */
  readonly unreadable: number;
  /** Lines that lost control characters, as a client strips them before it posts. */
  readonly cleaned: number;
}

const MESSAGE = /^\[(\d\d):(\d\d)\] <([^>]+)> ?(.*)$/s;
const ACTION = /^\[(\d\d):(\d\d)\] +\* (\S+) ?(.*)$/s;
const NOTICE = /^===/;
const CHAT_LINE = /^(\[\d\d:\d\d\] |=== )/;
/** What the doors refuse in a text: C0 and C1 controls but newline and tab. IRC colours are made of them. */
// oxlint-disable-next-line no-control-regex -- controls are what it looks for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const DAY_MINUTES = 24 * 60;
const ROOM_UNITS = 64;

/** Whether a file is a chat log and not its licence: by the form of its first line with anything on it. */
export function isChatLog(text: string): boolean {
  const first = text.split("\n", 100).find((line) => line.trim() !== "");
  return first !== undefined && CHAT_LINE.test(first);
}

/** Bytes of a log as text: what is not UTF-8 becomes U+FFFD, and its line is said nevertheless. */
export function decodeLog(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}

/** Reads a log: `[HH:MM] <nick> text`, `[HH:MM]  * nick text` (posted as `/me text`), `=== notice`. */
export function parseLog(text: string, room: Room): Script {
  const lines: Line[] = [];
  const counts = { notices: 0, unreadable: 0, cleaned: 0 };
  let day = 0;
  let minute = 0;
  for (const raw of text.split("\n")) {
    const source = raw.replace(/\r$/, "");
    const action = ACTION.exec(source);
    const [, hours, minutes, nick, said] = action ?? MESSAGE.exec(source) ?? [];
    if (nick === undefined || said === undefined) {
      if (NOTICE.test(source)) counts.notices++;
      else if (source !== "") counts.unreadable++;
      continue;
    }
    const ofDay = Number(hours) * 60 + Number(minutes);
    // Clocks step back a little now and then; only a step of half a day is midnight.
    if (ofDay < (minute % DAY_MINUTES) - DAY_MINUTES / 2) day++;
    minute = Math.max(minute, day * DAY_MINUTES + ofDay);
    const clean = said.replaceAll(CONTROLS, "");
    if (clean !== said) counts.cleaned++;
    lines.push({ nick: nickname(nick), text: action === null ? clean : `/me ${clean}`, minute });
  }
  return { room, lines, ...counts };
}

/** The room a file is played in: its name in a room's letters, and a number when another file has that already. */
export function roomFor(fileName: string, taken: ReadonlySet<Room>): Room {
  const letters = fileName
    .toLowerCase()
    .replace(/(\.raw)?\.txt$/, "")
    .replaceAll(/[^a-z0-9]+/g, "-");
  // The prefix makes a valid name of any file's, the reserved one included.
  const name = `irc-${letters}`.replace(/-+$/, "");
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `-${count}`;
    const room = branded<Room>(name.slice(0, ROOM_UNITS - suffix.length) + suffix);
    if (!taken.has(room)) return room;
  }
}

/** A client that took a nick it knows the door refuses would be of no use: controls go, as from texts. */
function nickname(nick: string): string {
  const name = nick.replaceAll(CONTROLS, "").normalize("NFKC").trim();
  return isName(name) ? name : "nameless";
}
