import { BEACONS, type SigningKey } from "../sync/beacon.ts";
import { classify } from "../sync/document.ts";
import { BEACON_SILENT_MS, KNOWN_ORIGINS } from "../sync/limits.ts";
import type { Origin } from "../sync/names.ts";
import { Region } from "../sync/region.ts";
import type { Store } from "../sync/store.ts";
import { openDoors, type Doors } from "./app.ts";
import { Audience } from "./audience.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { Executor } from "./executor.ts";
import { findHome, randomEpoch, randomOrigin, type Home } from "./home.ts";
import { Journal } from "./journal.ts";
import { LevelDisk } from "./level-disk.ts";
import { DOOR_LIMITS } from "./limits.ts";
import { listen } from "./listening.ts";
import { LocalChat } from "./local-chat.ts";
import type { Log, OpenLog } from "./log.ts";
import { openMetrics } from "./metrics/open-metrics.ts";
import { readMetrics } from "./metrics/read-metrics.ts";
import type { PageDirectory } from "./page.ts";
import { Readers } from "./readers.ts";
import { Senders } from "./senders.ts";

import { openSigningKey } from "./signing-key.ts";

export interface RegionStart {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: OpenLog;
  readonly version: string;
  readonly pageDirectories: readonly PageDirectory[];
  /** Called on each beat while the store does not answer. */
  readonly missStore?: () => void;
}

export interface RunningRegion {
  readonly type: "running";
  readonly name: string;
  readonly url: string;
  /** Refuses newcomers, sends what waits for the store for at most `graceMs`, says goodbye and closes. */
  close(graceMs: number): Promise<void>;
}

/** `remedy` is for the person who started it. */
export type RegionStarted = RunningRegion | { readonly type: "failed"; readonly remedy: string };

/** Looking for names already used must not hold up a start when the store is away. */
const NAMES_WAIT_MS = 3_000;

/** Puts a region together: its home on disk, the core, the executor, the doors. */
export async function startRegion(start: RegionStart): Promise<RegionStarted> {
  const { config, store, clock, log } = start;
  const used = config.region === undefined ? await usedNames(store, clock) : new Map<string, Origin>();
  const home = await findHome(
    config.dataDirectory,
    config.region,
    (name, origin) => (used.get(name) ?? origin) !== origin,
  );
  if (home.type === "taken") {
    return {
      type: "failed",
      remedy: `A running process has ${home.directory}. Give this region another REGION, or another DATA_DIR.`,
    };
  }
  tellOfHome(home, log);
  const signingKey = await openSigningKey(home.type === "home" ? home.directory : undefined);
  const parts = assemble(start, home, signingKey.publicKey);
  const { region, executor, chat } = parts;
  const doors = await openDoors({
    ...start,
    chat,
    audience: parts.audience,
    signingKey,
    origin: parts.origin,
    giveWay: () => parts.readers.giveWay(),
    isReady: () => region.hasJoined && (!region.isDiskBroken || region.storeView().state === "live"),
  });
  const listening = await listen(doors.server, config.host, config.port, config.isPortGiven);
  if (listening.type === "failed") {
    await parts.close(doors, 0);
    return { type: "failed", remedy: listening.reason };
  }
  const metrics = await startMetrics(start, home, parts, doors);
  if (metrics?.type === "failed") {
    await parts.close(doors, 0);
    return metrics;
  }
  const url = config.publicUrl ?? `http://${urlHost(config.host)}:${listening.port}`;
  const stopBeat = clock.everySecond(() => {
    executor.tick();
    chat.resumeEarly();
    if (region.storeView().state === "away") start.missStore?.();
  });
  // A store that does not answer must not hold up people who want in.
  void executor.start(url);
  log.info("region-started", { region: home.name, origin: parts.origin, url });
  return {
    type: "running",
    name: home.name,
    url,
    async close(graceMs) {
      stopBeat();
      await metrics?.close();
      await parts.close(doors, graceMs);
      log.info("region-stopped", { region: home.name, waiting: region.storeView().waiting });
    },
  };
}

