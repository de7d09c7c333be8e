import { classify, messageDocument } from "../../sync/document.ts";
import { branded } from "../../sync/brand.ts";
import { toWire, type Message } from "../../sync/message.ts";
import { messageId, orderKey, origin8, type Mid, type Origin, type Room } from "../../sync/names.ts";
import { encodeStamp } from "../../sync/stamp.ts";
import type { Chance } from "../sync/chance.ts";
import type { Deed } from "./deed.ts";
import { misfortunesOf, type Misfortune } from "./swarm.ts";
import type { World } from "./world.ts";

/** Whoever typed messages in, had he been a region. */
const ADMIN = branded<Origin>("admin0".padEnd(26, "0"));

/** Documents nobody but a mistake, a tool or an attacker puts there. */
const FOREIGN: readonly object[] = [
  { _id: "_design/by-date", views: { all: { map: "function (doc) { emit(doc.at); }" } } },
  { _id: "notes", text: "remember the milk" },
  { _id: "lobby:today", kind: "message" },
  { _id: "region:nobody", kind: "region", v: 1 },
];

/** What follows a slot's id in the store has to be as strict as at the doors, or it is nothing. */
const HOSTILE: readonly ((id: string) => string)[] = [
  (id) => JSON.stringify({ _id: id, kind: "message", v: 1, constructor: { prototype: 1 } }),
  (id) => `{"_id":${JSON.stringify(id)},"kind":"message","text":${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
  (id) => JSON.stringify({ _id: id, kind: "message", v: 1, text: "x".repeat(100_000) }),
  (id) => JSON.stringify({ _id: id, kind: "message", v: 2, text: "from a later version" }),
  (id) => JSON.stringify({ _id: id, kind: "message", v: 1, sender: "\u0000", text: "\ud800" }),
];

/** What an admin does in Fauxton. */
export const ADMIN_DEEDS = {
  deletions: (world, chance) => {
    const message = pickMessage(world, chance);
    if (message === undefined) return;
    const id = messageId(message.room, message.order);
    if (!world.couch.delete(id)) return;
    // Of a contested document the other version stands now: whoever wants it gone deletes that too.
    if (world.couch.documentAt(id) !== undefined) return;
    world.surroundings.tally.count("S22");
    const { mid, session } = message;
    world.chronicle.deeds.push({ type: "deleted", id, mid, session, atMs: world.schedule.nowMs });
  },
  edits: (world, chance) => {
    const message = pickMessage(world, chance);
    if (message === undefined || message.text === "" || mayMissChange(world)) return;
    const edited = { ...message, text: `${message.text}, edited` };
    if (!world.couch.edit(messageId(message.room, message.order), bodyOf(edited))) return;
    world.surroundings.tally.count("S21");
    note(world, edited);
  },
  "foreign-documents": (world, chance) => {
    const document = chance.pick(FOREIGN);
    if (world.couch.typeIn(JSON.stringify(document))) world.surroundings.tally.count("S23");
  },
  "hostile-documents": (world, chance) => {
    const document = chance.pick(HOSTILE);
    const { room, order } = typed(world, chance);
    if (document === undefined) return;
    if (world.couch.typeIn(document(messageId(room, order)), "S24")) world.surroundings.tally.count("S24");
  },
  /** A message that is one in every respect, but that no region wrote: no beacon counts it, so no row of it may be lost. */
  "typed-messages": (world, chance) => {
    if (mayMissChange(world)) return;
    const message = typed(world, chance);
    if (!world.couch.typeIn(JSON.stringify(messageDocument(message)))) return;
    world.surroundings.tally.count("S23");
    note(world, message);
  },
  /** The same id with another body, as both sides of a split leave it. */
  conflicts: (world, chance) => {
    const message = pickMessage(world, chance);
    if (message === undefined || message.text === "" || mayMissChange(world)) return;
    const other = { ...message, text: `${message.text}, on the other side` };
    if (!world.couch.contest(messageId(message.room, message.order), bodyOf(other))) return;
    world.surroundings.tally.count("S20");
    note(world, other);
  },
} satisfies Readonly<Record<string, Deed>>;

/**
 * Where these happen nothing is changed in place: of an edit that was undone with the store nobody can tell which text
 * is the right one, and a reader that comes from another process is told what is new and what was deleted, not what
 * was edited.
 */
const FORGETTING: readonly Misfortune[] = [
  "restores",
  "node-restores",
  "recreations",
  "lost-documents",
  "compactions",
  "moves",
  "kills",
  "power-cuts",
  "old-copies",
  "lost-directories",
  "retirements",
  "goodbyes",
  "odd-cursors",
  "bad-rows",
];

function mayMissChange({ swarm }: World): boolean {
  const there = misfortunesOf(swarm);
  return FORGETTING.some((name) => there.includes(name));
}

function pickMessage(world: World, chance: Chance): Message | undefined {
  const id = chance.pick(world.storedIds());
  if (id === undefined) return undefined;
  const incoming = classify({ id, document: world.couch.documentAt(id) });
  return incoming.type === "message" ? incoming.message : undefined;
}

function typed(world: World, chance: Chance): Message {
  const room = chance.pick(world.rooms) ?? branded<Room>("lobby");
  const n = world.typedSoFar();
  const at = world.schedule.nowMs;
  return {
    room,
    mid: branded<Mid>(`00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`),
    sender: "Admin",
    session: "session-of-admin",
    text: `typed ${n}`,
    order: orderKey({ stamp: encodeStamp(at, 0), origin8: origin8(ADMIN), n }),
    origin: ADMIN,
    region: "fauxton",
    at,
  };
}

function bodyOf(message: Message): object {
  const { _id, ...body } = messageDocument(message);
  return body;
}

function note(world: World, message: Message): void {
  world.chronicle.deeds.push({
    type: "typed",
    message: toWire(message, "stored"),
    atMs: world.schedule.nowMs,
  });
}
