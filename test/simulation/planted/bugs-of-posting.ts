import type { PlantedBug } from "./planted-bug.ts";

/** From the door to the disk, and back after a restart. */
export const BUGS_OF_POSTING: readonly PlantedBug[] = [
  {
    name: "acknowledges before the disk has synced",
    promise: "I8",
    file: "sync/posts.ts",
    find: "this.#tickets.set(this.#lastTicket, [...slots]);",
    replace:
      "this.#tickets.set(this.#lastTicket, [...slots]); this.journaled(this.#lastTicket, this.#turn.nowMs);",
  },
  {
    name: "shows a message before the disk has it",
    promise: "I8",
    file: "sync/posts.ts",
    find: "this.#pending.set(key, { message, requests: [post.request] });",
    replace:
      'this.#pending.set(key, { message, requests: [post.request] }); if (this.#hasDisk) this.#timeline.append(message, "accepted", post.nowMs);',
  },
  {
    name: "acknowledges what the disk refused",
    promise: "I8",
    file: "sync/posts.ts",
    find: 'this.#finish(taken.message, { type: "cannot-store" });',
    replace: 'this.#show(taken.message, "accepted", this.#turn.nowMs);',
    weather: ["disk-errors"],
  },
  {
    name: "ignores what the sender has seen",
    promise: "I3",
    file: "sync/posts.ts",
    find: "for (const seen of [post.after, changed])",
    replace: "for (const seen of [changed])",
    weather: ["skewed-clocks", "moves"],
  },
  {
    name: "lets its clock go back",
    promise: "I3",
    file: "sync/clock.ts",
    find: "this.#latest = wall > this.#latest ? wall : followingStamp(this.#latest);",
    replace: "this.#latest = wall;",
  },
  {
    name: "takes another text under a known mid for a repetition",
    promise: "I5",
    file: "sync/posts.ts",
    find: "post.text === message.text && post.room",
    replace: "post.room",
    weather: ["reused-mids"],
  },
  {
    name: "does not journal that a message waits for the store",
    promise: "I8",
    file: "sync/posts.ts",
    find: 'return [{ type: "message", message, isWaiting: true }];',
    replace: 'return [{ type: "message", message, isWaiting: false }];',
  },
  {
    name: "forgets what waits for the store when it restarts",
    promise: "I1",
    file: "sync/restore.ts",
    find: ".filter(({ isWaiting }) => isWaiting)",
    replace: ".filter(() => false)",
  },
  {
    name: "forgets deletions when it restarts",
    promise: "I4",
    file: "sync/restore.ts",
    find: "for (const { room, order } of snapshot.deleted) rooms.touch(room).window.bury(order, undefined);",
    replace: "",
    weather: ["deletions", "kills"],
  },
  {
    name: "takes its first five slots again and again",
    promise: "I2",
    file: "sync/posts.ts",
    find: "this.#own = { ...this.#own, n, stamp };",
    replace: "this.#own = { ...this.#own, n: n % 5, stamp };",
    weather: ["bad-rows"],
  },
  {
    name: "shows the highest of two order keys after a restart",
    promise: "I4",
    file: "sync/restore.ts",
    find: "one.message.order < other.message.order ? -1 : 1,",
    replace: "one.message.order < other.message.order ? 1 : -1,",
    weather: ["elsewhere", "kills"],
  },
  {
    name: "goes on under an origin that somebody else writes under",
    promise: "I4",
    file: "sync/identity.ts",
    find: "this.#isShared = true;",
    replace: "this.#isShared = false;",
    weather: ["clones"],
  },
];
