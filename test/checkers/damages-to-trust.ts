import { HERE } from "../sync/names.ts";
import { finallyAltered, keepingAtTheEnd, otherRoom, type Damage } from "./damage.ts";

/** I6 to I10: bounds, recovery, states, noise, rights. */
export const DAMAGES_TO_TRUST: readonly Damage[] = [
  {
    name: "a queue grows beyond its bound",
    promise: "I6",
    wreck: (history) => ({
      ...history,
      loads: [{ region: HERE, what: "waiting documents", most: 50_001, bound: 50_000 }],
    }),
  },
  {
    name: "a dead feed is noticed too late",
    promise: "I7",
    wreck: (history) => ({
      ...history,
      waits: [{ what: "a dead feed", fromMs: 0, untilMs: 3_001, boundMs: 3_000 }],
    }),
  },
  {
    name: "a region is never in step again",
    promise: "I7",
    wreck: (history) => ({
      ...history,
      waits: [{ what: "a region out of step", fromMs: 0, boundMs: 5_000 }],
    }),
  },
  {
    name: "an author who asks and asks gets no answer",
    promise: "I7",
    wreck: (history, message) => ({
      ...history,
      attempts: history.attempts.map(({ answer, ...attempt }) =>
        answer === undefined || attempt.mid === message.mid ? attempt : { ...attempt, answer },
      ),
    }),
  },
  {
    name: "a message is called stored before the store has said so",
    promise: "I8",
    wreck: (history, { id }) => ({
      ...history,
      confirmed: (history.confirmed ?? []).map((one) => (one.id === id ? { id, atMs: one.atMs + 50 } : one)),
    }),
  },
  {
    name: "a message is called stored that the store never confirmed",
    promise: "I8",
    wreck: (history, { id }) => ({
      ...history,
      confirmed: (history.confirmed ?? []).filter((one) => one.id !== id),
    }),
  },
  {
    name: "a message is called accepted before the disk has it",
    promise: "I8",
    wreck: (history, { id }) => ({
      ...history,
      synced: (history.synced ?? []).map((one) => (one.id === id ? { id, atMs: one.atMs + 10 } : one)),
    }),
  },
  {
    name: "a message was called stored and is not in the store",
    promise: "I8",
    wreck: (history, { id }) => keepingAtTheEnd(history, (message) => message.id !== id),
  },
  {
    name: "a message is called rejected that the store would take",
    promise: "I8",
    wreck: (history) => ({ ...history, store: { ...history.store, unstorable: [] } }),
  },
  {
    name: "a message is still called accepted when all is quiet",
    promise: "I8",
    wreck: (history, { id }) => finallyAltered(history, id, (message) => ({ ...message, state: "accepted" })),
  },
  {
    name: "a region exits by itself",
    promise: "I9",
    wreck: (history) => ({
      ...history,
      processes: [{ region: HERE, crashes: ["TypeError"], aliveMs: 1, logLines: 1, alarms: {} }],
    }),
  },
  {
    name: "a log floods",
    promise: "I9",
    wreck: (history) => ({
      ...history,
      processes: [{ region: HERE, crashes: [], aliveMs: 60_000, logLines: 111, alarms: {} }],
    }),
  },
  {
    name: "a reader receives a room it has no right to",
    promise: "I10",
    wreck: (history, message) => ({
      ...history,
      readers: history.readers.map((reader) => ({ ...reader, rooms: [otherRoom(message)] })),
    }),
  },
  {
    name: "a reader learns of a deletion in a room it has no right to",
    promise: "I10",
    wreck: (history, message) => ({
      ...history,
      readers: history.readers.map((reader) => ({
        ...reader,
        rooms: [otherRoom(message)],
        handed: reader.handed.filter(({ event }) => event.type === "deleted"),
      })),
    }),
  },
];
