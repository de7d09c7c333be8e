import { describeBug } from "./bugs.ts";
import type { Log } from "./log.ts";

/** The part of `process` that is needed here. */
export interface Ending {
  on(event: "uncaughtException" | "unhandledRejection", failed: (error: unknown) => void): unknown;
  exit(code: number): unknown;
}

/**
 * A bug that no request and no connection confined: nobody knows what it left half done, so the process ends, with
 * code 1 and one line that says where, and starts anew from its journal (A23). Node by itself would print the
 * error's message, which may quote an address with its password.
 */
export function endOnBug(process: Ending, log: Log): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      log.error("process-failed", describeBug(error));
      process.exit(1);
    });
  }
}
