import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Loaded before a server that is measured: on SIGUSR2 it collects its garbage. */
setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");
process.on("SIGUSR2", () => {
  if (typeof collect === "function") collect();
});
