/** How much of everything. The goals are meant for `usual` and `full`: smaller ones only show that it works. */
export interface Sizes {
  /** Runs of each contestant, of which the median counts. */
  readonly rounds: number;
  readonly warmMs: number;
  readonly windowMs: number;
  /** Fan-out: readers of one room, messages a second; the crowd; readers and posts in flight when it goes flat out. */
  readonly readers: number;
  readonly perSecond: number;
  readonly crowd: number;
  readonly fewReaders: number;
  readonly inFlight: number;
  /** Latency: posts a second, and for how long. */
  readonly latencyPerSecond: number;
  readonly latencyMs: number;
  /** Ingest: connections that post, and how long three regions are kept busy. */
  readonly posters: number;
  readonly sustainedMs: number;
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
  latencyPerSecond: 50,
  latencyMs: 10_000,
  posters: 50,
  sustainedMs: 20_000,
};

export const SIZES = {
  usual: USUAL,
  quick: { ...USUAL, windowMs: 1_500, warmMs: 500, crowd: 2_000, latencyMs: 3_000, sustainedMs: 5_000 },
  full: { ...USUAL, rounds: 5, latencyMs: 20_000, sustainedMs: 60_000 },
  /** For the tests: whether it runs and counts right. */
  tiny: {
    ...USUAL,
    rounds: 1,
    warmMs: 50,
    windowMs: 200,
    readers: 5,
    crowd: 10,
    fewReaders: 3,
    inFlight: 2,
    latencyMs: 200,
    posters: 2,
    sustainedMs: 200,
  },
} as const satisfies Record<string, Sizes>;
