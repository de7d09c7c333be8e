import { Author, type Seat } from "./author.ts";
import type { Post } from "./evidence.ts";
import { Lane, type Part } from "./lane.ts";
import type { Script } from "./script.ts";

export interface Played {
  /** In the order of the logs, and so each author's in the order it sent them. */
  readonly posts: readonly Post[];
  /** Requests sent again because there was no answer. */
  readonly repeats: number;
  readonly sessions: number;
}

const MINUTE_MS = 60_000;

/**
 * Plays the logs: each nick through one region, the same in every log. Without a speed one log after the other, as
 * fast as the answers come; with one all side by side, by the minutes of their lines.
 */
export async function play(
  scripts: readonly Script[],
  seats: readonly Seat[],
  options: { speed: number | undefined; inFlight: number; signal: AbortSignal },
  posted: (count: number) => void,
): Promise<Played> {
  const { parts, authors } = cast(scripts, seats, options.speed);
  const posts = new Map<Part, Post>();
  const lanes = seats.map(({ region }) => {
    const ours = parts.filter(({ author }) => author.region === region);
    return new Lane(ours, options, (part, post) => posted(posts.set(part, post).size));
  });
  await Promise.all(lanes.map((lane) => lane.run()));
  return {
    posts: parts.flatMap((part) => posts.get(part) ?? []),
    repeats: authors.reduce((sum, { repeats }) => sum + repeats, 0),
    sessions: authors.length,
  };
}

/** Who says what, where and when. Nicks take their seats in turn, as they first speak. */
function cast(
  scripts: readonly Script[],
  seats: readonly Seat[],
  speed: number | undefined,
): { parts: Part[]; authors: Author[] } {
  const places = new Map<string, Seat>();
  const authors: Author[] = [];
  const parts: Part[] = [];
  for (const { room, lines } of scripts) {
    const present = new Map<string, Author>();
    const dueMs = speed === undefined ? lines.map(() => 0) : dueTimes(lines, speed);
    for (const [index, { nick, text }] of lines.entries()) {
      const seat = places.get(nick) ?? seats[places.size % seats.length];
      if (seat === undefined) break;
      places.set(nick, seat);
      const author = present.get(nick) ?? new Author(nick, room, seat);
      if (!present.has(nick)) authors.push(author);
      present.set(nick, author);
      parts.push({ author, text, dueMs: dueMs[index] ?? 0 });
    }
  }
  return { parts: parts.sort((one, other) => one.dueMs - other.dueMs), authors };
}

/** Logs tell minutes only: the lines of one are spread over it evenly. */
function dueTimes(lines: Script["lines"], speed: number): number[] {
  const first = lines[0]?.minute ?? 0;
  const counts = new Map<number, number>();
  for (const { minute } of lines) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  const places = new Map<number, number>();
  return lines.map(({ minute }) => {
    const place = places.get(minute) ?? 0;
    places.set(minute, place + 1);
    return ((minute - first + place / (counts.get(minute) ?? 1)) * MINUTE_MS) / speed;
  });
}
