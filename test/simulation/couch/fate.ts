import type { StoreFault } from "../../../sync/store.ts";

/** What becomes of one request between a region and the store; the world draws it. */
export type Fate =
  | "well"
  /** It never got there: refused, reset, or the region's deadline passed before. */
  | "lost"
  /** It took effect, and the answer got lost. */
  | "unanswered"
  /** 500 before it took effect. */
  | "failing"
  /** 500 after it took effect: a shard answered too late. */
  | "failing-late"
  /** 412 right after a node died. */
  | "nodedown"
  /** 503, or a proxy's 502 or 504. */
  | "overloaded"
  /** 429 with Retry-After. */
  | "too-many"
  /** 401 or 403: our account is refused. */
  | "denied"
  /** A write reached one copy only and is told as unconfirmed; the other copies learn of it later. */
  | "unconfirmed";

/** What the world may draw from. */
export const FATES = [
  "lost",
  "unanswered",
  "failing",
  "failing-late",
  "nodedown",
  "overloaded",
  "too-many",
  "denied",
  "unconfirmed",
] as const satisfies readonly Fate[];

export interface Failed {
  readonly type: "fault";
  readonly fault: StoreFault;
}

export const UNREACHABLE = failed({ code: "unreachable", text: "no answer" });
export const NODE_DOWN = failed({ code: "unavailable", text: "412 nodedown: progress not possible" });
export const FAILING = failed({ code: "failing", text: "500 timeout" });
export const MISSING = failed({ code: "missing", text: "404 not_found: Database does not exist." });
export const DENIED = failed({ code: "denied", text: "401 unauthorized: Name or password is incorrect." });
export const SINCE_REFUSED = failed({ code: "since-refused", text: "400 bad_request: Malformed sequence" });
export const ENDED = failed({ code: "unreachable", text: "the feed ended" });
const OVERLOADED = failed({ code: "unavailable", text: "503 service_unavailable" });
const TOO_MANY = failed({ code: "unavailable", text: "429 too_many_requests", retryAfterMs: 2_000 });

export type FateEffect =
  | { readonly type: "answered" }
  /** It took effect, and this is told instead. */
  | { readonly type: "after"; readonly failed: Failed }
  /** Nothing happened. */
  | { readonly type: "before"; readonly failed: Failed };

/** What a fate does, and the name it is counted by. */
export function effectOf(fate: Exclude<Fate, "well">): FateEffect & { readonly deed: string } {
  switch (fate) {
    case "unconfirmed":
      return { type: "answered", deed: "S8 write on one copy only" };
    case "lost":
      return { type: "before", failed: UNREACHABLE, deed: "S1 request lost" };
    case "unanswered":
      return { type: "after", failed: UNREACHABLE, deed: "S2 done but unanswered" };
    case "failing":
      return { type: "before", failed: FAILING, deed: "S13 500 before" };
    case "failing-late":
      return { type: "after", failed: FAILING, deed: "S13 500 after" };
    case "nodedown":
      return { type: "before", failed: NODE_DOWN, deed: "S13 412 nodedown" };
    case "overloaded":
      return { type: "before", failed: OVERLOADED, deed: "S13 503" };
    case "too-many":
      return { type: "before", failed: TOO_MANY, deed: "S13 429" };
    case "denied":
      return { type: "before", failed: DENIED, deed: "S11 denied" };
  }
}

function failed(fault: StoreFault): Failed {
  return { type: "fault", fault };
}
