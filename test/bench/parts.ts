import type { Part } from "./bench.ts";
import { catchup } from "./parts/catchup.ts";
import { fanout } from "./parts/fanout.ts";
import { history } from "./parts/history.ts";
import { idle } from "./parts/idle.ts";
import { ingest } from "./parts/ingest.ts";
import { latency } from "./parts/latency.ts";
import { peers } from "./parts/peers.ts";
import { regions } from "./parts/regions.ts";
import type { PartName } from "./row.ts";

export const PARTS: Readonly<Record<PartName, Part>> = {
  fanout,
  peers,
  latency,
  ingest,
  idle,
  catchup,
  regions,
  history,
};
