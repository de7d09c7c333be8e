import { BURST_SECONDS, RATE_LIMITS, type RateLimit, type RateLimits } from "./limits.ts";

/** Configuration comes from the environment, all of it optional. Every mistake is told at once, each with its remedy. */
export interface Config {
  readonly type: "config";
  /** Without trailing slash; may hold user and password, so it is never logged. Undefined: the embedded CouchDB. */
  readonly couchdbUrl: string | undefined;
  readonly couchdbDatabase: string;
  readonly mayCreateDatabase: boolean;
  /** Undefined: the next free name. */
  readonly region: string | undefined;
  readonly port: number;
  /** False: `port` is where to begin looking for a free one. */
  readonly isPortGiven: boolean;
  readonly host: string;
  readonly dataDirectory: string;
  /** How people reach this region, without trailing slash. */
  readonly publicUrl: string | undefined;
  readonly follow: "feed" | "poll";
  readonly log: "text" | "json" | "auto";
  /** Origins whose pages may use the API, compared exactly. */
  readonly corsOrigins: readonly string[];
  readonly rates: RateLimits;
  /** Where the metrics are; undefined: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
}

export interface Mistakes {
  readonly type: "mistakes";
  readonly mistakes: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** CouchDB's rule for database names; longer ones do not fit a file name beside its shard suffix. */
const DATABASE = /^[a-z][a-z0-9_$()+/-]{0,237}$/;
const REGION = /^[a-z0-9][a-z0-9-]{0,31}$/;
const HOST = /^[A-Za-z0-9.:_-]{1,255}$/;
const PORT = /^[0-9]{1,5}$/;
const RATE = /^[0-9]{1,6}$/;
/** More than any region can; whoever wants more wants off. */
const MOST_PER_SECOND = 100_000;
const DEFAULT_PORT = 8080;
const MOST_ORIGINS = 100;

export function parseConfig(environment: Environment): Config | Mistakes {
  const mistakes: string[] = [];

  /** An empty variable counts as not given: that is how compose files leave one out. */
  function given<T>(name: string, parse: (text: string) => T | undefined, remedy: string): T | undefined {
    const text = environment[name]?.trim();
    if (text === undefined || text === "") return undefined;
    const value = parse(text);
    // The value itself is not repeated: it may hold a password.
    if (value === undefined) mistakes.push(`${name} ${remedy}`);
    return value;
  }

  const port = given(
    "PORT",
    parsePort,
    `is not a port: give a number from 0 to 65535, or leave it out for ${DEFAULT_PORT}.`,
  );
  function givenRate(name: string, what: string, otherwise: RateLimit | undefined): RateLimit | undefined {
    const remedy = `is no rate: say how many ${what} in a second, 1 to ${MOST_PER_SECOND}, or off.`;
    const rate = given(name, parseRate, remedy);
    if (rate === undefined) return otherwise;
    return rate === "off" ? undefined : { perSecond: rate, burst: rate * BURST_SECONDS };
  }

  const metricsPort = given(
    "METRICS_PORT",
    parsePort,
    "is not a port: give a number from 0 to 65535, or leave it out for no metrics.",
  );
  const metricsHost =
    given("METRICS_HOST", parseHost, "is not an address to listen on: give one like 127.0.0.1.") ??
    "127.0.0.1";
  const config: Config = {
    type: "config",
    couchdbUrl: given(
      "COUCHDB_URL",
      parseCouchdbUrl,
      "is not the address of a CouchDB: write it like https://user:password@couch.example:6984, with special characters in the password percent-encoded, or leave it out for the embedded one.",
    ),
    couchdbDatabase:
      given(
        "COUCHDB_DATABASE",
        (text) => (DATABASE.test(text) ? text : undefined),
        "is not a name CouchDB takes: begin with a lower-case letter, then lower-case letters, digits and _$()+/- only, at most 238, or leave it out for settee.",
      ) ?? "settee",
    mayCreateDatabase:
      given(
        "COUCHDB_CREATE",
        oneOf("yes", "no"),
        "is neither yes nor no: say whether a missing database may be created.",
      ) !== "no",
    region: given(
      "REGION",
      (text) => (REGION.test(text) ? text : undefined),
      "is not a region's name: lower-case letters, digits and hyphens, at most 32, like eu or us-east-1.",
    ),
    port: port ?? DEFAULT_PORT,
    isPortGiven: port !== undefined,
    host:
      given(
        "HOST",
        parseHost,
        "is not an address to listen on: give one like 127.0.0.1, or 0.0.0.0 for all.",
      ) ?? "127.0.0.1",
    dataDirectory:
      given("DATA_DIR", (text) => (text.includes("\0") ? undefined : text), "is not a directory's path.") ??
      ".settee",
    publicUrl: given(
      "PUBLIC_URL",
      parsePublicUrl,
      "is not a page's address: write it like https://chat.example, without user, query or fragment.",
    ),
    follow:
      given(
        "FOLLOW",
        oneOf("feed", "poll"),
        "is neither feed nor poll: take poll when a proxy before the store forbids open feeds.",
      ) ?? "feed",
    log: given("LOG", oneOf("text", "json", "auto"), "is none of text, json and auto.") ?? "auto",
    corsOrigins:
      given(
        "CORS_ORIGINS",
        parseOrigins,
        "is not a list of origins: write them exactly as browsers send them, like https://a.example,https://b.example:8443, without path and without *.",
      ) ?? [],
    rates: {
      address: givenRate("RATE_PER_ADDRESS", "requests an address may make", RATE_LIMITS.address),
      session: givenRate("RATE_PER_SESSION", "messages a session may post", RATE_LIMITS.session),
      room: givenRate("RATE_PER_ROOM", "messages a room may take", RATE_LIMITS.room),
    },
    metrics: metricsPort === undefined ? undefined : { host: metricsHost, port: metricsPort },
  };
  return mistakes.length === 0 ? config : { type: "mistakes", mistakes };
}

function parsePort(text: string): number | undefined {
  const port = Number(text);
  return PORT.test(text) && port <= 65_535 ? port : undefined;
}

function parseHost(text: string): string | undefined {
  return HOST.test(text) ? text : undefined;
}

function parseRate(text: string): number | "off" | undefined {
  const rate = Number(text);
  if (text === "off") return "off";
  return RATE.test(text) && rate >= 1 && rate <= MOST_PER_SECOND ? rate : undefined;
}

function oneOf<const Word extends string>(...words: readonly Word[]): (text: string) => Word | undefined {
  return (text) => words.find((word) => word === text);
}

function parseHttpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  return isHttp && url.search === "" && url.hash === "" ? url : undefined;
}

function parseCouchdbUrl(text: string): string | undefined {
  const url = parseHttpUrl(text);
  // A user without a password, or the reverse, is a slip of the pen.
  return url !== undefined && (url.username === "") === (url.password === "")
    ? withoutSlash(url.href)
    : undefined;
}

function parsePublicUrl(text: string): string | undefined {
  const url = parseHttpUrl(text);
  return url !== undefined && url.username === "" && url.password === "" ? withoutSlash(url.href) : undefined;
}

function withoutSlash(text: string): string {
  return text.endsWith("/") ? text.slice(0, -1) : text;
}

function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(",").map((origin) => origin.trim());
  return origins.length <= MOST_ORIGINS && origins.every(isOriginOfPage) ? origins : undefined;
}

function isOriginOfPage(text: string): boolean {
  return parseHttpUrl(text)?.origin === text;
}
