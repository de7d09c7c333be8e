import type { Store } from "../sync/store.ts";
import { parseAddress } from "./address.ts";
import { HttpStore, type Patience } from "./http-store.ts";

export interface ConnectOptions extends Partial<Patience> {
  /** `http(s)://user:password@host:port/prefix`; percent signs in the account are written %25. */
  readonly url: string;
  readonly database?: string;
}

export type ConnectResult =
  | { readonly type: "connected"; readonly store: Store }
  /** `remedy` says what to change, and repeats nothing of the URL. */
  | { readonly type: "malformed"; readonly remedy: string };

const DEFAULT_DATABASE = "settee";
/** CouchDB's default limit is 8,000,000 bytes for a document; the rest is the row around it. */
const MAX_LINE_BYTES = 9_000_000;

/** A feed beats every second. That it is dead is known within three (S1, S4), whoever is busy just then. */
const SILENCE_MS = 2_750;

/** Nothing is asked yet: the first request opens the first connection. */
export function connect(options: ConnectOptions): ConnectResult {
  const result = parseAddress(options.url, options.database ?? DEFAULT_DATABASE);
  if (result.type === "malformed") return result;
  const patience = {
    deadlineMs: options.deadlineMs ?? 10_000,
    silenceMs: options.silenceMs ?? SILENCE_MS,
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
  };
  return { type: "connected", store: new HttpStore(result.address, patience) };
}