function assemble(start: RegionStart, home: Exclude<Home, { type: "taken" }>, key: SigningKey) {
  const { config, store, clock, log, version } = start;
  const origin = home.type === "home" ? home.file.origin : home.origin;
  const region = new Region({
    origin,
    name: home.name,
    version,
    key,
    capacity: DOOR_LIMITS.connections,
    epoch: randomEpoch(),
    follow: config.follow,
    hasDisk: home.type === "home",
    snapshot: home.type === "home" ? home.file.snapshot : undefined,
    isCopy: home.type === "home" && home.file.isCopy,
    nowMs: clock.now(),
  });
  const readers = new Readers();
  const audience = new Audience(clock);
  const senders = new Senders();
  const journal =
    home.type === "home"
      ? new Journal(new LevelDisk(home.file.level), {
          synced: (tickets) => executor.tell({ type: "journaled", tickets }),
          failed: (tickets, reason) => {
            log.error("journal-broken", {
              reason,
              remedy: "make room on the disk; it is tried again every second",
            });
            executor.tell({ type: "journalFailed", tickets });
          },
          opened: () => {
            log.info("journal-mended");
            executor.tell({ type: "journalOpened" });
          },
        })
      : undefined;
  const executor = new Executor({
    region,
    store,
    journal,
    readers,
    here: () => audience.here(),
    log,
    clock,
    random: Math.random,
    drawOrigin: randomOrigin,
    mayCreate: config.mayCreateDatabase,
    answer: (effect) => senders.take(effect),
  });
  const chat = new LocalChat({ name: home.name, region, executor, senders, readers, store, clock });
  async function close(doors: Doors, graceMs: number): Promise<void> {
    await doors.close(graceMs);
    await executor.close(graceMs);
    await journal?.close();
    await store.close();
  }
  return { origin, region, executor, chat, readers, audience, close };
}

/** On an address of their own, if one was given. */
async function startMetrics(
  { config, log }: RegionStart,
  home: Home,
  { region, chat, readers }: Pick<ReturnType<typeof assemble>, "region" | "chat" | "readers">,
  doors: Doors,
) {
  if (config.metrics === undefined) return undefined;
  const journal = () => (home.type !== "home" ? "none" : region.isDiskBroken ? "broken" : "working");
  const metrics = await openMetrics(config.metrics, () =>
    readMetrics({ doors, chat, readers, log, journal }),
  );
  if (metrics.type === "open") log.info("metrics", { url: metrics.url });
  return metrics;
}

/** Names that other regions go by at the moment, and which origin does. Unknown while the store is away. */
async function usedNames(store: Store, clock: Clock): Promise<Map<string, Origin>> {
  const late = new Promise<undefined>((resolve) => void setTimeout(resolve, NAMES_WAIT_MS, undefined));
  const beacons = await Promise.race([store.range({ ...BEACONS, limit: KNOWN_ORIGINS }), late]);
  const used = new Map<string, Origin>();
  for (const row of beacons?.type === "range" ? beacons.rows : []) {
    const incoming = classify(row);
    if (incoming.type !== "beacon") continue;
    const { name, origin, retired, at } = incoming.beacon;
    if (!retired && clock.now() - at < BEACON_SILENT_MS) used.set(name, origin);
  }
  return used;
}

function tellOfHome(home: Home, log: Log): void {
  if (home.type === "homeless") {
    log.warn("no-journal", {
      reason: home.reason,
      meaning: "messages are acknowledged only after the store has them",
      remedy: "make DATA_DIR writable",
    });
  } else if (home.type === "home" && home.file.damaged > 0) {
    log.warn("journal-damaged", {
      entries: home.file.damaged,
      meaning: "left out; the store still has what it stored",
    });
  }
}

/** An address that means all of them is no address to go to. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
