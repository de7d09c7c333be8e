import { Program } from "../process/program.ts";
import type { Job, Outcome } from "./load/job.ts";

/** Ten thousand readers have to come first. */
const READY_MS = 180_000;

/**
 * Lets a load generator of its own process carry out the job. `measuring` is called when its window begins.
 */
export async function load(job: Job, measuring?: () => Promise<void>): Promise<Outcome> {
  const [program] = await Program.start({
    script: "test/bench/load/main.js",
    args: [JSON.stringify(job)],
    ready: /^measuring$/m,
    readyMs: READY_MS,
  });
  await measuring?.();
  await program.ended;
  const line = /^\{.*\}$/m.exec(program.output)?.[0];
  if (line === undefined) throw new Error(`the load generator failed:\n${program.output}`);
  const outcome: Outcome = JSON.parse(line);
  return outcome;
}

/** What makes an outcome worthless; undefined: nothing. */
export function faultOf({ lost, repeated, refused }: Outcome): string | undefined {
  if (lost === 0 && repeated === 0 && refused === 0) return undefined;
  return `${lost} lost, ${repeated} repeated, ${refused} refused`;
}
