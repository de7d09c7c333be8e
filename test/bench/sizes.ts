/** How much of everything. The goals are meant for `usual` and `full`: smaller ones only show that it works. */
export interface Sizes {
  /** Runs of each contestant, of which the median counts. */
  readonly rounds: number;
  readonly warmMs: number;
  readonly windowMs: number;
  /** Fan-out: readers of one room, messages a second; the crowd, if there is one; readers and posts in flight when it goes flat out. */
  readonly readers: number;
  readonly perSecond: number;
  readonly crowd: number;
  readonly fewReaders: number;
  readonly inFlight: number;
  /** Beside peers, of whom there are many. */
  readonly peerWarmMs: number;
  readonly peerWindowMs: number;
  /** Latency: posts a second, and for how long. */
  readonly latencyPerSecond: number;
  readonly latencyMs: number;
  /** Ingest: connections that post, and how long three regions are kept busy. */
  readonly posters: number;
  readonly sustainedMs: number;
  /** Readers that only wait. */
  readonly idle: number;
  /** Messages that a region has missed; readers that come back all at once. */
  readonly behind: number;
  readonly returning: number;
  /** Long enough for a region to start, and for all of them to be back. */
  readonly returnMs: number;
  /** How many regions there are on one store, and how long those are watched. */
  readonly regions: readonly number[];
  readonly regionsMs: number;
  /** Messages and rooms of a long history, and how long the last region's memory is watched over it. */
  readonly stored: number;
  readonly rooms: number;
  readonly watchMs: number;
}

const USUAL: Sizes = {
  rounds: 3,
  warmMs: 1_000,
  windowMs: 5_000,
  readers: 1_000,
  perSecond: 20,
  crowd: 10_000,
  fewReaders: 100,
  inFlight: 32,
  peerWarmMs: 300,
  peerWindowMs: 2_000,
  latencyPerSecond: 50,
  latencyMs: 10_000,
  posters: 50,
  sustainedMs: 20_000,
  idle: 10_000,
  behind: 100_000,
  returning: 10_000,
  returnMs: 10_000,
  regions: [1, 5, 10],
  regionsMs: 5_000,
  stored: 100_000,
  rooms: 1_000,
  watchMs: 10_000,
};

export const SIZES = {
  usual: USUAL,
  quick: {
    ...USUAL,
    windowMs: 400,
    warmMs: 300,
    peerWarmMs: 300,
    peerWindowMs: 400,
    readers: 200,
    crowd: 0,
    latencyMs: 800,
    sustainedMs: 1_000,
    idle: 500,
    behind: 3_000,
    returning: 200,
    returnMs: 2_000,
    regions: [3],
    regionsMs: 800,
    stored: 3_000,
    rooms: 100,
    watchMs: 1_000,
  },
  full: {
    ...USUAL,
    sustainedMs: 60_000,
    regions: [1, 5, 10, 20],
    stored: 1_000_000,
    watchMs: 60_000,
  },
  /** For the tests: whether it runs and counts right. */
  tiny: {
    ...USUAL,
    rounds: 1,
    warmMs: 50,
    windowMs: 200,
    peerWarmMs: 50,
    peerWindowMs: 200,
    readers: 5,
    crowd: 10,
    fewReaders: 3,
    inFlight: 2,
    latencyMs: 200,
    posters: 2,
    sustainedMs: 200,
    idle: 10,
    behind: 20,
    returning: 5,
    returnMs: 2_000,
    regions: [1],
    regionsMs: 200,
    stored: 20,
    rooms: 2,
    watchMs: 50,
  },
} as const satisfies Record<string, Sizes>;
