import { pause } from "../../../replay/pause.ts";
import type { DeathPoint } from "../../fate.ts";
import type { TorturedRegion } from "../region.ts";
import type { Scene } from "../scene.ts";

/** How long a region stays dead at most. */
const DOWN_MS = 1_500;
/** Somebody posts and somebody reads all the time: a point that is not met by then was missed. */
const POINT_MS = 3_000;

/** kill -9 at whatever it is doing (R4). */
export async function kill(victim: TorturedRegion, scene: Scene): Promise<void> {
  await victim.kill();
  await comeBack(victim, scene);
}

/** kill -9 at a point of the journal's write: before it (R1), in the middle of it (R5), after it (R2). */
export function killAt(point: DeathPoint) {
  return async (victim: TorturedRegion, scene: Scene): Promise<void> => {
    victim.tell({ type: "die", at: point });
    await meet(`died ${point}`, victim.ended, scene);
    await kill(victim, scene);
  };
}

/**
 * kill -9 between the store's write and marking it (R3): the store's answer has left it and never arrives, nor does
 * the row that would tell the same.
 */
export async function killBeforeMarking(victim: TorturedRegion, scene: Scene): Promise<void> {
  const row = victim.storeCable.lay({ asked: "/_changes", answered: '"kind":"message"', passBytes: 0 });
  const answer = victim.storeCable.lay({ asked: "/_bulk_docs", answered: "", passBytes: 0 });
  await meet("died before marking", answer.sprung, scene);
  row.lift();
  answer.lift();
  victim.storeCable.mend();
  await kill(victim, scene);
}

/** kill -9 when a reader was just handed a message: perhaps before the bookmark behind it was saved (R4). */
export async function killAfterDelivery(victim: TorturedRegion, scene: Scene): Promise<void> {
  const trap = { asked: "/api/v1/s", answered: '"type":"message"', passBytes: Infinity };
  const { sprung, lift } = victim.doorCable.lay(trap);
  await meet("died after delivery", sprung, scene);
  lift();
  await kill(victim, scene);
}

/** SIGTERM, as for an upgrade (R14). */
export async function restart(victim: TorturedRegion, scene: Scene): Promise<void> {
  await victim.stop();
  scene.count("restarts");
  await victim.start();
}

async function meet(point: string, met: Promise<void>, scene: Scene): Promise<void> {
  const isMet = await Promise.race([met.then(() => true), pause(POINT_MS, scene.signal).then(() => false)]);
  if (isMet) scene.count(point);
}

async function comeBack(victim: TorturedRegion, { chance, signal, count }: Scene): Promise<void> {
  count("kills of regions");
  await pause(chance.fraction() * DOWN_MS, signal);
  await victim.start();
}
