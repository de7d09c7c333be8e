import { run } from "./run.ts";
import type { Job } from "./job.ts";

/** The load generator, a process of its own: `node main.js <job>`. Prints `measuring`, and at the end its outcome. */
const job: Job = JSON.parse(process.argv[2] ?? "");
const outcome = await run(job);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
