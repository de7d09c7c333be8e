import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Drops at once what nothing holds any more, weak references included. */
export async function collectGarbage(): Promise<void> {
  // A weak reference that was looked at holds on until the turn is over.
  await setImmediate();
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("this Node cannot be told to collect garbage");
  collect();
}
