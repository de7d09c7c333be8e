import type { WireMessage } from "../../sync/message.ts";
import { messageId, type OrderKey } from "../../sync/names.ts";
import { GARDEN, HERE, LOBBY, orderAt } from "../sync/names.ts";
import type { Attempt, Final, Handed, History, Reader } from "./history.ts";
import type { PromiseId } from "./violation.ts";

/** One named way in which a good history goes bad, for one message of it that was kept under a single id. */
export interface Damage {
  readonly name: string;
  readonly promise: PromiseId;
  readonly wreck: (history: History, message: WireMessage) => History;
}

/** The lower ones of those with one mid. */
export function repeated(messages: readonly WireMessage[]): WireMessage[] {
  return messages.filter((one) =>
    messages.some(({ mid: other, order }) => other === one.mid && one.order < order),
  );
}

/** The same message under an order key that sorts behind everything. */
export function twinOf(message: WireMessage): WireMessage {
  const order = orderAt(9_999, 9_999_999);
  return { ...message, order, id: messageId(message.room, order) };
}

export function shownAt(region: Handed["region"], message: WireMessage): Handed {
  return { atMs: 1e6, region, life: "life-1", event: { type: "message", message } };
}

export function handedBy(
  history: History,
  client: string,
  change: (handed: readonly Handed[]) => readonly Handed[],
): History {
  const readers = history.readers.map((reader): Reader =>
    reader.client === client ? { ...reader, handed: change(reader.handed) } : reader,
  );
  return { ...history, readers };
}

export function isOf({ event }: Handed, id: WireMessage["id"]): boolean {
  return event.type === "message" && event.message.id === id;
}

export function otherRoom({ room }: WireMessage): WireMessage["room"] {
  return room === LOBBY ? GARDEN : LOBBY;
}

export function keepingAtTheEnd(history: History, isKept: (message: WireMessage) => boolean): History {
  const finals = history.finals.map((final) => ({ ...final, messages: final.messages.filter(isKept) }));
  const messages = history.store.messages.filter(isKept);
  return { ...history, finals, store: { ...history.store, messages } };
}

export function finalsWithout(finals: readonly Final[], id: WireMessage["id"]): Final[] {
  return finals.map((final) => ({ ...final, messages: final.messages.filter((one) => one.id !== id) }));
}

/** In one region's history at the end. */
export function finallyAltered(
  history: History,
  id: WireMessage["id"],
  change: (message: WireMessage) => WireMessage,
): History {
  const finals = history.finals.map((final) => {
    const messages = final.messages.map((one) => (one.id === id ? change(one) : one));
    return final.region === HERE ? { ...final, messages } : final;
  });
  return { ...history, finals };
}

/** Everywhere, as if it had been so from the beginning. */
export function altered(
  history: History,
  id: WireMessage["id"],
  change: (message: WireMessage) => WireMessage,
): History {
  const changed = (message: WireMessage): WireMessage => (message.id === id ? change(message) : message);
  return {
    ...history,
    store: { ...history.store, messages: history.store.messages.map(changed) },
    finals: history.finals.map((final) => ({ ...final, messages: final.messages.map(changed) })),
    readers: history.readers.map((reader) => ({
      ...reader,
      handed: reader.handed.map((one) =>
        one.event.type === "message"
          ? { ...one, event: { ...one.event, message: changed(one.event.message) } }
          : one,
      ),
    })),
  };
}

/** With the order key of a message said long before. */
export function answeredBelow(attempt: Attempt, id: WireMessage["id"]): Attempt {
  const { answer } = attempt;
  if (answer?.type !== "acknowledged" || answer.message.id !== id) return attempt;
  const order: OrderKey = orderAt(1, -1);
  return { ...attempt, answer: { ...answer, message: { ...answer.message, order } } };
}
