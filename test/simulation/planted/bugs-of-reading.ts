import type { PlantedBug } from "./planted-bug.ts";

/** From the timeline to readers. */
export const BUGS_OF_READING: readonly PlantedBug[] = [
  {
    name: "answers cursors of other regions with silence",
    promise: "I2",
    file: "sync/reading.ts",
    find: "const from = this.#oldestMissed(vector);",
    replace: "const from: string | undefined = undefined;",
  },
  {
    name: "counts as seen in cursors what lies beyond a hole",
    promise: "I2",
    file: "sync/origins.ts",
    find: "if (slots.n > 0) seen.set(origin, slots.stamp);",
    replace: "seen.set(origin, slots.newest);",
  },
  {
    name: "skips an arrival when a reader comes back",
    promise: "I2",
    file: "sync/arrivals.ts",
    find: "if ((this.#arrivals[middle]?.offset ?? 0) <= offset) low = middle + 1;",
    replace: "if ((this.#arrivals[middle]?.offset ?? 0) <= offset + 1) low = middle + 1;",
  },
  {
    name: "hands the last arrival over again when a reader comes back",
    promise: "I2",
    file: "sync/arrivals.ts",
    find: "if ((this.#arrivals[middle]?.offset ?? 0) <= offset) low = middle + 1;",
    replace: "if ((this.#arrivals[middle]?.offset ?? 0) < offset) low = middle + 1;",
  },
  {
    name: "starts a reader over without telling it",
    promise: "I2",
    file: "sync/reading.ts",
    find: "return { ...this.#resumed(hand(events, NO_CURSOR), EMPTY_VECTOR), reset: { reason } };",
    replace:
      'const begun = this.#resumed(hand(events, NO_CURSOR), EMPTY_VECTOR); return reason === "start" ? { ...begun, reset: { reason } } : begun;',
    weather: ["odd-cursors"],
  },
  {
    name: "does not say that a page lacks what only the store has",
    promise: "I2",
    file: "sync/reading.ts",
    find: "return { ...this.#newest(rooms, reason, from), incomplete };",
    replace: "return { ...this.#newest(rooms, reason, from), incomplete: incomplete.slice(0, 0) };",
  },
  {
    name: "takes who left before it joined for somebody who knows what was deleted since",
    promise: "I4",
    file: "sync/reading.ts",
    find: "if (!this.#timeline.isKnownSince(seen))",
    replace: "if (!this.#timeline.isKnownSince(seen) && rooms.length < 0)",
    weather: ["deletions", "lost-directories", "moves"],
  },
  {
    name: "does not tell readers from elsewhere of deletions",
    promise: "I4",
    file: "sync/reading.ts",
    find: "...this.#deletions(rooms),",
    replace: "",
    weather: ["deletions", "moves"],
  },
  {
    name: "does not tell readers of deletions",
    promise: "I4",
    file: "sync/timeline.ts",
    find: 'this.deliver(room, { type: "deleted", room, id: messageId(room, order), ...mid });',
    replace: "",
  },
  {
    name: "tells every reader of every room",
    promise: "I10",
    file: "sync/timeline.ts",
    find: 'this.#turn.emit({ type: "deliver", room, arrival });',
    replace: 'this.#turn.emit({ type: "deliver", room: undefined, arrival });',
  },
  {
    name: "answers cursors from before it joined as if it had followed all the time",
    promise: "I2",
    file: "sync/reading.ts",
    find: "return epoch === this.#timeline.epoch && offset < this.#timeline.followedFrom;",
    replace: "return false;",
  },
  {
    name: "shows both messages of a mid on a page read from the store",
    promise: "I4",
    file: "sync/pages.ts",
    find: "if (seen.has(key)) return false;",
    replace: "",
    weather: ["elsewhere"],
  },
];
