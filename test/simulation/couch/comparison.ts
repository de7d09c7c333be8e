import { difference } from "../../couchdb/embedded/alike.ts";
import type { Answered } from "../../couchdb/embedded/replay.ts";
import type { Recorded, Turn } from "./conversation.ts";

/** How one turn of a conversation came out. */
export type Comparison =
  | { readonly type: "alike" }
  /** Requests for one document at the same time: each was answered as one of them is. */
  | { readonly type: "raced" }
  | { readonly type: "declined"; readonly reason: string }
  | { readonly type: "differs"; readonly how: string };

/** Who wrote first was told so; who came later, a conflict; who reached other copies first, that it is accepted. */
const RACE = new Set([201, 202, 409]);

export interface Strictness {
  /** A cluster repeats rows, and its bookmarks count what each node has: rows are compared as a set. */
  readonly isCluster: boolean;
  /** With one shard rows come in the order of writing. */
  readonly isOrdered: boolean;
}

export function compare(turn: Turn, strictness: Strictness, raced: ReadonlySet<number>): Comparison {
  const { recorded, now, step } = turn;
  if ("declined" in now) return { type: "declined", reason: now.declined };
  const how = differenceIn(turn, recorded, now, strictness);
  if (how === undefined) return { type: "alike" };
  const isRaced = raced.has(step) && RACE.has(recorded.status) && RACE.has(now.status);
  return isRaced ? { type: "raced" } : { type: "differs", how };
}

function differenceIn(
  { path, isBodiless }: Turn,
  recorded: Answered,
  now: Answered,
  { isCluster, isOrdered }: Strictness,
): string | undefined {
  if (recorded.status !== now.status) {
    return `status ${recorded.status}, now ${now.status} ${now.text.slice(0, 200)}`;
  }
  if (isBodiless || recorded.text === now.text) return undefined;
  const text = isCluster ? rowSet : (each: string) => each;
  return difference(
    { ...recorded, text: text(recorded.text) },
    { ...now, headers: recorded.headers, text: text(now.text) },
    { ordered: isOrdered, exact: !/feed=|filter=/.test(path) },
  );
}

/** The steps that were in flight together with another one. */
export function racedSteps(lines: readonly Recorded[]): Set<number> {
  return new Set(
    lines.flatMap(({ step, in_flight: others }) => (others === undefined ? [] : [step, ...others])),
  );
}

/** Each row of a feed once, without the bookmarks. Any other text stays as it is. */
function rowSet(text: string): string {
  if (!/"last_seq":|^\{"seq":/m.test(text)) return text;
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('{"seq"'));
  const rows = new Set(lines.map((line) => line.replace(/"seq":"[^"]*"/, '"seq":""').replace(/,$/, "")));
  return `${[...rows].join("\n")}\n{"last_seq":"0-","pending":0}\n`;
}
