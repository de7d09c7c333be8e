import type { HybridClock } from "./clock.ts";
import type { Identity } from "./identity.ts";
import type { Snapshot } from "./journal.ts";
import { isEarlier, orderParts } from "./names.ts";
import type { Origins } from "./origins.ts";
import type { Outbox } from "./outbox.ts";
import type { Timeline } from "./timeline.ts";
import { waitingFor } from "./waiting.ts";

/** Brings a new region to where the journal left the old one. Nothing of it is an arrival. */
export function restore(
  snapshot: Snapshot,
  identity: Identity,
  origins: Origins,
  timeline: Timeline,
  outbox: Outbox,
  clock: HybridClock,
  nowMs: number,
): void {
  const own = origins.slots(identity.origin8);
  own.takeBaseline(snapshot.own.n, snapshot.own.stamp);
  if (own.n > snapshot.own.n || own.hole() !== undefined) identity.suspect();
  const { rooms } = timeline;
  for (const { room, order } of snapshot.deleted) rooms.touch(room).window.bury(order, undefined);
  for (const { room, order } of snapshot.blanks) rooms.touch(room).window.blank(order);
  const ascending = snapshot.messages.toSorted((one, other) =>
    one.message.order < other.message.order ? -1 : 1,
  );
  for (const { message, isWaiting } of ascending) {
    if (timeline.isBuried(message.room, message.order)) continue;
    const isShown = rooms.twins(message.session, message.mid).length === 0;
    rooms.insert({ message, state: isWaiting ? "accepted" : "stored", isShown });
    clock.merge(orderParts(message.order).stamp, nowMs);
  }
  for (const { room, floor } of snapshot.floors) rooms.touch(room).window.floor = floor;
  const voids = snapshot.voids.map(({ room, order }) => waitingFor(room, order, undefined));
  const messages = ascending
    .filter(({ isWaiting }) => isWaiting)
    .map(({ message }) => waitingFor(message.room, message.order, message));
  outbox.lookUp([...voids, ...messages].sort((one, other) => (isEarlier(one.order, other.order) ? -1 : 1)));
}
