import { pause } from "../../../replay/pause.ts";
import type { TorturedRegion } from "../region.ts";
import type { Scene } from "../scene.ts";

/** Around the 3 s after which a feed is given up; now and then a machine that was suspended. */
const PAUSE_MS = 5_000;
const LONG_PAUSE_MS = 15_000;
const LONG_PAUSES = 0.1;
/** Clocks of two regions are never 24 h apart: beyond that an order is not promised (R11). */
const CLOCK_MS = 11 * 60 * 60 * 1000;
const TROUBLE_MS = 4_000;

/** SIGSTOP, and SIGCONT later (R7). */
export async function suspend(victim: TorturedRegion, { chance, signal, count }: Scene): Promise<void> {
  victim.pause();
  count("pauses");
  await pause(chance.fraction() * (chance.happens(LONG_PAUSES) ? LONG_PAUSE_MS : PAUSE_MS), signal);
  victim.resume();
}

/** A clock that is wrong by hours, one way or the other, and then right again: it jumps twice (R11). */
export async function misdate(victim: TorturedRegion, { chance, signal, count }: Scene): Promise<void> {
  victim.tell({ type: "shift-clock", byMs: Math.round((chance.fraction() * 2 - 1) * CLOCK_MS) });
  count("wrong clocks");
  await pause(TROUBLE_MS, signal);
  victim.tell({ type: "shift-clock", byMs: 0 });
}

/** No room on the disk for a while (R6). */
export async function fill(victim: TorturedRegion, { signal, count, omit }: Scene): Promise<void> {
  if (!(await victim.fillDisk(true))) return omit("a full disk", "prlimit (util-linux) is not here");
  count("full disks");
  await pause(TROUBLE_MS, signal);
  await victim.fillDisk(false);
}
