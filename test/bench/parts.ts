import type { Part } from "./bench.ts";
import { fanout } from "./parts/fanout.ts";
import { ingest } from "./parts/ingest.ts";
import { latency } from "./parts/latency.ts";
import type { PartName } from "./row.ts";

export const PARTS: Readonly<Partial<Record<PartName, Part>>> = { fanout, latency, ingest };
