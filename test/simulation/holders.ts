import { messageId, type MessageId } from "../../sync/names.ts";
import type { DiskImage } from "./disk.ts";
import type { Machine } from "./machine.ts";
import type { World } from "./world.ts";

/**
 * Whether every message that anybody may rely on is still held by somebody when this is gone: by the store, or by
 * the synced part of another disk. No system survives the loss of all copies at once, so the world does not do that.
 */
export function isKeptWithout(world: World, { disks = [] }: { disks?: readonly Machine[] }): boolean {
  const held = new Set<MessageId>(world.storedIds());
  for (const machine of world.living()) {
    if (!disks.includes(machine)) for (const id of heldBy(machine, machine.disk.durable())) held.add(id);
  }
  return mattering(world).every((id) => held.has(id));
}

/**
 * Whether the store may lose something: every region can give it back, and none has to ask it what a room's history
 * was. Whoever reads a page from a store that lacks messages at that moment cannot know it, and a reader that is
 * handed this page and moves on before they are there again is not told.
 */
export function mayLoseInStore(world: World): boolean {
  const ids = mattering(world);
  return world.living().every((machine) => {
    const held = heldBy(machine, machine.disk);
    return ids.every((id) => held.has(id));
  });
}

/** Whether the store has everything that anybody may rely on, so that a region may begin afresh. */
export function isStoreWhole(world: World): boolean {
  const held = new Set(world.storedIds());
  return mattering(world).every((id) => held.has(id));
}

/** Every message that was ever safe, and that no admin deleted. */
function mattering({ chronicle }: World): MessageId[] {
  const deleted = new Set(chronicle.deeds.flatMap((deed) => (deed.type === "deleted" ? deed.id : [])));
  return [...chronicle.kept()].filter((id) => !deleted.has(id));
}

/** What a region read before it joined it forgets, to read it again; of its own, if it takes a new origin before. */
function heldBy({ isDiskless }: Machine, disk: DiskImage): Set<MessageId> {
  const { snapshot } = isDiskless ? { snapshot: undefined } : disk.load();
  const messages = snapshot?.messages ?? [];
  const lasting = snapshot?.since === undefined ? messages.filter(({ isWaiting }) => isWaiting) : messages;
  return new Set(lasting.map(({ message }) => messageId(message.room, message.order)));
}

/**
 * To be called after something that may have taken away the last trace of a deletion made since `sinceMs`: if the
 * message stands in the store again and no region safely remembers that it was deleted, it may stand there for good.
 */
export function forgiveDeletions(world: World, sinceMs = -Infinity): void {
  const { deeds } = world.chronicle;
  const undone = [...deeds.entries()].filter(([, deed]) => {
    if (deed.type !== "deleted" || deed.isUndone === true || deed.atMs < sinceMs) return false;
    return !isDeletedInStore(world, deed.id);
  });
  if (undone.length === 0) return;
  const remembered = new Set<MessageId>();
  for (const { disk, isDiskless } of world.living()) {
    const { snapshot } = isDiskless ? { snapshot: undefined } : disk.durable().load();
    for (const { room, order } of snapshot?.deleted ?? []) remembered.add(messageId(room, order));
  }
  for (const [place, deed] of undone)
    if (deed.type === "deleted" && !remembered.has(deed.id)) deeds[place] = { ...deed, isUndone: true };
}

function isDeletedInStore(world: World, id: MessageId): boolean {
  const found = world.couch.connect().read([id]);
  return found.type === "found" && found.found[0]?.type === "deleted";
}
