import { HERE, mid, orderAt, THERE } from "../sync/names.ts";
import {
  altered,
  answeredBelow,
  finallyAltered,
  finalsWithout,
  handedBy,
  isOf,
  keepingAtTheEnd,
  otherRoom,
  repeated,
  shownAt,
  twinOf,
  type Damage,
} from "./damage.ts";
import type { Handed } from "./history.ts";

/** I1 to I5: what is shown, how often, in which order, and with which bytes. */
export const DAMAGES_TO_MESSAGES: readonly Damage[] = [
  {
    name: "an acknowledged message is nowhere at the end",
    promise: "I1",
    wreck: (history, { id }) => keepingAtTheEnd(history, (message) => message.id !== id),
  },
  {
    name: "an acknowledged message is in the store and shown by no region",
    promise: "I1",
    wreck: (history, { id }) => ({ ...history, finals: finalsWithout(history.finals, id) }),
  },
  {
    name: "a reader is handed a message again",
    promise: "I2",
    wreck: (history, { id }) =>
      handedBy(history, "reader 1", (handed) => handed.flatMap((one) => (isOf(one, id) ? [one, one] : one))),
  },
  {
    name: "a reader moves and is handed a message twice there",
    promise: "I2",
    wreck: (history, message) => {
      const there: Handed = { ...shownAt(HERE, message), life: "life-2" };
      return handedBy(history, "mover", (handed) => [...handed, there, there]);
    },
  },
  {
    name: "a reader is shown the higher one of two with one mid, and never the lower",
    promise: "I2",
    wreck: (history) => {
      const lower = new Set(repeated(history.store.messages).map(({ id }) => id));
      return handedBy(history, "reader 1", (handed) =>
        handed.filter(({ event }) => event.type !== "message" || !lower.has(event.message.id)),
      );
    },
  },
  {
    name: "a reader is never shown a message that came after its first page",
    promise: "I2",
    wreck: (history, { id }) =>
      handedBy(history, "reader 1", (handed) => handed.filter((one) => !isOf(one, id))),
  },
  {
    name: "a message is acknowledged below what its author had seen",
    promise: "I3",
    wreck: (history, { id }) => ({
      ...history,
      attempts: history.attempts.map((attempt) => answeredBelow(attempt, id)),
    }),
  },
  {
    name: "a message is shown below what its author had seen",
    promise: "I3",
    wreck: (history, { id }) => ({
      ...history,
      finals: history.finals.map((final) => ({
        ...final,
        messages: final.messages.map((one) => (one.id === id ? { ...one, order: orderAt(1, -1) } : one)),
      })),
    }),
  },
  {
    name: "one region lacks a message",
    promise: "I4",
    wreck: (history, { id }) => ({
      ...history,
      finals: history.finals.map((final) =>
        final.region === HERE ? { ...final, messages: final.messages.filter((one) => one.id !== id) } : final,
      ),
    }),
  },
  {
    name: "one region shows other bytes",
    promise: "I4",
    wreck: (history, { id }) =>
      finallyAltered(history, id, (message) => ({ ...message, at: message.at + 1 })),
  },
  {
    name: "one region shows a message under another id",
    promise: "I4",
    wreck: (history, { id }) => finallyAltered(history, id, twinOf),
  },
  {
    name: "one region has two messages the wrong way round",
    promise: "I4",
    wreck: (history) => ({
      ...history,
      finals: history.finals.map((final) =>
        final.region === HERE ? { ...final, messages: final.messages.toReversed() } : final,
      ),
    }),
  },
  {
    name: "a line is on a screen twice",
    promise: "I4",
    wreck: (history) => ({
      ...history,
      screens: history.screens.map((screen) => ({
        ...screen,
        lines: screen.lines.flatMap((line) => [line, line]),
      })),
    }),
  },
  {
    name: "a screen lacks its first line",
    promise: "I4",
    wreck: (history) => ({
      ...history,
      screens: history.screens.map((screen) => ({ ...screen, lines: screen.lines.slice(1) })),
    }),
  },
  {
    name: "a reader is not told of a deletion",
    promise: "I4",
    wreck: (history) =>
      handedBy(history, "reader 1", (handed) => handed.filter(({ event }) => event.type !== "deleted")),
  },
  {
    name: "a reader is shown a message under an id that the store does not have",
    promise: "I4",
    wreck: (history, message) =>
      handedBy(history, "reader 1", (handed) => [...handed, shownAt(THERE, twinOf(message))]),
  },
  {
    name: "a deleted message is written again and shown again",
    promise: "I4",
    wreck: (history, message) => ({
      ...history,
      deeds: [
        ...history.deeds,
        { type: "deleted", id: message.id, mid: message.mid, session: message.sender.session, atMs: 1e6 },
      ],
    }),
  },
  {
    name: "a text is changed on its way",
    promise: "I5",
    wreck: (history, { id }) =>
      altered(history, id, (message) => ({ ...message, text: `${message.text}\u{FFFD}` })),
  },
  {
    name: "a message is shown under another's name",
    promise: "I5",
    wreck: (history, { id }) =>
      altered(history, id, (message) => ({ ...message, sender: { ...message.sender, name: "Eve" } })),
  },
  {
    name: "a message is shown in a room where it was not said",
    promise: "I5",
    wreck: (history, { id }) => altered(history, id, (one) => ({ ...one, room: otherRoom(one) })),
  },
  {
    name: "a message that nobody said is in the store and shown by all",
    promise: "I5",
    wreck: (history, message) => {
      const alien = { ...twinOf(message), mid: mid(999) };
      const messages = [...history.store.messages, alien];
      const finals = history.finals.map((final) => ({ ...final, messages: [...final.messages, alien] }));
      return { ...history, store: { ...history.store, messages }, finals };
    },
  },
  {
    name: "a message that every region turned away is shown",
    promise: "I5",
    wreck: (history, message) => ({
      ...history,
      attempts: history.attempts.map((attempt) =>
        attempt.mid === message.mid
          ? { ...attempt, answer: { type: "refused", atMs: attempt.sentMs, code: "mid-reused" } }
          : attempt,
      ),
    }),
  },
  {
    name: "another text under a known mid is acknowledged as if it had been taken",
    promise: "I5",
    wreck: (history, message) => ({
      ...history,
      attempts: history.attempts.flatMap((attempt) =>
        attempt.mid === message.mid ? [attempt, { ...attempt, text: "something else" }] : attempt,
      ),
    }),
  },
];
