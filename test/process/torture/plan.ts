/** How much of everything one torture holds. */
export interface Plan {
  readonly regions: number;
  readonly rooms: number;
  readonly authors: number;
  readonly messages: number;
  /** The deeds are spread over so long; what takes longer takes longer. */
  readonly seconds: number;
  /** Two of them are always under way. */
  readonly regionDeeds: Readonly<Record<RegionDeedName, number>>;
  readonly storeDeeds: Readonly<Record<StoreDeedName, number>>;
  readonly weathers: number;
  /** Readers that move from region to region, and how often each does. */
  readonly moves: number;
  /** Messages that wait in one region until the store is back. */
  readonly backlog: number;
  /** Drills of a dead line in each region. */
  readonly drills: number;
  /** Times every bound on a recovery: more than 1 where other work shares the machine. */
  readonly leeway: number;
  readonly hasTab: boolean;
  /** So often at least each of these has to happen, or the torture was none. */
  readonly least: Readonly<Record<string, number>>;
}

export type RegionDeedName =
  | "kill"
  | "kill before sync"
  | "kill during sync"
  | "kill after sync"
  | "kill before marking"
  | "kill after delivery"
  | "restart"
  | "suspend"
  | "misdate"
  | "fill"
  | "clone"
  | "restore";

export type StoreDeedName = "kill" | "pause" | "swap" | "drop" | "rotate" | "delete";

/** Under ten minutes on two cores: 100 and more kills of regions, 30 and more of the store, 22 pauses. */
export const LONG: Plan = {
  regions: 4,
  rooms: 4,
  authors: 24,
  messages: 50_000,
  seconds: 320,
  regionDeeds: {
    kill: 37,
    "kill before sync": 12,
    "kill during sync": 12,
    "kill after sync": 12,
    "kill before marking": 14,
    "kill after delivery": 14,
    restart: 2,
    suspend: 22,
    misdate: 4,
    fill: 3,
    clone: 2,
    restore: 2,
  },
  storeDeeds: { kill: 26, pause: 4, swap: 4, drop: 2, rotate: 2, delete: 6 },
  weathers: 60,
  moves: 40,
  backlog: 5_000,
  drills: 3,
  leeway: 1,
  hasTab: true,
  least: {
    "kills of regions": 100,
    "kills of the store": 30,
    pauses: 20,
    "died before-sync": 1,
    "died during-sync": 1,
    "died after-sync": 1,
    "died before marking": 1,
    "died after delivery": 1,
    "wrong clocks": 1,
    "cloned directories": 1,
    "restored directories": 1,
    "databases deleted": 1,
    "deletions by an admin": 1,
    "moves of readers": 1,
  },
};

/** A taste of each fault, for every run of the tests. */
export const SHORT: Plan = {
  regions: 3,
  rooms: 2,
  authors: 6,
  messages: 600,
  seconds: 12,
  regionDeeds: {
    kill: 2,
    "kill before sync": 1,
    "kill during sync": 1,
    "kill after sync": 1,
    "kill before marking": 1,
    "kill after delivery": 1,
    restart: 0,
    suspend: 1,
    misdate: 1,
    fill: 1,
    clone: 0,
    restore: 0,
  },
  storeDeeds: { kill: 1, pause: 0, swap: 2, drop: 0, rotate: 0, delete: 1 },
  weathers: 4,
  moves: 4,
  backlog: 300,
  drills: 1,
  leeway: 10,
  hasTab: false,
  least: { "kills of regions": 5, "kills of the store": 3, pauses: 1 },
};
