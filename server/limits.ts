import { ROOMS_PER_READER } from "../sync/limits.ts";

/**
 * What a door takes before it refuses (security A7, A9, A21). Sizes of what people write are in `sync/limits.ts`,
 * because the feed is held to them too. Tests shorten the waits.
 */
export interface DoorLimits {
  readonly bodyBytes: number;
  readonly urlBytes: number;
  readonly headerBytes: number;
  readonly cursorBytes: number;
  readonly tokenBytes: number;
  readonly jsonDepth: number;
  readonly jsonKeys: number;
  readonly roomsPerReader: number;
  readonly readers: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Over a limit on connections so many are told so with a 503; those beyond are cut without a word. */
  readonly connectionsToldSo: number;
  readonly requestsPerConnection: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly keepAliveMs: number;
  readonly writeStallSeconds: number;
  /** What may wait to be sent to one reader; then the connection is closed and the reader comes back by cursor. */
  readonly backlogBytes: number;
  readonly heartbeatSeconds: number;
  readonly pollSeconds: number;
  readonly longestPollSeconds: number;
  readonly pageMessages: number;
  readonly longestPageMessages: number;
}

/** A token bucket: so many at once, refilled at so many a second. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Undefined: no limit. */
export interface RateLimits {
  readonly address: RateLimit | undefined;
  readonly session: RateLimit | undefined;
  readonly room: RateLimit | undefined;
}

/**
 * Far above what people do and below what a region can: its disk and a store nearby take some 2,000 posts a second
 * on two cores. An operator who knows the people asks for less.
 */
export const RATE_LIMITS: RateLimits = {
  // An office or a carrier with a thousand people at our doors, each asking once a second; when all come back at
  // once, each may ask for twenty things. A POST counts as five requests.
  address: { perSecond: 1_000, burst: 20_000 },
  // A program that brings a backlog over: 5,000 messages at once, and one that writes as fast as it is answered.
  session: { perSecond: 200, burst: 5_000 },
  // Everybody in a room is sent all of it.
  room: { perSecond: 1_000, burst: 20_000 },
};

/** Bursts that an operator's own limits allow: this many seconds of the limit. */
export const BURST_SECONDS = 20;

/** Buckets remembered, of each kind and twice at most: 100,000 take about 15 MB. */
export const RATE_KEYS = 50_000;

export const DOOR_LIMITS: DoorLimits = {
  bodyBytes: 16 * 1024,
  // What a URL may have beside a cursor, which has its own limit.
  urlBytes: 2 * 1024,
  headerBytes: 8 * 1024,
  cursorBytes: 4 * 1024,
  // Ours are about 500 bytes with the longest name.
  tokenBytes: 2 * 1024,
  jsonDepth: 8,
  jsonKeys: 32,
  roomsPerReader: ROOMS_PER_READER,
  // More than connections, because HTTP lets one connection ask again before it was answered.
  readers: 20_000,
  // Ten thousand who read, and those of them who post at the same time.
  connections: 12_000,
  // Many people share one address behind a carrier's or an office's router. This machine's own has no limit.
  connectionsPerAddress: 1_000,
  connectionsToldSo: 100,
  requestsPerConnection: 1_000,
  // Node's own defaults are 60 s, 300 s, 30 s: measured, 900 slow clients then hold the server for minutes.
  headersMs: 10_000,
  requestMs: 15_000,
  checkMs: 1_000,
  keepAliveMs: 5_000,
  writeStallSeconds: 15,
  backlogBytes: 1024 * 1024,
  heartbeatSeconds: 15,
  pollSeconds: 25,
  // Home routers kill idle connections at 60 s.
  longestPollSeconds: 55,
  pageMessages: 50,
  longestPageMessages: 200,
};
