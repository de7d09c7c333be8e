import { run } from "./run.ts";
import type { Job } from "./job.ts";

/** The load generator, a process of its own: `node main.js <job>`. Prints `begun`, and at the end its outcome. */
const job: Job = JSON.parse(process.argv[2] ?? "");
process.stdout.write("begun\n");
const outcome = await run(job);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
