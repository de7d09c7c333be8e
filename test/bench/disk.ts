import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { median } from "./median.ts";

const WRITES = 50;
/** As much as a message takes in a journal. */
const BYTES = Buffer.alloc(500, "x");

/** What it takes to have something on this directory's disk for certain: a write and its sync. */
export async function syncMs(directory: string): Promise<number> {
  const path = join(directory, "sync-probe");
  const file = await open(path, "w");
  const samplesMs: number[] = [];
  for (let n = 0; n < WRITES; n++) {
    const startMs = performance.now();
    await file.write(BYTES);
    await file.datasync();
    samplesMs.push(performance.now() - startMs);
  }
  await file.close();
  await rm(path);
  return median(samplesMs);
}
