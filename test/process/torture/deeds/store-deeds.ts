import { pause } from "../../../replay/pause.ts";
import type { WireMessage } from "../../../../sync/message.ts";
import type { Scene } from "../scene.ts";
import { fetchStore } from "../store.ts";
import { readStore } from "../store-reading.ts";

const DOWN_MS = 2_500;
const PAUSE_MS = 4_000;
/** How long regions live with a password that is not right any more. */
const DENIED_MS = 2_000;
const SEEN_MS = 20_000;

/** kill -9 of the store, and a start on the same files (S1). */
export async function killStore(scene: Scene): Promise<void> {
  await whileDead(scene, async () => undefined);
}

/** It hangs, and goes on (S2, S3). */
export async function pauseStore({ stage, chance, signal, count, omit }: Scene): Promise<void> {
  if (stage.store.pause === undefined) return omit("a paused store", "its process is not ours");
  stage.store.pause(true);
  count("pauses of the store");
  await pause(chance.fraction() * PAUSE_MS, signal);
  stage.store.pause(false);
}

/** Its files are copied; the next time they are put back (S17). */
export function swapStore() {
  let isKept = false;
  return async (scene: Scene): Promise<void> => {
    const { files } = scene.stage.store;
    if (files === undefined) return scene.omit("an older copy of the store", "its directory is not known");
    await whileDead(scene, async () => {
      if (isKept) scene.count("older copies of the store");
      await (isKept ? files.putBack() : files.keep());
      isKept = !isKept;
    });
  };
}

/** Somebody deletes the database; the first region that misses it makes a new one (S12, S16). */
export async function dropDatabase({ stage, count }: Scene): Promise<void> {
  await fetchStore(stage.databaseUrl, "DELETE");
  count("databases deleted");
}

/** A new password in the store; until they are restarted with it, regions are not let in (S11). */
export async function rotatePassword(scene: Scene): Promise<void> {
  const { stage, signal, count, omit } = scene;
  const { rotate } = stage.store;
  if (rotate === undefined)
    return denyAll(scene).then(() => omit("a new password", "401s by a proxy instead"));
  await whileDead(scene, rotate);
  count("new passwords");
  await pause(DENIED_MS, signal);
  await restartAll(scene);
}

/** An admin deletes a message; it disappears everywhere (S22). */
export async function deleteMessage({ stage, chronicle, listeners, chance, count }: Scene): Promise<void> {
  const found = await readStore(stage, { limit: 200, isNewestFirst: true });
  const message: WireMessage | undefined = chance.pick(found);
  if (message === undefined) return;
  const { id, mid, sender } = message;
  const atMs = chronicle.nowMs();
  const url = `${stage.databaseUrl}/${encodeURIComponent(id)}`;
  const standing = await fetchStore(url);
  const rev = Object(standing.body)["_rev"];
  const { status } = await fetchStore(`${url}?rev=${rev}`, "DELETE");
  if (status !== 200) return;
  count("deletions by an admin");
  // Until somebody has seen it a store put back to an older copy undoes it.
  const isTold = () => listeners.some((listener) => listener.knowsGone(id));
  const isSeen = await Promise.race(listeners.map((listener) => listener.until(isTold, SEEN_MS)));
  const deed = { type: "deleted", id, mid, session: sender.session, atMs } as const;
  chronicle.deed(isSeen ? deed : { ...deed, isUndone: true });
}

async function whileDead(scene: Scene, act: () => Promise<void>): Promise<void> {
  const { stage, chance, signal, count } = scene;
  await stage.store.kill();
  count("kills of the store");
  await act();
  await pause(chance.fraction() * DOWN_MS, signal);
  await stage.store.start();
  stage.rewire();
}

async function denyAll(scene: Scene): Promise<void> {
  for (const { storeCable } of scene.stage.regions) storeCable.become({ type: "denying" });
  await pause(DENIED_MS, scene.signal);
  for (const { storeCable } of scene.stage.regions) storeCable.mend();
  await restartAll(scene);
}

/** As an operator who has given each of them the new password. */
async function restartAll({ stage, count }: Scene): Promise<void> {
  for (const region of stage.everybody) {
    await stage.hold(region, async () => {
      if (!stage.everybody.includes(region)) return;
      await region.kill();
      count("kills of regions");
      await region.start();
    });
  }
}
