import type { MessageState, WireMessage } from "../../sync/message.ts";
import type { MessageId, Mid, Room } from "../../sync/names.ts";
import type { Mine } from "../client/author.ts";
import type { OutboxEntry } from "../client/outbox.ts";
import { applyChanges, type ShownMessage } from "./changes.ts";
import { OwnChanges } from "./own-changes.ts";
import { piecesOf, type Piece } from "./pieces.ts";

/** One message as it is shown. The same object for as long as nothing about it changes. */
export interface Line {
  /** The same for as long as the message is shown, whatever becomes of it. */
  readonly key: string;
  /** Who wrote it, as far as runs and keys go: the session, or this person whatever their session is now. */
  readonly author: string;
  readonly mid: Mid;
  /** Absent before a region has taken it. */
  readonly message?: WireMessage;
  readonly name: string;
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** It was written as "/me waves", and is shown as "Ana waves". */
  readonly isAction: boolean;
  /** Too long to be shown as a whole at once. */
  readonly isLong: boolean;
  readonly at: number;
  readonly state: LineState;
  /** Why it was rejected. */
  readonly reason: string | undefined;
  /** It came so much later than messages that were newer. */
  readonly lateMs: number | undefined;
  /** When its author changed it last. */
  readonly editedAt: number | undefined;
  /** When its author took it back: then it says nothing any more. */
  readonly withdrawnAt: number | undefined;
  /** What its author wanted to do to it and no region took. */
  readonly failed: OutboxEntry | undefined;
  readonly isMine: boolean;
  readonly mayChange: boolean;
  /** It goes on where the line before it, by the same author, left off. */
  readonly isContinued: boolean;
}

export type LineState = MessageState | OutboxEntry["state"]["type"];

/** After a longer silence a line says again who speaks and when. */
const RUN_GAP_MS = 5 * 60_000;
/** Longer than a screen of it, in characters or in lines, is folded. */
const LONG_TEXT = 1_200;
const LONG_LINES = 14;
const ACTION = "/me ";
const OWN = "own";

export interface Received {
  readonly room: Room;
  /** In order, each author's mid once; with the changes. */
  readonly messages: readonly WireMessage[];
  readonly outbox: readonly OutboxEntry[];
  readonly isMine: (session: string) => boolean;
  readonly lateMs?: (id: MessageId) => number | undefined;
  readonly mayChange?: (mine: Mine) => boolean;
}

/** Makes lines, and makes each of them only once. */
export class Lines {
  #made = new Map<string, Line>();

  /** Everything that is shown of a room, in order: what the region told, then what it has not confirmed yet. */
  of({ room, messages, outbox, ...known }: Received): readonly Line[] {
    const made = new Map<string, Line>();
    const here = outbox.filter((entry) => entry.room === room);
    const own = new OwnChanges(here, messages);
    let last: Line | undefined;
    const put = (key: string, draw: Drawing): void => {
      if (made.has(key)) return;
      const before = this.#made.get(key);
      const isContinued = last !== undefined && continues(last, draw);
      last =
        before !== undefined && isSame(before, draw, isContinued) ? before : line(key, draw, isContinued);
      made.set(key, last);
    };
    for (const message of applyChanges(messages)) {
      const draw = drawingOf(message, known);
      put(`${draw.author} ${draw.mid}`, draw.isMine ? changed(draw, own) : draw);
    }
    for (const entry of here)
      if (entry.change === undefined) put(`${OWN} ${entry.mid}`, changed(drawingOfEntry(entry, known), own));
    this.#made = made;
    return [...made.values()];
  }
}

/** What most messages have nothing to say of. */
const NOTHING_ELSE = {
  reason: undefined,
  lateMs: undefined,
  editedAt: undefined,
  withdrawnAt: undefined,
  failed: undefined,
} as const;

type Drawing = Omit<Line, "key" | "pieces" | "isAction" | "isLong" | "isContinued">;

type Known = Pick<Received, "isMine" | "lateMs" | "mayChange">;

function drawingOf(message: ShownMessage, known: Known): Drawing {
  const { id, mid, sender, text, at, edited, withdrawn } = message;
  const isMine = known.isMine(sender.session);
  return {
    ...NOTHING_ELSE,
    author: isMine ? OWN : sender.session,
    mid,
    message,
    name: sender.name,
    text,
    at,
    state: stateOf(message),
    lateMs: known.lateMs?.(id),
    editedAt: edited?.at,
    withdrawnAt: withdrawn?.at,
    isMine,
    mayChange: isMine && withdrawn === undefined && known.mayChange?.(message) === true,
  };
}

