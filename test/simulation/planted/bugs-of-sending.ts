import type { PlantedBug } from "./planted-bug.ts";

/** From the disk to the store: what its answers mean. */
export const BUGS_OF_SENDING: readonly PlantedBug[] = [
  {
    name: "takes a write without a quorum for stored",
    promise: "I8",
    file: "sync/outbox.ts",
    find: "unconfirmed.push(item);",
    replace: 'this.#remove(item); settled.push({ type: "stored", waiting: item });',
    weather: ["unconfirmed"],
  },
  {
    name: "writes again without looking when an answer is lost",
    promise: "I4",
    file: "sync/outbox.ts",
    find: 'this.#regroup({ ...flight, isSuspect: flight.isSuspect || fault.code === "failing" }, "look", nowMs);',
    replace:
      'this.#regroup({ ...flight, isSuspect: flight.isSuspect || fault.code === "failing" }, "write", nowMs);',
    weather: ["lost-results", "deletions"],
  },
  {
    name: "forgets a document whose write got no answer",
    promise: "I1",
    file: "sync/outbox.ts",
    find: 'this.#regroup({ ...flight, isSuspect: flight.isSuspect || fault.code === "failing" }, "look", nowMs);',
    replace: "",
  },
  {
    name: "drops the good half of a batch that was refused",
    promise: "I1",
    file: "sync/outbox.ts",
    find: "this.#regroup({ ...flight, items: flight.items.slice(middle) }, type, dueMs);",
    replace: "",
    weather: ["small-documents", "slow-store"],
  },
  {
    name: "rejects a whole batch for one bad document",
    promise: "I8",
    file: "sync/outbox.ts",
    find: "const [culprit] = flight.items;",
    replace:
      'const [culprit] = flight.items; if (flight.items.length > 1) for (const item of flight.items) this.#remove(item); if (flight.items.length > 1) return flight.items.map((item) => ({ type: "rejected", waiting: item, reason }));',
    weather: ["small-documents", "slow-store"],
  },
  {
    name: "does not tell readers that a message was rejected",
    promise: "I4",
    file: "sync/posts.ts",
    find: 'this.#timeline.refuse(message, { type: "rejected", room, id, mid, reason });',
    replace: "this.#timeline.rooms.remove(room, order);",
    weather: ["lasting-failures"],
  },
  {
    name: "tells that a message is rejected before its disk knows",
    promise: "I8",
    file: "sync/posts.ts",
    find: "this.#take([{ room, order, message: undefined, rejected: { message, reason } }]);",
    replace: `this.#turn.record({ type: "void", room, order });
    this.#send({ room, order, message: undefined, rejected: { message, reason } });`,
    weather: ["lasting-failures", "power-cuts"],
  },
  {
    name: "counts in its beacon what is not stored yet",
    promise: "I2",
    file: "sync/region.ts",
    find: "const { n, stamp } = this.#sending.told;",
    replace: "const { n, stamp } = this.#posts.own;",
  },
  {
    name: "waits ever longer after a fault, without a bound",
    promise: "I7",
    file: "sync/outbox.ts",
    find: "this.#closedUntilMs = Math.max(nowMs + backoffMs(this.#failures, jitter), this.#askedUntilMs);",
    replace: "this.#closedUntilMs = this.#askedUntilMs = nowMs + 1_000 * 4 ** this.#failures;",
  },
  {
    name: "never sends the void that fills a rejected slot",
    promise: "I4",
    file: "sync/posts.ts",
    find: "this.#outbox.add(waitingFor(room, order, message));",
    replace: "if (rejected === undefined) this.#outbox.add(waitingFor(room, order, message));",
    weather: ["lasting-failures", "moves"],
  },
  {
    name: "does not give the store back what it lost",
    promise: "I4",
    file: "sync/auditing.ts",
    find: 'presence === "missing" ? this.#timeline.markLost(room, order) : undefined;',
    replace: "undefined;",
    weather: ["lost-documents"],
  },
  {
    name: "takes a deletion it has not heard of for a loss, and writes over it",
    promise: "I4",
    file: "sync/auditing.ts",
    find: `    if (presence === "deleted") return this.#deletions.take(room, order);
`,
    replace: `    if (presence === "deleted") presence = "missing";
`,
    weather: ["deletions"],
  },
  {
    name: "leaves standing what a restored store brought back of the deleted",
    promise: "I4",
    file: "sync/auditing.ts",
    find: "this.#erasing.want(id, this.#turn.steadyMs);",
    replace: "",
    weather: ["deletions", "restores"],
  },
];
