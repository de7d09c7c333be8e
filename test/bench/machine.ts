import { cpus } from "node:os";

/** Where and when it was measured. */
export interface Machine {
  readonly at: string;
  readonly node: string;
  readonly cores: number;
  readonly processor: string;
}

export function machine(nowMs: number): Machine {
  const cores = cpus();
  return {
    at: new Date(nowMs).toISOString(),
    node: process.version,
    cores: cores.length,
    processor: cores[0]?.model ?? "unknown",
  };
}