function drawingOfEntry(entry: OutboxEntry, known: Known): Drawing {
  const { mid, name, text, at, state } = entry;
  const reason = state.type === "rejected" ? state.reason : undefined;
  const mayChange = known.mayChange?.(entry) === true;
  return {
    ...NOTHING_ELSE,
    author: OWN,
    mid,
    name,
    text,
    at,
    state: state.type,
    reason,
    isMine: true,
    mayChange,
  };
}

/** As its author wants it to be from now on, whoever knows of it already. */
function changed(draw: Drawing, own: OwnChanges): Drawing {
  const last = own.lastOf(draw.mid);
  const failed = own.failedOf(draw.mid);
  if (draw.withdrawnAt !== undefined || (last === undefined && failed === undefined)) return draw;
  if (last === undefined) return { ...draw, failed };
  const { at, text, state } = last;
  return last.change?.type === "delete"
    ? { ...draw, text, state: state.type, withdrawnAt: at, mayChange: false }
    : { ...draw, text, state: state.type, editedAt: at, failed };
}

/** What is shown is in the store only when the message and what was done to it both are. */
function stateOf({ state, edited, withdrawn }: ShownMessage): MessageState {
  const states = [state, edited?.state, withdrawn?.state];
  return states.includes("accepted") ? "accepted" : "stored";
}

function line(key: string, draw: Drawing, isContinued: boolean): Line {
  const { text } = draw;
  const isAction = text.startsWith(ACTION);
  const isLong = text.length > LONG_TEXT || text.split("\n", LONG_LINES + 1).length > LONG_LINES;
  const pieces = piecesOf(isAction ? text.slice(ACTION.length) : text);
  return { key, ...draw, pieces, isAction, isLong, isContinued };
}

function isSame(before: Line, draw: Drawing, isContinued: boolean): boolean {
  return (
    isSameMessage(before.message, draw.message) &&
    before.state === draw.state &&
    before.reason === draw.reason &&
    before.lateMs === draw.lateMs &&
    before.editedAt === draw.editedAt &&
    before.withdrawnAt === draw.withdrawnAt &&
    before.failed === draw.failed &&
    before.text === draw.text &&
    before.name === draw.name &&
    before.isMine === draw.isMine &&
    before.mayChange === draw.mayChange &&
    before.isContinued === isContinued
  );
}

/** Of a message that was changed there is another object at each drawing. */
function isSameMessage(one: WireMessage | undefined, other: WireMessage | undefined): boolean {
  return (
    one?.id === other?.id && one?.region === other?.region && one?.sender.session === other?.sender.session
  );
}

function continues(before: Line, next: Drawing): boolean {
  return (
    before.author === next.author &&
    before.name === next.name &&
    !before.isAction &&
    !next.text.startsWith(ACTION) &&
    next.lateMs === undefined &&
    (next.message === undefined || before.message?.region === next.message.region) &&
    Math.abs(next.at - before.at) < RUN_GAP_MS
  );
}

/** What stands in the list of messages. */
export type Item =
  | { readonly type: "day"; readonly key: string; readonly at: number }
  /** What follows came since one looked. */
  | { readonly type: "new"; readonly key: "new" }
  | { readonly type: "line"; readonly key: string; readonly line: Line; readonly isContinued: boolean };

/**
 * Lines with the days they belong to, and where the unread ones begin. `dayOf` numbers the days of the reader's
 * calendar. Order is by order key, so what a wrong clock wrote may seem to go back in time: no day begins twice.
 */
export function itemsOf(
  lines: readonly Line[],
  mark: MessageId | undefined,
  dayOf: (at: number) => number,
): readonly Item[] {
  const items: Item[] = [];
  let latest = -Infinity;
  for (const one of lines) {
    const day = dayOf(one.at);
    const isNewDay = day > latest;
    if (isNewDay) {
      items.push({ type: "day", key: `day ${day}`, at: one.at });
      latest = day;
    }
    const isMarked = mark !== undefined && one.message?.id === mark;
    if (isMarked) items.push({ type: "new", key: "new" });
    items.push({
      type: "line",
      key: one.key,
      line: one,
      isContinued: one.isContinued && !isNewDay && !isMarked,
    });
  }
  return items;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

/** By the calendar of this device; a time that no calendar knows begins no day. */
export function dayHere(at: number): number {
  const date = new Date(at);
  const day = Math.floor((at - date.getTimezoneOffset() * MINUTE_MS) / DAY_MS);
  return Number.isNaN(day) ? -Infinity : day;
}
