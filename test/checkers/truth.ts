import type { MessageId, Mid } from "../../sync/names.ts";
import { claimsOf, type Claim } from "./claims.ts";
import type { History, Reader } from "./history.ts";
import { firstMoments } from "./moments.ts";
import { ofMessages, type Violation } from "./violation.ts";

/** I8: the state shown is true, at the moment it is shown and at the end. */
export function untrue(history: History): Violation[] {
  const claims = claimsOf(history);
  const stored = claims.filter(({ state }) => state === "stored");
  const accepted = claims.filter(({ state }) => state === "accepted");
  return [
    ...storedTooEarly(stored, history),
    ...acceptedTooEarly(accepted, history),
    ...storedAndGone(stored, history),
    ...rejectedWrongly(history),
    ...behindAtTheEnd(history),
  ];
}

function storedTooEarly(claims: readonly Claim[], history: History): Violation[] {
  if (history.confirmed === undefined) return [];
  const byId = firstMoments(history.confirmed);
  const byMid = new Map<Mid, number>();
  for (const [id, mid] of midsById(history, claims)) {
    const atMs = byId.get(id) ?? Infinity;
    byMid.set(mid, Math.min(byMid.get(mid) ?? Infinity, atMs));
  }
  const early = claims.filter(({ id, mid, atMs }) => {
    const confirmedMs = id === undefined ? byMid.get(mid) : byId.get(id);
    return (confirmedMs ?? Infinity) > atMs;
  });
  return ofMessages("I8", early, "called stored before the store had said that it has them.");
}

function acceptedTooEarly(claims: readonly Claim[], { synced, confirmed = [] }: History): Violation[] {
  if (synced === undefined) return [];
  // What the store had and lost is accepted again by whoever holds it.
  const kept = firstMoments([...synced, ...confirmed]);
  const early = claims.filter(({ id, atMs }) => id !== undefined && (kept.get(id) ?? Infinity) > atMs);
  return ofMessages("I8", early, "called accepted before they were on a disk.");
}

function storedAndGone(claims: readonly Claim[], history: History): Violation[] {
  const { store, deeds } = history;
  const standing = new Set(store.messages.map(({ mid }) => mid));
  for (const deed of deeds) if (deed.type === "deleted") standing.add(deed.mid);
  // What the store had, lost and then refuses for good is taken back, and said to be.
  for (const { handed } of history.readers)
    for (const { event } of handed) if (event.type === "rejected") standing.add(event.mid);
  const gone = claims.filter(({ mid }) => !standing.has(mid));
  return ofMessages("I8", gone, "called stored and not in the store at the end.");
}

function isShownAfter(handed: Reader["handed"], place: number, id: MessageId): boolean {
  return handed.slice(place).some(({ event }) => event.type === "message" && event.message.id === id);
}

function rejectedWrongly({ readers, store }: History): Violation[] {
  // Who was told otherwise afterwards was told the truth: an old copy of the region's disk may bring it back.
  const rejected = readers.flatMap(({ handed }) =>
    handed.flatMap(({ event }, place) =>
      event.type === "rejected" && !isShownAfter(handed, place, event.id) ? event : [],
    ),
  );
  const unstorable = new Set(store.unstorable);
  const standing = new Set(store.messages.map(({ id }) => id));
  const wrong = rejected.filter(({ id }) => !unstorable.has(id) || standing.has(id));
  return ofMessages("I8", wrong, "called rejected, though the store would take them.");
}

/** The bad news that never came is told by I1; this is the good news that never came. */
function behindAtTheEnd({ finals, store }: History): Violation[] {
  const standing = new Set(store.messages.map(({ id }) => id));
  return finals.flatMap(({ region, room, messages }) => {
    const behind = messages.filter(({ id, state }) => state !== "stored" && standing.has(id));
    return ofMessages("I8", behind, `in the store and still not called stored by ${region} in ${room}.`);
  });
}

function midsById({ store, deeds }: History, claims: readonly Claim[]): Map<MessageId, Mid> {
  const known = new Map(store.messages.map(({ id, mid }) => [id, mid]));
  for (const deed of deeds) if (deed.type === "deleted") known.set(deed.id, deed.mid);
  for (const { id, mid } of claims) if (id !== undefined) known.set(id, mid);
  return known;
}
