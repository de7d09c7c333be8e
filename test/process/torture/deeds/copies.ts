import { cp, rename, rm } from "node:fs/promises";
import type { Mid } from "../../../../sync/names.ts";
import { pause } from "../../../replay/pause.ts";
import { Author } from "../author.ts";
import type { Listener } from "../listener.ts";
import type { TorturedRegion } from "../region.ts";
import type { Scene } from "../scene.ts";

/** How long both live. */
const TOGETHER_MS = 4_000;
/** The store may be dead meanwhile, and the readers' regions too. */
const SEEN_MS = 150_000;
const WORDS = 20;

let copies = 0;

/** A copy of a region's directory is started as a second region: two processes with one past (R9). */
export async function clone(victim: TorturedRegion, scene: Scene): Promise<void> {
  const { stage, count } = scene;
  const name = `copy-${++copies}`;
  await victim.kill();
  await cp(victim.home, `${stage.directory}/${name}/regions/${name}`, { recursive: true });
  await victim.start();
  const guest = await stage.invite(name);
  count("cloned directories");
  await speakTo(guest, scene);
  await stage.dismiss(guest);
}

/** A region's directory is put back as it was some seconds ago: a machine restored from a snapshot (R8). */
export async function restore(victim: TorturedRegion, scene: Scene): Promise<void> {
  const { chronicle, signal, count } = scene;
  const older = `${victim.home}.older`;
  await victim.kill();
  await cp(victim.home, older, { recursive: true });
  await victim.start();
  await pause(TOGETHER_MS, signal);
  await victim.kill();
  // What only this disk had is gone with it, and nobody promises otherwise.
  chronicle.lostDisk(victim.place.region);
  await rm(victim.home, { recursive: true });
  await rename(older, victim.home);
  count("restored directories");
  await victim.start();
}

/** Until somebody elsewhere has seen it all: what one disk alone holds is lost with it. */
async function speakTo(guest: TorturedRegion, scene: Scene): Promise<void> {
  const { rooms, listeners, chance, signal } = scene;
  const room = chance.pick(rooms);
  if (room === undefined) return;
  const author = new Author({ ...scene, name: guest.name, room, regions: [guest] }, guest);
  const mids: (Mid | undefined)[] = [];
  for (let n = 1; n <= WORDS; n++) {
    mids.push(await author.say(`${guest.name} ${n}`));
    await pause(TOGETHER_MS / WORDS, signal);
  }
  const haveAll = (reader: Listener): boolean => mids.every((mid) => mid === undefined || reader.knows(mid));
  await Promise.race(listeners.map((reader) => reader.until(() => haveAll(reader), SEEN_MS)));
}
