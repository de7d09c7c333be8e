import type { MessageState, WireMessage } from "../../sync/message.ts";
import type { Mid, Room } from "../../sync/names.ts";
import type { OutboxEntry } from "../client/outbox.ts";

/** One message as it is shown. */
export interface Line {
  /** The same for as long as the message is shown, whatever becomes of it. */
  readonly key: string;
  /** Who wrote it, as far as runs and keys go: the session, or this page whatever its session is now. */
  readonly author: string;
  readonly mid: Mid;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  /** Where it was posted; not known before a region has taken it. */
  readonly region: string | undefined;
  readonly state: LineState;
  /** Why it was rejected. */
  readonly reason: string | undefined;
  readonly isMine: boolean;
  /** It goes on where the line before it, by the same author, left off. */
  readonly isContinued: boolean;
}

export type LineState = MessageState | OutboxEntry["state"]["type"];

/** After a longer silence a line says again who speaks and when. */
const RUN_GAP_MS = 5 * 60_000;

export interface Received {
  readonly room: Room;
  /** In order, each author's mid once. */
  readonly messages: readonly WireMessage[];
  readonly outbox: readonly OutboxEntry[];
  readonly isMine: (session: string) => boolean;
}

/** Everything that is shown of a room, in order: what the region told, then what it has not confirmed yet. */
export function linesOf({ room, messages, outbox, isMine }: Received): readonly Line[] {
  const lines = new Map<string, Line>();
  let last: Line | undefined;
  const put = (line: Line): void => {
    if (lines.has(line.key)) return;
    last = { ...line, isContinued: last !== undefined && continues(last, line) };
    lines.set(line.key, last);
  };
  for (const message of messages) put(lineOfMessage(message, isMine(message.sender.session)));
  for (const entry of outbox) if (entry.room === room) put(lineOfEntry(entry));
  return [...lines.values()];
}

const OWN = "own";

function lineOfMessage(message: WireMessage, isMine: boolean): Line {
  const { mid, sender, text, at, region, state } = message;
  const author = isMine ? OWN : sender.session;
  const key = `${author} ${mid}`;
  const name = sender.name;
  return { key, author, mid, name, text, at, region, state, reason: undefined, isMine, isContinued: false };
}

function lineOfEntry({ mid, name, text, at, state }: OutboxEntry): Line {
  return {
    key: `${OWN} ${mid}`,
    author: OWN,
    mid,
    name,
    text,
    at,
    region: undefined,
    state: state.type,
    reason: state.type === "rejected" ? state.reason : undefined,
    isMine: true,
    isContinued: false,
  };
}

function continues(before: Line, line: Line): boolean {
  return (
    before.author === line.author &&
    before.name === line.name &&
    (before.region === line.region || line.region === undefined) &&
    Math.abs(line.at - before.at) < RUN_GAP_MS
  );
}
